package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
)

// attachFlags are the brokers that run already, as the command line names them.
// They count for every world that this run of the program opens.
type attachFlags struct {
	brokers  []string
	external bool
}

func (f *attachFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.brokers, "attach", nil, "use a running broker: rabbitmq=amqp://127.0.0.1:5672; repeat for more brokers")
	c.Flags().BoolVar(&f.external, "external", false, "allow --attach to brokers on other machines")
}

// to gives a world the brokers that were named, instead of those of its file.
func (f *attachFlags) to(w *sim.WorldSpec) error {
	for _, text := range f.brokers {
		b, err := sim.ParseBroker(text)
		if err != nil {
			return err
		}
		if !b.Attached() {
			return sim.Invalidf("--attach names %s without an address", b.Name).WithFix("write it as --attach rabbitmq=amqp://127.0.0.1:5672")
		}
		w.Brokers = append(slices.DeleteFunc(w.Brokers, func(o sim.BrokerSpec) bool { return o.Name == b.Name }), b)
	}
	return nil
}

// tellAttached says which brokers are not our own, beside what the program prints.
func (a *app) tellAttached(r *running) {
	for _, s := range r.Attached() {
		fmt.Fprintln(a.Err, sim.Visible(s))
	}
}
