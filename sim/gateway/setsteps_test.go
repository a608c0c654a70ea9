package gateway

import (
	"context"
	"fmt"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// A limit before authentication counts addresses, one behind it clients; steps that
// stay keep what they counted.
func TestOrderOfSteps(t *testing.T) {
	g := guard(t)
	env := &sim.Env{Now: g.now, Call: backend(func(ctx context.Context, service string, m sim.Message) (sim.Message, error) {
		if service == "identity" {
			return g.issuer.Handlers()[sim.TypeRaw](ctx, m)
		}
		return fine(ctx, service, m)
	})}
	gw := New(env, sim.ServiceSpec{Steps: []string{"auth issuer=http://gw", "ratelimit"}, Routes: []string{"a path=/a to=x quota=2 per=1m"}})
	h := gw.Handlers()[sim.TypeRaw]
	try := func(client string) int {
		return sim.RawStatus(answer(h(t.Context(), get("/a", "authorization", "Bearer "+g.token(t, client)))))
	}
	got := fmt.Sprint(try("app"), try("app"), try("app"), try("other"))
	if want := "200 200 429 200"; got != want {
		t.Errorf("auth before ratelimit: %s, want %s", got, want)
	}
	if err := gw.SetSteps([]string{"ratelimit", "auth issuer=http://gw"}); err != nil || gw.Chain() != "ratelimit ▸ auth ▸ route" {
		t.Fatal(gw.Chain(), err)
	}
	got = fmt.Sprint(try("app"), try("other"), try("other"), try("app"))
	if want := "200 200 429 429"; got != want {
		t.Errorf("ratelimit before auth: %s, want %s", got, want)
	}
	_ = gw.SetSteps([]string{"auth issuer=http://gw", "ratelimit"})
	if got := try("app"); got != 429 {
		t.Errorf("the bucket of app was filled by a change of order: %d", got)
	}
	for _, wrong := range [][]string{{"auth", "auth"}, {"nothing"}} {
		if gw.SetSteps(wrong) == nil || gw.Chain() != "auth ▸ ratelimit ▸ route" {
			t.Errorf("%v: %s", wrong, gw.Chain())
		}
	}
}

func TestConcurrency(t *testing.T) {
	hold, held := make(chan struct{}), make(chan struct{})
	h := at(start(), func(ctx context.Context, service string, m sim.Message) (sim.Message, error) {
		held <- struct{}{}
		<-hold
		return fine(ctx, service, m)
	}, []string{"concurrency most=2"}, "a path=/a to=x")
	done := make(chan int, 2)
	for range 2 {
		go func() { done <- sim.RawStatus(answer(h(t.Context(), get("/a")))) }()
		<-held
	}
	m := answer(h(t.Context(), get("/a")))
	if sim.RawStatus(m) != 503 || m.Header.Get("retry-after") != "1" || m.Header.Get("ratelimit-policy") != `"concurrency";q=2;qu="concurrent-requests"` {
		t.Errorf("the third: %d %v", sim.RawStatus(m), m.Header)
	}
	close(hold)
	if a, b := <-done, <-done; a != 200 || b != 200 {
		t.Errorf("the first two: %d %d", a, b)
	}
	go func() { done <- sim.RawStatus(answer(h(t.Context(), get("/a")))) }()
	<-held
	if got := <-done; got != 200 {
		t.Errorf("afterwards: %d", got)
	}
}
