package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

func (a *app) serve() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve [WORLD]",
		Short: "run a world without a screen, for curl and other tools",
		Long: `Runs a world without a screen, for curl and other tools of your own. WORLD is one
of the built-in worlds or a YAML file; without it, checkout. The addresses are
printed once everything is ready. Ctrl-C ends it.

With --format json that is one object on one line, and nothing else.
With --data DIR brokers and databases keep there what they store, and find it
again in the next run; what was confirmed survives the sudden end of the program
and, with --sync always, a power cut. Without it everything goes at the end.
With --attach rabbitmq=amqp://127.0.0.1:5672 the world uses a RabbitMQ that runs
already instead of the built-in one: see docs/attach.md.
With --ports standard the services listen from 8080 on, and for gRPC from 9090
on, else on free ports.`,
		Example:           "  msc-sim serve checkout\n  msc-sim serve my-world.yaml --format json\n  msc-sim serve mail --data ./mail",
		Args:              atMost(1, "one world"),
		ValidArgsFunction: worldNames,
	}
	asJSON := format(c)
	ports := oneOf("auto", "standard")
	c.Flags().Var(ports, "ports", "ports to listen on")
	data := c.Flags().String("data", "", "store the data of brokers and databases in this directory")
	sync := oneOf("written", "always")
	c.Flags().Var(sync, "sync", "what a confirmed message survives: a crash of msc-sim, or of the machine")
	access := c.Flags().String("access-log", "", "append one JSON line for each request of a gateway to this file")
	a.attach.add(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		spec, err := worldfile.Load(first(args, "checkout"))
		if err == nil {
			err = a.attach.to(spec)
		}
		if err != nil {
			return err
		}
		log, err := openAccessLog(*access)
		if err != nil {
			return err
		}
		return errors.Join(a.serveWorld(c.Context(), spec, lab.Options{
			StandardPorts: ports.value == "standard", AllFaces: true, Data: *data, SyncAlways: sync.value == "always", Access: log.write(),
		}, asJSON()), log.Close())
	}
	return c
}

// serveWorld runs a world until ctx ends. Ctrl-C is how it is meant to end, also
// while it is starting: that is no error.
func (a *app) serveWorld(ctx context.Context, spec *sim.WorldSpec, o lab.Options, asJSON bool) (err error) {
	r, err := a.open(ctx, spec, o, nil)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	a.tellAttached(r)
	if !asJSON {
		return a.tell(ctx, r)
	}
	now, err := r.Do(ctx, sim.Show{What: "world"})
	if err != nil {
		return err
	}
	if err := a.ready(r); err != nil {
		return err
	}
	return a.follow(ctx, r, now.Seq, a.Err)
}

func first(args []string, otherwise string) string {
	if len(args) > 0 {
		return args[0]
	}
	return otherwise
}

func worldNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return worldfile.Builtin(), cobra.ShellCompDirectiveDefault // files too
}

// ready prints the one line that programs wait for.
func (a *app) ready(r *running) error {
	return json.NewEncoder(a.Out).Encode(struct {
		World     string         `json:"world"`
		Endpoints []sim.Endpoint `json:"endpoints"`
		Clients   []sim.Client   `json:"clients,omitempty"`
	}{r.Spec().Name, r.endpoints(), r.Clients()})
}

// tell prints the addresses, and then a line whenever the state of the world
// changes, until ctx ends.
func (a *app) tell(ctx context.Context, r *running) error {
	now, err := r.Do(ctx, sim.Show{What: "world"})
	if err != nil {
		return err
	}
	a.say("World %s is ready.\n", sim.Visible(r.Spec().Name))
	rows := [][]string{}
	for _, e := range r.endpoints() {
		rows = append(rows, []string{"  " + sim.Visible(e.Name), e.Protocol, address(e)})
	}
	if err := table(a.Out, rows); err != nil {
		return err
	}
	if err := a.tellClients(r.Clients()); err != nil {
		return err
	}
	if u := r.Spec().UseCases; len(u) > 0 {
		a.say("\nIn another terminal:  msc-sim ctl send %s", sim.Visible(u[0].Name))
	}
	a.say("Ctrl-C ends it.\n")
	return a.follow(ctx, r, now.Seq, a.Out)
}

// tellClients prints the programs that may ask the gateway for tokens.
func (a *app) tellClients(all []sim.Client) error {
	if len(all) == 0 {
		return nil
	}
	rows := [][]string{}
	for _, c := range all {
		rows = append(rows, []string{"  " + c.ID, c.Secret, strings.Join(c.Scopes, " ")})
	}
	a.say("\nClients with their secrets and scopes (a token: msc-sim ctl login %s):\n", all[0].ID)
	return table(a.Out, rows)
}

// follow prints changes of state after a place in the log, new addresses among them. A hole in the log is
// stepped over: it can only hold what a flood of requests pushed out.
func (a *app) follow(ctx context.Context, r *running, after sim.Seq, out io.Writer) error {
	for {
		e, err := r.Timeline().Await(ctx, after, func(e sim.Event) bool { return change(e) != "" })
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			after = e.Seq
			_, _ = fmt.Fprintf(out, "%10.3f s  %s\n", e.At.Seconds(), sim.Visible(change(e))+grpcToo(r, e))
		default:
			now, err := r.Do(ctx, sim.Show{What: "world"})
			if err != nil {
				return err
			}
			after = now.Seq
		}
	}
}

// grpcToo adds the address for gRPC to that of an instance that has started.
func grpcToo(r *running, e sim.Event) string {
	if _, ok := e.Fact.(sim.Started); !ok {
		return ""
	}
	for _, at := range r.endpoints() {
		if at.Name == e.Node.String() && at.Protocol == "grpc" {
			return ", for gRPC on " + at.Addr
		}
	}
	return ""
}

// change says in a few words how an event changed the state of the world; "" if
// it did not.
func change(e sim.Event) string {
	switch f := e.Fact.(type) {
	case sim.Started:
		if f.Part {
			return e.Who() + " runs again"
		}
		if f.Addr == "" { // it only sends
			return ""
		}
		return e.Who() + " listens on " + f.Addr
	case sim.Stopped:
		return e.Who() + " " + f.Cause
	case sim.Paused:
		return e.Who() + " is paused"
	case sim.Resumed:
		return e.Who() + " is resumed"
	case sim.Load:
		if f.Rate == 0 {
			return "no more load"
		}
		return "load " + f.Rate.String() + " of " + f.UseCase
	case sim.Marked:
		return "mark: " + f.Text
	case sim.Reset:
		return "all instances restarted, counters at zero"
	default:
		return ""
	}
}

// address is what can be given to curl where that makes sense.
func address(e sim.Endpoint) string {
	if (e.Protocol == "http" || e.Protocol == "control") && !strings.Contains(e.Addr, "://") {
		return "http://" + e.Addr
	}
	return e.Addr
}
