package gateway

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// reducedCapacity is the type of a problem that more capacity would solve.
const reducedCapacity = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity"

// concurrencyForm is the step that sheds load: no more requests at once than it
// allows, whatever their clients. What comes beyond that is refused at once, so that
// what is under way keeps its time.
func concurrencyForm() Form {
	return Form{
		Form: form.Form{
			Word: "concurrency", About: "limit the requests at the same time, and refuse the rest: 503", Example: "concurrency most=50",
			Params: []form.Param{{Name: "most", Kind: form.Count, Default: "100", Min: 1, Max: 100_000, About: "requests at the same time", Example: "50"}},
		},
		make: func(g *Gateway, v form.Values) sim.Middleware {
			most := int64(v.Count("most"))
			var now atomic.Int64
			g.fill(func(p *policy.Gauge) { p.Used, p.Of, p.Unit = float64(min(now.Load(), most)), float64(most), "at once" })
			return func(next sim.Handler) sim.Handler {
				return func(ctx context.Context, m sim.Message) (sim.Message, error) {
					defer now.Add(-1)
					if now.Add(1) <= most {
						return next(ctx, m)
					}
					x := exchangeOf(ctx)
					e := refusal(http.StatusServiceUnavailable, "%d requests are under way, and no more are taken now", most)
					e.RetryAfter = time.Second
					var reply sim.Message
					err := say(x, &reply, typed(x, e, reducedCapacity, "concurrency"), "ratelimit-policy", fmt.Sprintf(`"concurrency";q=%d;qu="concurrent-requests"`, most))
					return reply, err
				}
			}
		},
	}
}
