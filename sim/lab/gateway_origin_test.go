package lab_test

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	rpc "google.golang.org/grpc/status"

	"github.com/msc-sim/msc-sim/sim/lab"
)

// before puts a gateway before a process of the user's own.
func before(t *testing.T, origin string) (l *lab.Lab, at string) {
	t.Helper()
	l = openSpec(t, parse(t, `
name: own
services:
  client: {kind: client}
  gateway: {kind: gateway, routes: ["all path=/** to=origin"]}
  origin: {at: "`+origin+`"}
use_cases:
  get: {from: client, to: gateway, raw: {method: GET, path: /}}
`), lab.Options{})
	return l, endpoint(t, l, "gateway", "http")
}

// A gRPC server that no contract here describes, with an unmodified client.
func TestGatewayBeforeAnyGRPCServer(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, at := before(t, "grpc://"+ln.Addr().String()) // first: it sets the logger of grpc-go
	gs, hs := grpc.NewServer(), health.NewServer()
	healthv1.RegisterHealthServer(gs, hs)
	served := make(chan error, 1)
	go func() { served <- gs.Serve(ln) }()
	t.Cleanup(func() { gs.Stop(); <-served })
	cc, err := grpc.NewClient(at, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cc.Close() })
	client := healthv1.NewHealthClient(cc)
	if got, err := client.Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil || got.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Errorf("a call: %v %v", got, err)
	}
	if _, err := client.Check(t.Context(), &healthv1.HealthCheckRequest{Service: "nothing"}); rpc.Code(err) != codes.NotFound {
		t.Errorf("a refusal of the server: %v", err)
	}
	watch, err := client.Watch(t.Context(), &healthv1.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []healthv1.HealthCheckResponse_ServingStatus{healthv1.HealthCheckResponse_SERVING, healthv1.HealthCheckResponse_NOT_SERVING} {
		if got, err := watch.Recv(); err != nil || got.GetStatus() != want {
			t.Fatalf("a stream: %v %v, want %s", got, err, want)
		}
		hs.SetServingStatus("", healthv1.HealthCheckResponse_NOT_SERVING)
	}
}

// Both sides speak at once, and the trailer arrives.
func TestGatewayLetsBothSidesSpeak(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		_ = http.NewResponseController(w).Flush()
		for b := make([]byte, 1); ; {
			if _, err := r.Body.Read(b); err != nil {
				break
			}
			_, _ = w.Write([]byte{b[0] + 1})
			_ = http.NewResponseController(w).Flush()
		}
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
	})}
	s.Protocols.SetUnencryptedHTTP2(true)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close(); <-served })
	_, at := before(t, "grpc://"+ln.Addr().String())
	tr := &http.Transport{Protocols: new(http.Protocols)}
	tr.Protocols.SetUnencryptedHTTP2(true)
	defer tr.CloseIdleConnections()
	out, in := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+at+"/a.B/C", out)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/grpc")
	res, err := (&http.Client{Transport: tr, Timeout: 20 * time.Second}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range "aceg" {
		b := make([]byte, 1)
		if _, err := in.Write([]byte{byte(c)}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(res.Body, b); err != nil || b[0] != byte(c)+1 {
			t.Fatalf("%q %v", b, err)
		}
	}
	_ = in.Close()
	if rest, err := io.ReadAll(res.Body); err != nil || len(rest) > 0 || res.Trailer.Get("Grpc-Status") != "0" {
		t.Errorf("%q %v %v", rest, err, res.Trailer)
	}
}
