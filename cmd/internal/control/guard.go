package control

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// fromHere refuses requests that were not addressed to this very endpoint.
// The standard library's cross-origin protection is not enough: a name that
// first points to a web page and then to 127.0.0.1 is the same origin to a browser.
func (s *Server) fromHere(next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(s.record.Addr)
	allowed := map[string]bool{"127.0.0.1:" + port: true, "localhost:" + port: true, "[::1]:" + port: true}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !allowed[r.Host]:
			refuse(w, sim.Errorf(sim.Denied, "the host %q is not this endpoint", r.Host).WithFix("call it by its address: http://%s", s.record.Addr))
		case r.Header.Get("Origin") != "":
			refuse(w, sim.Errorf(sim.Denied, "web pages may not act on this world").WithFix("use msc-sim ctl or a program of your own"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// withToken refuses requests that do not carry this run's token.
func (s *Server) withToken(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(s.record.Token)) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuseAs(w, http.StatusUnauthorized, sim.Errorf(sim.Denied, "the token of this run is missing or wrong").
				WithFix("msc-sim ctl finds it by itself"))
			return
		}
		next(w, r)
	}
}
