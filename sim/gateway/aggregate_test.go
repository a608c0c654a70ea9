package gateway

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// running runs background work of a test.
type running struct{}

func (running) Go(_ string, f func(context.Context)) bool {
	go f(context.Background())
	return true
}

func TestAggregate(t *testing.T) {
	const route = "page path=/pages/{id} parts=product=product:/products/{id},stock=inventory:/inventory/{id}?all=true"
	gone := sim.Errorf(sim.Unavailable, "connection refused")
	said := func(status int) error {
		a := sim.RawResponse(status, "application/json", nil, []byte(`{"detail":"no"}`))
		return &sim.Error{Code: sim.CodeOfHTTP(status), HTTP: status, Message: "no", Remote: true, Answer: &a}
	}
	for name, c := range map[string]struct {
		product, stock error
		status         int
		body           string
	}{
		"all there":      {nil, nil, 200, `{"product":{"at":"/products/a%20b"},"stock":{"at":"/inventory/a%20b?all=true"}}`},
		"stock killed":   {nil, gone, 200, `{"product":{"at":"/products/a%20b"},"missing":[{"part":"stock","service":"inventory","status":502,"why":"inventory cannot be reached: connection refused"}]}`},
		"product killed": {gone, nil, 200, `{"stock":{"at":"/inventory/a%20b?all=true"},"missing":[{"part":"product","service":"product","status":502,"why":"product cannot be reached: connection refused"}]}`},
		"no such thing":  {said(404), nil, 404, `{"detail":"no"}`},
		"no stock":       {nil, said(404), 200, `"status":404`},
		"both killed":    {gone, gone, 502, `all parts are missing: product (product cannot be reached`},
		"late":           {nil, sim.Errorf(sim.Timeout, "no response in time"), 200, `"status":504,"why":"inventory did not respond in time"`},
	} {
		env := &sim.Env{Now: start().now, Group: running{}, Rand: rand.New(rand.NewPCG(1, 1)), Call: backend(func(_ context.Context, service string, m sim.Message) (sim.Message, error) {
			err := map[string]error{"product": c.product, "inventory": c.stock}[service]
			if m.Header["if-none-match"] != nil || m.Header.Get(sim.HeaderMethod) != "GET" {
				t.Errorf("%s got %v", service, m.Header)
			}
			return sim.RawResponse(200, "application/json", nil, []byte(`{"at":"`+m.Header.Get(sim.HeaderPath)+`"}`)), err
		})}
		h := New(env, sim.ServiceSpec{Routes: []string{route}}).Handlers()[sim.TypeRaw]
		m := answer(h(t.Context(), get("/pages/a%20b", "if-none-match", `"x"`)))
		if _, body := sim.RawBody(m); sim.RawStatus(m) != c.status || !strings.Contains(string(body), c.body) {
			t.Errorf("%s: %d %s", name, sim.RawStatus(m), body)
		}
	}
}

func TestPartsThatAreWrong(t *testing.T) {
	for line, says := range map[string]string{
		"a path=/a/{id} parts=b":                "is not a part",
		"a path=/a/{id} parts=b=c":              "is not a part",
		"a path=/a/{id} parts=missing=c:/d":     "is not a part",
		"a path=/a/{id} parts=b=c:/d/{name}":    "has no variable name",
		"a path=/a/{id} parts=b=c:/d/{id":       "has no variable id",
		"a path=/a/{id} parts=b=c:/d/{id} to=f": "both to and parts",
		"a path=/a" + strings.Repeat("/{a}", 2) + " parts=" + strings.Repeat("b=c:/d,", 17): "too many",
	} {
		if _, err := ParseRoute(line); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %s", line, err, says)
		}
	}
}
