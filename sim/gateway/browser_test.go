package gateway

import (
	"context"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func TestCrossOrigin(t *testing.T) {
	calls := 0
	h := at(start(), func(context.Context, string, sim.Message) (sim.Message, error) {
		calls++
		return sim.RawResponse(200, "text/plain", sim.Header{"vary": {"Accept"}, "server": {"x/1"}}, nil), nil
	}, []string{"headers", "cors origins=https://shop.example", "auth"}, "all path=/** to=x", "mine path=/mine to=x scope=a")
	pre := get("/mine", "origin", "https://shop.example", "access-control-request-method", "PUT", "access-control-request-headers", "authorization")
	pre.Header[sim.HeaderMethod] = []string{"OPTIONS"}
	m := answer(h(t.Context(), pre))
	if sim.RawStatus(m) != 204 || m.Header.Get("access-control-allow-origin") != "https://shop.example" || m.Header.Get("access-control-allow-methods") != "PUT" || calls != 0 {
		t.Errorf("preflight: %d %v, %d calls", sim.RawStatus(m), m.Header, calls)
	}
	pre.Header["origin"] = []string{"https://evil.example"}
	if m := answer(h(t.Context(), pre)); m.Header["access-control-allow-origin"] != nil || calls != 0 {
		t.Errorf("preflight of another page: %v, %d calls", m.Header, calls)
	}
	m = answer(h(t.Context(), get("/a", "origin", "https://shop.example")))
	if sim.RawStatus(m) != 200 || m.Header.Get("access-control-allow-origin") == "" || len(m.Header["vary"]) != 2 || m.Header["server"] != nil || m.Header.Get("x-content-type-options") != "nosniff" {
		t.Errorf("a call: %v", m.Header)
	}
	m = answer(h(t.Context(), get("/mine", "origin", "https://shop.example")))
	if sim.RawStatus(m) != 401 || m.Header.Get("access-control-allow-origin") == "" || m.Header.Get("www-authenticate") == "" {
		t.Errorf("a refusal must be readable for the page: %d %v", sim.RawStatus(m), m.Header)
	}
	if err := ParseStep("cors credentials=true"); err == nil {
		t.Error("every page could call with cookies")
	}
}
