package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/compare"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/load/target"
)

// mostPayload is the largest job: brokers refuse messages of much more.
const mostPayload = 1 << 20

// compareFlags is what a comparison is asked to be.
type compareFlags struct {
	arms          []string
	against       []string
	rate, payload string
	o             compare.Options
	format        *choice
}

func (a *app) compare() *cobra.Command {
	f := compareFlags{format: oneOf("table", "json", "csv", "markdown", "html")}
	c := &cobra.Command{
		Use:   "compare",
		Short: "measure the same job over REST, gRPC, queues and Kafka",
		Long: `Has the same job done over each transport (an arm), by a service of its own on real
sockets of this machine, and measures bytes, times, throughput and CPU.

The arms take turns in short blocks, in drawn order, and the first arm runs twice
in each round: how far it is from itself is the noise. A difference counts when its
interval at 99 % lies outside of the noise and chance gives it in less than 1 run of
100. Otherwise the arms are equal (within 5 %), or these pairs cannot tell.

Caller, receiver and broker share this machine, and there is no distance between
them: what is measured is the work of the protocols. Brokers are built in and keep
messages in memory: for a product with disks and replicas, take it as the least.`,
		Example: "  msc-sim compare --arms rest,grpc\n" +
			"  msc-sim compare --arms grpc,kafka,rabbitmq --payload 10KiB\n" +
			"  msc-sim compare --format html > compare.html",
		Args: atMost(0, "nothing more; name the transports with --arms"),
		RunE: func(c *cobra.Command, _ []string) error { return a.measure(c.Context(), f) },
	}
	fs := c.Flags()
	fs.StringSliceVar(&f.arms, "arms", lab.Comparable(), "the transports to compare")
	fs.StringArrayVar(&f.against, "against", nil, "a service of your own as one more arm: an http:// or grpc:// address on this machine; repeatable")
	fs.StringVar(&f.payload, "payload", "100B", "text that each job carries, up to 1MiB")
	fs.StringVar(&f.rate, "rate", "200/s", "jobs a second while times are measured")
	fs.IntVar(&f.o.Callers, "callers", 16, "callers that saturate an arm, each with one job at a time (1 to 256)")
	fs.IntVar(&f.o.Pairs, "pairs", 12, fmt.Sprintf("blocks of each arm, and so pairs to compare (%d to %d)", compare.FewestPairs, compare.MostPairs))
	fs.DurationVar(&f.o.During, "block", 300*time.Millisecond, "how long jobs are started in a block")
	fs.Uint64Var(&f.o.Seed, "seed", 1, "seed of the order of the arms")
	fs.Var(f.format, "format", "output format")
	return c
}

// measure runs the comparison and writes it down.
func (a *app) measure(ctx context.Context, f compareFlags) (err error) {
	if f.o.Rate, err = sim.ParseRate(f.rate); err != nil {
		return err
	}
	size, err := form.Param{Name: "payload", Kind: form.Bytes, Max: mostPayload}.Read(f.payload)
	if err != nil {
		return err
	}
	payload := int(size)
	arms, err := lab.OpenArms(ctx, f.arms, payload)
	if err != nil {
		return err
	}
	others, err := outsiders(ctx, f.against)
	var r compare.Report
	if err == nil {
		r, err = a.compared(ctx, arms, others, f.o)
	}
	for _, o := range others {
		err = errors.Join(err, o.Close())
	}
	if err = errors.Join(err, arms.Close()); err != nil {
		return err
	}
	r.Payload = payload
	switch f.format.value {
	case "json":
		return json.NewEncoder(a.Out).Encode(r)
	case "html":
		return compare.WriteHTML(a.Out, r)
	default:
		return a.tellCompared(r, f.format.value)
	}
}

// outsiders opens the addresses that are compared with. Those opened before one that
// fails are returned too, to be closed.
func outsiders(ctx context.Context, urls []string) (all []*compare.Outside, err error) {
	for _, u := range urls {
		o, err := compare.OpenOutside(ctx, u, target.Request{URL: u, Timeout: target.DefaultTimeout, Callers: 256})
		if err != nil {
			return all, err
		}
		all = append(all, o)
	}
	return all, nil
}

// compared measures all arms and tells a terminal how far it is.
func (a *app) compared(ctx context.Context, arms *lab.Arms, others []*compare.Outside, o compare.Options) (r compare.Report, err error) {
	each := arms.Each()
	for _, one := range others {
		each = append(each, one)
	}
	if isTerminal(a.Err) {
		began := time.Now()
		o.Told = func(s compare.Step) {
			fmt.Fprintf(a.Err, "\r\x1b[K%s  %s  %s", roundOf(s), s.Arm, time.Since(began).Round(time.Second))
		}
		defer fmt.Fprint(a.Err, "\r\x1b[K")
	}
	sizes, err := arms.Bytes(ctx)
	if err != nil {
		return r, err
	}
	all, err := compare.Run(ctx, each, o)
	if err != nil {
		return r, err
	}
	r = compare.Conclude(all, o.Block())
	for i := range sizes {
		r.Arms[i].Bytes = sizes[i]
		r.Arms[i].Guarantees, r.Arms[i].Floor = arms.Says(i)
	}
	r.UseCase, r.Machine = "job", arms.Machine()
	r.Notes = notes(r, others)
	return r, nil
}

func roundOf(s compare.Step) string {
	if s.Round == 0 {
		return "warm-up"
	}
	return fmt.Sprintf("round %d of %d", s.Round, s.Rounds)
}

// notes are what a reader has to know of the figures.
func notes(r compare.Report, others []*compare.Outside) []string {
	all := []string{
		"Times are from the moment a job was meant to start; the caller goes on when the receiver, or a broker, has taken it.",
		"Caller, receiver and broker share the CPUs of this machine; cpu_us is that of all of them for one job.",
		"Bytes are those of one job over all hops, both ways, as counted at the sockets, without TCP and IP.",
	}
	var floors []string
	for _, m := range r.Arms {
		if m.Floor {
			floors = append(floors, m.Name)
		}
	}
	if len(others) > 0 {
		all = append(all, "Of the services named with --against only times are known: not their bytes, and not their CPU.")
	}
	if len(floors) > 0 {
		all = append(all, "Built-in brokers ("+strings.Join(floors, ", ")+") keep messages in memory, on one machine: the product with disks and replicas takes at least as long.")
	}
	return all
}
