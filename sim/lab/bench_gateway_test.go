package lab_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// What a call costs that goes through a gateway (routing, a token, a quota), beside
// the same call without one, through Go's own proxy, and through nginx where it is
// installed. One client, one call after another; the service is the same.
func BenchmarkGateway(b *testing.B) {
	l := openSpec(b, parse(b, `
name: cost
services:
  client: {kind: client}
  gateway:
    kind: gateway
    steps: [requestid, limits, auth, ratelimit]
    routes: ["products path=/products/{id} methods=GET to=product scope=read quota=1000000 per=1m"]
  identity: {kind: identity, clients: ["app scopes=read"], token_life: 1h}
  product: {kind: product}
use_cases:
  get: {from: client, to: gateway, raw: {method: GET, path: /products/101}}
`), lab.Options{})
	r, err := l.Do(b.Context(), sim.Login{Client: "app"})
	if err != nil {
		b.Fatal(err)
	}
	product := endpoint(b, l, "product", "http")
	to, _ := url.Parse("http://" + product)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	proxy := &http.Server{Handler: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}}
	go func() { _ = proxy.Serve(ln) }()
	b.Cleanup(func() { _ = proxy.Close() })
	for _, way := range []struct{ name, addr string }{
		{"direct", product}, {"gateway", endpoint(b, l, "gateway", "http")}, {"ReverseProxy", ln.Addr().String()}, {"nginx", nginx(b, product)},
	} {
		b.Run(way.name, func(b *testing.B) {
			if way.addr == "" {
				b.Skip("nginx is not installed")
			}
			tr := &http.Transport{}
			defer tr.CloseIdleConnections()
			for b.Loop() {
				req, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+way.addr+"/products/101", nil)
				req.Header.Set("Authorization", "Bearer "+r.Text)
				res, err := tr.RoundTrip(req)
				if err != nil || res.StatusCode != http.StatusOK {
					b.Fatal(res, err)
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		})
	}
}

// nginx starts an nginx in front of a service; "" when it is not installed.
func nginx(b *testing.B, origin string) string {
	path, err := exec.LookPath("nginx")
	if err != nil {
		return ""
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr, dir := free.Addr().String(), b.TempDir()
	_ = free.Close()
	conf := filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf(`daemon off; pid %[1]s/pid; error_log /dev/null; worker_processes 1; events {}
http { access_log off; client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
upstream o { server %[2]s; keepalive 8; }
server { listen %[3]s; location / { proxy_pass http://o; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`, dir, origin, addr)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(path, "-c", conf, "-p", dir)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() })
	for try := time.Now(); time.Since(try) < 5*time.Second; {
		if c, err := net.Dial("tcp", addr); err == nil {
			_ = c.Close()
			return addr
		}
	}
	return ""
}
