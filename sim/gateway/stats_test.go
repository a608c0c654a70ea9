package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func TestWhatIsCounted(t *testing.T) {
	var log []sim.Access
	mirrored := make(chan sim.Message, 1)
	env := &sim.Env{
		Self: sim.Instance{Service: "gateway", N: 2}, Now: start().now, Group: running{}, Rand: rand.New(rand.NewPCG(1, 1)),
		Access: func(a sim.Access) { log = append(log, a) },
		Call: backend(func(_ context.Context, service string, m sim.Message) (sim.Message, error) {
			if service == "next" {
				mirrored <- m
			}
			return sim.RawResponse(201, "text/plain", nil, []byte("here")), nil
		}),
	}
	g := New(env, sim.ServiceSpec{Steps: []string{"requestid", "ratelimit"}, Routes: []string{"a path=/a/{b} to=x quota=2 per=1m", "m path=/m to=x mirror=next"}})
	h := g.Handlers()[sim.TypeRaw]
	for _, path := range []string{"/a/1?secret=1", "/a/2", "/a/3", "/nowhere", "/a/%zz", "/m"} {
		_, _ = h(t.Context(), get(path, headerRequestID, "r-1"))
	}
	if m := <-mirrored; m.Header.Get(sim.HeaderPath) != "/m" {
		t.Errorf("the mirror got %v", m.Header)
	}
	got := ""
	for _, r := range g.Routes() {
		got += fmt.Sprint(r.Gateway, " ", r.Route, " ", r.Requests, " ", r.Statuses, " ", r.Clients, "\n")
	}
	want := "gateway#2 a 3 map[201:2 429:1] map[:3]\ngateway#2 m 1 map[201:1] map[:1]\ngateway#2  2 map[400:1 404:1] map[:2]\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if len(log) != 6 || log[0].Status != 201 || log[0].Path != "/a/1" || log[0].Route != "a" || log[0].ID != "r-1" || log[0].Bytes != 4 || log[2].Status != 429 || log[0].Address != "127.0.0.1" {
		t.Errorf("the access log: %+v", log)
	}
	for n := range 1000 {
		g.stats.count("a", fmt.Sprint(n), "200", 0)
	}
	if r := g.Routes()[0]; len(r.Clients) > mostClients+1 || r.Requests != 1003 {
		t.Errorf("%d clients of %d requests", len(r.Clients), r.Requests)
	}
}

func TestOpenAPI(t *testing.T) {
	h := at(start(), fine, []string{"openapi"}, "one path=/things/{name} methods=GET to=x scope=things:read", "rest path=/echo/** to=x", "rpc path=/a.v1.B/C to=x")
	_, body := sim.RawBody(answer(h(t.Context(), get("/openapi.json"))))
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name string }
			Security    []map[string][]string
		}
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	one := doc.Paths["/things/{name}"]["get"]
	if doc.OpenAPI != "3.1.0" || len(doc.Paths) != 2 || one.OperationID != "get-one" || one.Parameters[0].Name != "name" || one.Security[0]["token"][0] != "things:read" {
		t.Errorf("%s", body)
	}
	if len(doc.Paths["/echo/{rest}"]) != 4 || !strings.Contains(string(body), `"application/problem+json"`) {
		t.Errorf("%s", body)
	}
}
