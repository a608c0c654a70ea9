package gateway

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// clock stands until it is moved.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func start() *clock { return &clock{time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)} }

func TestTheBucketsNumberPasses(t *testing.T) {
	for _, refill := range []string{"whole", "steady"} {
		c := start()
		b := newBuckets(10, refill == "steady", c.now)
		key := bucketKey{"client app", "products"}
		passed, wait := 0, time.Duration(0)
		for range 120 {
			var ok bool
			if _, wait, ok = b.take(key, 100, time.Minute); ok {
				passed++
			}
		}
		if passed != 100 {
			t.Errorf("%s: %d of 120 passed, want 100", refill, passed)
		}
		c.Time = c.Add(wait - time.Nanosecond)
		if _, _, ok := b.take(key, 100, time.Minute); ok {
			t.Errorf("%s: passed before %s were over", refill, wait)
		}
		c.Time = c.Add(2 * time.Nanosecond)
		if _, _, ok := b.take(key, 100, time.Minute); !ok {
			t.Errorf("%s: refused after the %s that it named", refill, wait)
		}
		if _, _, ok := b.take(bucketKey{"client other", "products"}, 100, time.Minute); !ok {
			t.Errorf("%s: another client is refused", refill)
		}
	}
}

// In any time T at most quota + quota·T/per pass a steady bucket.
func TestSteadyIsBounded(t *testing.T) {
	c := start()
	b := newBuckets(10, true, c.now)
	r := rand.New(rand.NewPCG(1, 2))
	passed, began := 0, c.Time
	for range 20_000 {
		c.Time = c.Add(time.Duration(r.IntN(int(200 * time.Millisecond))))
		if _, _, ok := b.take(bucketKey{"a", "b"}, 100, time.Minute); ok {
			passed++
		}
	}
	most := 100 + 100*c.Sub(began).Minutes()
	if float64(passed) > most || float64(passed) < most-2 {
		t.Errorf("%d passed in %s, and the bound is %.0f", passed, c.Sub(began), most)
	}
}

// A million names get no more than one: those that find no place share a bucket.
func TestAMillionKeys(t *testing.T) {
	c := start()
	b := newBuckets(1000, false, c.now)
	passed := 0
	for n := range 1_000_000 {
		if _, _, ok := b.take(bucketKey{fmt.Sprintf("address %d", n), "r"}, 1, time.Minute); ok {
			passed++
		}
		if len(b.all) > 1001 || b.age.Len() != len(b.all) {
			t.Fatalf("%d buckets are kept", len(b.all))
		}
	}
	if passed != 1001 {
		t.Errorf("%d passed: a thousand with a bucket each and the shared one make 1001", passed)
	}
	c.Time = c.Add(time.Minute)
	for n := range 1000 {
		if _, _, ok := b.take(bucketKey{fmt.Sprintf("address again %d", n), "r"}, 1, time.Minute); !ok {
			t.Fatalf("client %d found no place although all buckets are full again", n)
		}
	}
}

func TestWhoIsCounted(t *testing.T) {
	for who, want := range map[string]string{
		"client app": "client app", "address 127.0.0.1": "address 127.0.0.1", "address ": "address ",
		"address 2001:db8:1:2:3:4:5:6": "address 2001:db8:1:2::/64", "address 2001:db8:1:2::9": "address 2001:db8:1:2::/64",
	} {
		if got := limited(who); got != want {
			t.Errorf("%s is counted as %s, want %s", who, got, want)
		}
	}
}

// backend is an Env whose services answer as a test says.
type backend func(ctx context.Context, service string, m sim.Message) (sim.Message, error)

func (b backend) Ask(ctx context.Context, service string, m sim.Message) (sim.Message, error) {
	return b(ctx, service, m)
}
func (b backend) Tell(context.Context, string, sim.Message) error    { return nil }
func (b backend) Publish(context.Context, string, sim.Message) error { return nil }

// at makes a gateway whose clock a test moves.
func at(c *clock, b backend, steps []string, routes ...string) sim.Handler {
	env := &sim.Env{Now: c.now, Call: b, Rand: rand.New(rand.NewPCG(1, 1))}
	return New(env, sim.ServiceSpec{Name: "gateway", Steps: steps, Routes: routes}).Handlers()[sim.TypeRaw]
}

func get(path string, header ...string) sim.Message {
	h := sim.Header{sim.HeaderMethod: {"GET"}, sim.HeaderPath: {path}, sim.HeaderHost: {"gw"}, sim.HeaderAddress: {"127.0.0.1"}}
	for i := 0; i+1 < len(header); i += 2 {
		h[header[i]] = append(h[header[i]], header[i+1])
	}
	return sim.Message{Type: sim.TypeRaw, Header: h}
}

// answer is the response of a handler, whether it is an error or not.
func answer(reply sim.Message, err error) sim.Message {
	if e := sim.AsError(err); e != nil && e.Answer != nil {
		return *e.Answer
	}
	return reply
}

func fine(context.Context, string, sim.Message) (sim.Message, error) {
	return sim.RawResponse(200, "text/plain", nil, []byte("here")), nil
}

func TestWhatALimitSays(t *testing.T) {
	c := start()
	h := at(c, fine, []string{"ratelimit"}, "products path=/products/{id} to=product quota=2 per=1m", "free path=/free to=product")
	for n, want := range []string{`200 "products";r=1;t=60`, `200 "products";r=0;t=60`, `429 "products";r=0;t=60`} {
		m := answer(h(t.Context(), get("/products/1")))
		if got := fmt.Sprint(sim.RawStatus(m), " ", m.Header.Get("ratelimit")); got != want {
			t.Errorf("request %d: %s, want %s", n+1, got, want)
		}
		if m.Header.Get("ratelimit-policy") != `"products";q=2;w=60` {
			t.Errorf("policy %s", m.Header.Get("ratelimit-policy"))
		}
	}
	c.Time = c.Add(59*time.Second + time.Millisecond)
	m := answer(h(t.Context(), get("/products/1")))
	kind, body := sim.RawBody(m)
	if m.Header.Get("retry-after") != "1" || kind != "application/problem+json" {
		t.Errorf("%s, Retry-After %s: %s", kind, m.Header.Get("retry-after"), body)
	}
	if m := answer(h(t.Context(), get("/free"))); m.Header["ratelimit"] != nil {
		t.Errorf("a route without a quota says %v", m.Header)
	}
}
