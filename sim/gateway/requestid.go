package gateway

import (
	"context"
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

const headerRequestID = "x-request-id"

// requestIDForm is the step that gives each request a name: people quote it when
// they report a failure, and every log has it. One that the client sent is kept
// if it is short and plain.
func requestIDForm() Form {
	return Form{
		Form: form.Form{Word: "requestid", About: "give each request an id, which the service and the client get", Example: "requestid"},
		make: func(g *Gateway, _ form.Values) sim.Middleware {
			return func(next sim.Handler) sim.Handler {
				return func(ctx context.Context, m sim.Message) (sim.Message, error) {
					x := exchangeOf(ctx)
					if x.id = m.Header.Get(headerRequestID); !plainID(x.id) {
						x.id = fmt.Sprintf("%016x", g.env.Rand.Uint64())
					}
					reply, err := next(ctx, m)
					err = say(x, &reply, err, headerRequestID, x.id)
					return reply, err
				}
			}
		},
	}
}

func plainID(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	})
}
