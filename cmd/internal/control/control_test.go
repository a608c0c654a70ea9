package control_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a world that writes down what it is asked to do.
type recorder struct {
	mu  sync.Mutex
	did []sim.Command
	err error
}

func (*recorder) Timeline() sim.Timeline { return nil }

func (*recorder) AllStats() []sim.LinkStats {
	return []sim.LinkStats{{Link: "order:payment", Transport: "rest", Calls: 3}}
}

func (*recorder) Spec() *sim.WorldSpec {
	return &sim.WorldSpec{
		Name:     "checkout",
		Seed:     7,
		Services: []sim.ServiceSpec{{Name: "order"}, {Name: "payment"}},
		Links:    []sim.LinkSpec{{ID: "order:payment"}},
		UseCases: []sim.UseCase{{Name: "order.place", Fields: map[string]string{"qty": "1", "item": "101"}}},
	}
}

func (r *recorder) Do(_ context.Context, c sim.Command) (sim.Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := c.(sim.Show); ok {
		switch s.What {
		case "services":
			return sim.Result{Data: []lab.Service{{Name: "payment#2", State: "up", Working: 4}, {Name: "client", Kind: "client"}}}, nil
		case "dead":
			return sim.Result{Data: []lab.Letter{{Queue: s.Of}}}, nil
		case "links":
			return sim.Result{Data: r.AllStats()}, nil
		default:
			return sim.Result{Data: r.AllStats()[0]}, nil
		}
	}
	r.did = append(r.did, c)
	return sim.Result{Seq: 42, Text: "payment killed"}, r.err
}

// serve runs an endpoint until the test ends.
func serve(t *testing.T, w control.World) (dir string, at control.Record) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "run")
	s, err := control.Listen(w, dir)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve() }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	at, err = control.Find(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	return dir, at
}

func TestALineReachesTheWorld(t *testing.T) {
	w := &recorder{}
	_, at := serve(t, w)
	got, err := at.Do(t.Context(), "kill payment")
	if err != nil {
		t.Fatal(err)
	}
	if want := (control.Done{Schema: 1, Seq: 42, Text: "payment killed"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if d := cmp.Diff([]sim.Command{sim.Kill{Target: "payment"}}, w.did); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestErrorsCrossUnchanged(t *testing.T) {
	w := &recorder{err: sim.Errorf(sim.Conflict, "payment is not running").WithFix("start it")}
	_, at := serve(t, w)
	_, err := at.Do(t.Context(), "pause payment")
	if e := sim.AsError(err); e == nil || e.Code != sim.Conflict || e.Message != "payment is not running" || e.Fix != "start it" {
		t.Errorf("got %#v", err)
	}
	_, err = at.Do(t.Context(), "kil payment")
	if e := sim.AsError(err); e == nil || e.Code != sim.NotFound || !strings.Contains(e.Fix, "kill") {
		t.Errorf("got %#v", err)
	}
}

func TestShowSaysItsSchema(t *testing.T) {
	_, at := serve(t, &recorder{})
	for what, key := range map[string]string{"order:payment": "calls", "links": "links", "dead order:payment": "dead"} {
		data, err := at.Show(t.Context(), what)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if got["schema"] != 1.0 || got[key] == nil {
			t.Errorf("show %s gives %s", what, data)
		}
	}
}

func TestIdentityNamesWhatCanBeTyped(t *testing.T) {
	_, at := serve(t, &recorder{})
	got, err := at.Identity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := control.Identity{
		Schema: 1, ID: at.ID, World: "checkout",
		Names: sim.Names{
			Services: []string{"order", "payment"}, Links: []string{"order:payment"},
			Queues: []string{"order:payment"}, UseCases: []string{"order.place"}, Fields: map[string][]string{"order.place": {"item", "qty"}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// get sends one request and returns status and body.
func get(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestMetricsNeedNoToken(t *testing.T) {
	_, at := serve(t, &recorder{})
	req, _ := http.NewRequest(http.MethodGet, "http://"+at.Addr+"/metrics", nil)
	status, body := get(t, req)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	for _, want := range []string{
		`msc_sim_world_info{world="checkout",seed="7"} 1`,
		`msc_sim_link_calls_total{link="order:payment",transport="rest"} 3`,
		`msc_sim_instance_working{service="payment",instance="payment#2"} 4`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("missing %s in\n%s", want, body)
		}
	}
	if strings.Contains(body, `"client"`) {
		t.Errorf("a client runs nothing, but it is in\n%s", body)
	}
}

func TestGuard(t *testing.T) {
	w := &recorder{}
	_, at := serve(t, w)
	_, port, _ := strings.Cut(at.Addr, ":")
	for name, tt := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"as it should be":        {func(*http.Request) {}, 200},
		"localhost":              {func(r *http.Request) { r.Host = "localhost:" + port }, 200},
		"no token":               {func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		"another token":          {func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+strings.Repeat("0", 32)) }, 401},
		"a rebound name":         {func(r *http.Request) { r.Host = "evil.example:" + port }, 403},
		"no port":                {func(r *http.Request) { r.Host = "127.0.0.1" }, 403},
		"a web page":             {func(r *http.Request) { r.Header.Set("Origin", "http://"+at.Addr) }, 403},
		"a form":                 {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
		"a change by GET":        {func(r *http.Request) { r.Method = http.MethodGet }, 405},
		"metrics, a rebound one": {func(r *http.Request) { r.Method, r.URL.Path, r.Host = http.MethodGet, "/metrics", "evil.example" }, 403},
		"an unknown field":       {func(r *http.Request) { setBody(r, `{"lin": "reset"}`) }, 400},
		"not JSON":               {func(r *http.Request) { setBody(r, `reset`) }, 400},
		"too much":               {func(r *http.Request) { setBody(r, `{"line": "mark `+strings.Repeat("x", 1<<20)+`"}`) }, 400},
	} {
		t.Run(name, func(t *testing.T) {
			w.did = nil
			req, _ := http.NewRequest(http.MethodPost, "http://"+at.Addr+"/v1/do", nil)
			setBody(req, `{"line": "reset"}`)
			req.Header.Set("Authorization", "Bearer "+at.Token)
			req.Header.Set("Content-Type", "application/json")
			tt.change(req)
			status, body := get(t, req)
			if status != tt.want {
				t.Errorf("got %d %s, want %d", status, body, tt.want)
			}
			if changed := len(w.did) > 0; changed != (tt.want == 200) {
				t.Errorf("%d, and the world was asked to do %v", status, w.did)
			}
		})
	}
}

func setBody(r *http.Request, body string) {
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
}

func TestRecordIsPrivate(t *testing.T) {
	dir, at := serve(t, &recorder{})
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, at.ID+".json"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(path), got, want)
		}
	}
}
