package gateway

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/cors"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// corsForm is the step that tells browsers which pages may call. It answers their
// preflight requests itself, so it stands before the steps that want a token.
func corsForm() Form {
	return Form{
		Form: form.Form{
			Word: "cors", About: "say which web pages may call, and answer preflight requests", Example: "cors origins=https://shop.example",
			Params: []form.Param{
				{Name: "origins", Kind: form.Text, Default: "*", Max: 400, About: "origins with commas, or * for all"},
				{Name: "methods", Kind: form.Text, Default: "GET,HEAD,POST,PUT,PATCH,DELETE", Max: 200, About: "methods that pages may use"},
				{Name: "headers", Kind: form.Text, Default: "authorization,content-type,idempotency-key,traceparent,x-api-key,x-request-id", Max: 400, About: "headers that pages may send"},
				{Name: "credentials", Kind: form.Bool, Default: "false", About: "true: pages may send cookies"},
				{Name: "maxage", Kind: form.Duration, Default: "10m", Max: 24 * form.Hour, About: "how long a browser remembers the answer"},
			},
		},
		check: func(v form.Values) error {
			if v.Number("credentials") != 0 && strings.Contains(v.Text("origins"), "*") {
				return sim.Invalidf("every page could call with the cookies of its visitor").WithFix("name the origins, or leave credentials out")
			}
			return nil
		},
		make: func(_ *Gateway, v form.Values) sim.Middleware {
			c := cors.New(cors.Options{
				AllowedOrigins: commas(v.Text("origins")), AllowedMethods: commas(v.Text("methods")), AllowedHeaders: commas(v.Text("headers")),
				ExposedHeaders:   []string{"etag", "location", "ratelimit", "ratelimit-policy", "retry-after", headerRequestID},
				AllowCredentials: v.Number("credentials") != 0, MaxAge: int(v.Duration("maxage").Seconds()),
			})
			return func(next sim.Handler) sim.Handler { return crossOrigin(c, next) }
		},
	}
}

// crossOrigin lets the library see a request and write its headers; what it does not
// answer goes on.
func crossOrigin(c *cors.Cors, next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if m.Type != sim.TypeRaw {
			return next(ctx, m)
		}
		x, passed := exchangeOf(ctx), false
		w := &headers{h: http.Header{}}
		r := &http.Request{Method: x.method, Header: http.Header{}, Host: x.host, URL: &url.URL{Path: x.path}}
		for _, name := range []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "Access-Control-Request-Private-Network"} {
			if v := m.Header[strings.ToLower(name)]; v != nil {
				r.Header[name] = v
			}
		}
		c.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true })).ServeHTTP(w, r)
		var reply sim.Message
		var err error
		if passed {
			reply, err = next(ctx, m)
		} else {
			reply = sim.RawResponse(w.status, "", nil, nil)
		}
		for name, values := range w.h {
			if name == "Vary" {
				values = append(values, varied(reply, err)...)
			}
			err = say(x, &reply, err, strings.ToLower(name), values...)
		}
		return reply, err
	}
}

// varied is what a response already says it depends on.
func varied(reply sim.Message, err error) []string {
	if e := sim.AsError(err); e != nil && e.Answer != nil {
		return e.Answer.Header["vary"]
	}
	return reply.Header["vary"]
}

// headers takes what the library writes.
type headers struct {
	h      http.Header
	status int
}

func (w *headers) Header() http.Header         { return w.h }
func (w *headers) Write(b []byte) (int, error) { return len(b), nil }
func (w *headers) WriteHeader(status int)      { w.status = status }
