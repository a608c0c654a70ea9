package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/load"
	"github.com/msc-sim/msc-sim/sim/load/target"
)

// Bounds of a load that leaves this machine: enough to see, too little to harm.
const (
	farRate    sim.Rate = 1000
	farTime             = 5 * time.Minute
	farCallers          = 256
)

// loadFlags is what a load is asked to be.
type loadFlags struct {
	rate            string
	arrivals        *choice
	during, within  time.Duration
	method, body    string
	headers         []string
	callers         int
	external        bool
	knee            bool
	seed            uint64
	before, formats string
}

func (a *app) load() *cobra.Command {
	f := loadFlags{arrivals: oneOf("constant", "poisson")}
	c := &cobra.Command{
		Use:   "load URL",
		Short: "offer load to an HTTP or gRPC service of your own",
		Long: `Sends requests to a service of your own at a rate that does not depend on its
responses, and reports how long callers waited: from the moment a request was
meant to start. So a server that stalls is seen to stall. When this machine could
not keep the rate, the report says so.

URL is http://, https:// or grpc://HOST:PORT/package.Service/Method. For gRPC the
server needs reflection; --body is the request as JSON, and @FILE reads a file.

With --find-knee the rate is doubled every --for until responses fail, come too
late (p99 over ten times that of the first rate) or the rate cannot be kept.

Addresses that are not of this machine need --external. Then the rate is bounded
to 1000/s, the time to 5m and the requests in flight to 256.`,
		Example: "  msc-sim load http://127.0.0.1:8080/products/p1 --rate 200/s --for 30s\n" +
			"  msc-sim load grpc://127.0.0.1:9090/shop.product.v1.ProductService/Get --body '{\"id\":\"p1\"}'\n" +
			"  msc-sim load http://127.0.0.1:8080/ --find-knee --for 3s",
		Args: exactly("the address of a service"),
	}
	fs := c.Flags()
	fs.StringVar(&f.rate, "rate", "100/s", "requests a second")
	fs.Var(f.arrivals, "arrivals", "spacing of the requests")
	fs.DurationVar(&f.during, "for", 10*time.Second, "how long requests are sent")
	fs.DurationVar(&f.within, "timeout", target.DefaultTimeout, "how long a response may take")
	fs.StringVar(&f.method, "method", "", "HTTP method (default GET; POST with a body)")
	fs.StringVar(&f.body, "body", "", "body of each request, or @FILE")
	fs.StringArrayVar(&f.headers, "header", nil, "HTTP header or gRPC metadata, as 'name: value'; repeatable")
	fs.IntVar(&f.callers, "callers", load.UsualInFlight, "how many requests may be in flight at once; more are not sent, and counted")
	fs.BoolVar(&f.external, "external", false, "allow an address that is not of this machine")
	fs.BoolVar(&f.knee, "find-knee", false, "double the rate until the service cannot follow")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of poisson arrivals")
	fs.StringVar(&f.before, "compare-with", "", "a report that was stored with --format json, shown beside this one")
	formats := oneOf("text", "json", "csv", "markdown")
	fs.Var(formats, "format", "output format")
	c.RunE = func(c *cobra.Command, args []string) error {
		f.formats = formats.value
		return a.offer(c.Context(), args[0], f)
	}
	return c
}

// offer opens the target and offers what was asked for.
func (a *app) offer(ctx context.Context, url string, f loadFlags) error {
	o, r, err := f.read(url)
	if err != nil {
		return err
	}
	var before *loadReport
	if f.before != "" {
		if before, err = readLoadReport(f.before); err != nil {
			return err
		}
	}
	to, err := target.Open(ctx, r)
	if err != nil {
		return err
	}
	if f.external {
		fmt.Fprintf(a.Err, "This load leaves the machine: %s to %s for %s. Send it only to a service that you may load.\n", o.Rate, sim.Visible(url), o.For)
	}
	most := o.Rate
	switch {
	case f.knee && f.external:
		most = farRate
	case f.knee:
		most = sim.MaxRate
	}
	reports, err := a.offerUpTo(ctx, to, url, o, most)
	err = errors.Join(err, to.Close())
	if len(reports) == 0 {
		return err
	}
	return errors.Join(err, a.tellLoad(reports, before, f))
}

// read checks the flags.
func (f loadFlags) read(url string) (o load.Options, r target.Request, err error) {
	if o.Rate, err = sim.ParseRate(f.rate); err != nil {
		return o, r, err
	}
	o.For, o.InFlight, o.Seed = f.during, f.callers, f.seed
	if f.arrivals.value == "poisson" {
		o.Arrivals = sim.Poisson
	}
	r = target.Request{URL: url, Method: strings.ToUpper(f.method), Timeout: f.within, Callers: f.callers, External: f.external}
	if err = o.Validate(); err != nil {
		return o, r, err
	}
	switch {
	case o.Rate == 0 || o.For == 0 || o.InFlight == 0:
		return o, r, sim.Invalidf("a load of %s for %s by %d callers sends nothing", o.Rate, o.For, o.InFlight).WithFix("such as --rate 100/s --for 10s")
	case f.external && (o.Rate > farRate || o.For > farTime || o.InFlight > farCallers && f.callers != load.UsualInFlight):
		return o, r, sim.Invalidf("this load is too large to leave the machine").WithFix("at most %s for %s by %d callers", farRate, farTime, farCallers)
	case f.external:
		o.InFlight = min(o.InFlight, farCallers)
		r.Callers = o.InFlight
	}
	for _, h := range f.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return o, r, sim.Invalidf("%q is not a header", h).WithFix("write it as 'name: value'")
		}
		r.Headers = append(r.Headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
	r.Body = []byte(f.body)
	if name, ok := strings.CutPrefix(f.body, "@"); ok {
		if r.Body, err = os.ReadFile(name); err != nil {
			return o, r, sim.Errorf(sim.NotFound, "%s cannot be read: %s", name, errors.Unwrap(err))
		}
	}
	return o, r, nil
}

// offerUpTo offers one load after another, each at twice the rate, until the service
// does not follow or the highest rate is reached. What was measured before an
// interruption is reported too.
func (a *app) offerUpTo(ctx context.Context, to target.Target, url string, o load.Options, most sim.Rate) (all []loadReport, err error) {
	for {
		r, err := a.offerOne(ctx, to, o)
		if err != nil {
			return all, err
		}
		r.URL = url
		all = append(all, r)
		if ctx.Err() != nil || r.Bent(all[0]) != "" || o.Rate*2 > most {
			return all, nil
		}
		o.Rate *= 2
	}
}

// offerOne offers one load and tells a terminal how it goes.
func (a *app) offerOne(ctx context.Context, to target.Target, o load.Options) (loadReport, error) {
	var statuses target.Tally
	var why target.Reasons
	g, err := load.Start(ctx, o, func(ctx context.Context, _ time.Time) error {
		status, err := to.Send(ctx)
		if err != nil {
			why.Add(err)
			return err
		}
		statuses.Add(status)
		return nil
	})
	if err != nil {
		return loadReport{}, err
	}
	stop := context.AfterFunc(ctx, g.Stop)
	defer stop()
	a.watchLoad(g, o)
	return newLoadReport(g.Wait(), o, statuses.Counts(), why.Most()), nil
}

// watchLoad writes one line a second to a terminal until the load has ended.
func (a *app) watchLoad(g *load.Generator, o load.Options) {
	if !isTerminal(a.Err) {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-g.Done():
			fmt.Fprint(a.Err, "\r\x1b[K")
			return
		case <-tick.C:
			r := g.Report()
			fmt.Fprintf(a.Err, "\r\x1b[K%s of %s  %s  sent %d  answered %d  failed %d  in flight %d  p99 %s", r.Lasted.Round(time.Second), o.For, o.Rate,
				r.Offered-r.Refused, r.Answered, r.Failed, r.InFlight, sim.Human(r.Took.P99))
		}
	}
}

// readLoadReport reads what --format json stored.
func readLoadReport(file string) (*loadReport, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, sim.Errorf(sim.NotFound, "%s cannot be read: %s", file, errors.Unwrap(err))
	}
	r := &loadReport{}
	if err := json.Unmarshal(raw, r); err != nil || r.Schema != 1 || r.Offered == 0 {
		return nil, sim.Invalidf("%s is not a report of msc-sim load", file).WithFix("store one: msc-sim load URL --format json > %s", file)
	}
	return r, nil
}
