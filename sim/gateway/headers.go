package gateway

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// safe are headers that keep a browser from reading more into the response of an API
// than it says. Strict-Transport-Security is not among them: browsers ignore it
// over http, which this gateway speaks.
var safe = map[string]string{
	"x-content-type-options":  "nosniff",
	"x-frame-options":         "DENY",
	"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
	"referrer-policy":         "no-referrer",
}

// headersForm is the step that adds them, and removes what a service says about its
// programs.
func headersForm() Form {
	return Form{
		Form: form.Form{Word: "headers", About: "add security headers, and remove Server and X-Powered-By", Example: "headers"},
		make: func(*Gateway, form.Values) sim.Middleware {
			return func(next sim.Handler) sim.Handler {
				return func(ctx context.Context, m sim.Message) (sim.Message, error) {
					reply, err := next(ctx, m)
					if m.Type != sim.TypeRaw {
						return reply, err
					}
					x := exchangeOf(ctx)
					for name, value := range safe {
						err = say(x, &reply, err, name, value)
					}
					for _, name := range []string{"server", "x-powered-by"} {
						err = say(x, &reply, err, name)
					}
					return reply, err
				}
			}
		},
	}
}
