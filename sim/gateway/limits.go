package gateway

import (
	"context"
	"net/http"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// limitsForm is the step that refuses what is too large before anything else
// looks at it. REST itself has wider bounds: 1 MiB of body, 64 KiB of header.
func limitsForm() Form {
	kib := float64(1 << 10)
	return Form{
		Form: form.Form{
			Word: "limits", About: "refuse a request whose body, path or header is too large: 413, 414, 431", Example: "limits body=64KiB",
			Params: []form.Param{
				{Name: "body", Kind: form.Bytes, Default: "256KiB", Min: 1, Max: 1 << 20, About: "largest body", Example: "64KiB"},
				{Name: "path", Kind: form.Bytes, Default: "8KiB", Min: 64, Max: 32 * kib, About: "longest path, with its query", Example: "2KiB"},
				{Name: "header", Kind: form.Bytes, Default: "16KiB", Min: 256, Max: 64 * kib, About: "all headers together", Example: "8KiB"},
			},
		},
		make: func(_ *Gateway, v form.Values) sim.Middleware {
			body, path, header := v.Count("body"), v.Count("path"), v.Count("header")
			return func(next sim.Handler) sim.Handler {
				return func(ctx context.Context, m sim.Message) (sim.Message, error) {
					_, data := sim.RawBody(m)
					switch {
					case len(m.Header.Get(sim.HeaderPath)) > path:
						return sim.Message{}, refusal(http.StatusRequestURITooLong, "the path is longer than %s", form.Size(int64(path)))
					case size(m.Header) > header:
						return sim.Message{}, refusal(http.StatusRequestHeaderFieldsTooLarge, "the headers are larger than %s", form.Size(int64(header)))
					case len(data) > body:
						return sim.Message{}, refusal(http.StatusRequestEntityTooLarge, "the body is larger than %s", form.Size(int64(body)))
					}
					return next(ctx, m)
				}
			}
		},
	}
}

// size is what a header takes on the wire of HTTP/1.1: "name: value" and the end of a line.
func size(h sim.Header) (n int) {
	for k, values := range h {
		for _, v := range values {
			if k[0] != ':' {
				n += len(k) + len(v) + 4
			}
		}
	}
	return n
}
