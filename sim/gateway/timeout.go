package gateway

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// timeoutForm is the step that bounds how long a client waits. What is left of
// the time travels with the request.
func timeoutForm() Form {
	return Form{
		Form: form.Form{
			Word: "timeout", About: "limit the time until the response: 504", Example: "timeout after=2s",
			Params: []form.Param{{Name: "after", Kind: form.Duration, Default: "2s", Min: form.Millisecond, Max: form.Minute, About: "how long a request may take", Example: "500ms"}},
		},
		make: func(_ *Gateway, v form.Values) sim.Middleware {
			after := v.Duration("after")
			return func(next sim.Handler) sim.Handler {
				return func(ctx context.Context, m sim.Message) (sim.Message, error) {
					ctx, cancel := context.WithTimeout(ctx, after)
					defer cancel()
					return next(ctx, m)
				}
			}
		},
	}
}
