package target_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/load/target"
)

func TestOverHTTP(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case r.Method == http.MethodPost && string(body) == `{"a":1}` && r.Header.Get("Content-Type") == "application/json" && r.Header.Get("X-Tried") == "yes":
			w.WriteHeader(http.StatusCreated)
		case r.URL.Path == "/moved":
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound) // must not be followed
		case r.URL.Path == "/slow":
			<-r.Context().Done()
		default:
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	defer server.Close()
	for _, test := range []struct {
		r    target.Request
		want int
		err  string
	}{
		{target.Request{URL: server.URL, Body: []byte(`{"a":1}`), Headers: [][2]string{{"X-Tried", "yes"}}}, 201, ""},
		{target.Request{URL: server.URL + "/moved"}, 302, ""},
		{target.Request{URL: server.URL, Method: "DELETE"}, 418, ""},
		{target.Request{URL: server.URL + "/slow", Timeout: 20 * time.Millisecond}, 0, "the timeout ran out"},
		{target.Request{URL: "http://127.0.0.1:1/"}, 0, "connection refused"},
	} {
		to, err := target.Open(t.Context(), test.r)
		if err != nil {
			t.Fatal(err)
		}
		var why target.Reasons
		got, err := to.Send(t.Context())
		if err != nil {
			why.Add(err)
		}
		if got != test.want || why.Most() != test.err {
			t.Errorf("%s %s: got %d, %v", test.r.Method, test.r.URL, got, err)
		}
		_ = to.Close()
	}
}

func TestOverGRPC(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	healthv1.RegisterHealthServer(server, health.NewServer())
	reflection.Register(server)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }() // ends with Stop
	defer func() { server.Stop(); <-served }()
	base := "grpc://" + l.Addr().String() + "/grpc.health.v1.Health/"
	for body, want := range map[string]codes.Code{"": codes.OK, `{"service":"nobody"}`: codes.NotFound} {
		to, err := target.Open(t.Context(), target.Request{URL: base + "Check", Body: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := to.Send(t.Context()); got != int(want) || err != nil {
			t.Errorf("with %q: got %d, %v, want %s", body, got, err, want)
		}
		_ = to.Close()
	}
	for url, says := range map[string]string{
		base + "Chek":  "did you mean Check",
		base + "Watch": "is a stream",
		"grpc://" + l.Addr().String() + "/grpc.health.v1.Helth/Check": "did you mean grpc.health.v1.Health",
		"grpc://" + l.Addr().String():                                 "names no method",
		"grpc://127.0.0.1:1/a/b":                                      "does not answer reflection",
	} {
		if _, err := target.Open(t.Context(), target.Request{URL: url, Timeout: time.Second}); !said(err, says) {
			t.Errorf("%s: %v, want %q", url, err, says)
		}
	}
	if _, err := target.Open(t.Context(), target.Request{URL: base + "Check", Body: []byte(`{"servis":1}`)}); !said(err, "not a grpc.health.v1.HealthCheckRequest") {
		t.Errorf("a wrong field: %v", err)
	}
}

// A load stays on this machine unless it is allowed to leave, by name and by socket.
func TestStaysHere(t *testing.T) {
	for _, url := range []string{"http://192.0.2.1/", "grpc://192.0.2.1:9/a.B/C", "http://[2001:db8::1]/"} {
		if _, err := target.Open(t.Context(), target.Request{URL: url}); !said(err, "--external") {
			t.Errorf("%s: %v", url, err)
		}
	}
	for url, says := range map[string]string{"": "is not an address", "ftp://127.0.0.1/": "no protocol", "://": "is not an address"} {
		if _, err := target.Open(context.Background(), target.Request{URL: url}); !said(err, says) {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func said(err error, words string) bool {
	return err != nil && strings.Contains(sim.AsError(err).Message+" "+sim.AsError(err).Fix, words)
}
