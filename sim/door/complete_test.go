package door_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/form"
)

func number(name, example string) form.Param {
	return form.Param{Name: name, Kind: form.Count, About: "how much", Example: example}
}

var checkout = door.Vocabulary{
	Names: sim.Names{
		Services: []string{"order", "payment", "product"},
		Links:    []string{"order:payment", "order:product"},
		UseCases: []string{"order.place", "product.get"},
		Topics:   []string{"order-created"},
		Queues:   []string{"order:notification"},
		Fields:   map[string][]string{"order.place": {"item", "qty"}},
	},
	Policies: []form.Form{
		{Word: "retry", About: "ask again", Params: []form.Param{number("tries", "3"), number("base", "500ms")}},
		{Word: "breaker", About: "stop asking"},
	},
	Presets: []form.Form{{Word: "hystrix", About: "as Hystrix", Params: []form.Param{{Name: "scale", Kind: form.Choice, About: "how large", Choices: []string{"published", "classroom"}}}}},
	Faults: []form.Form{
		{Word: "latency", About: "slow", Targets: []string{"link"}, Params: []form.Param{number("delay", "300ms"), number("share", "30%")}},
		{Word: "kill", About: "ended", Targets: []string{"service", "instance"}},
		{Word: "error", About: "no", Targets: []string{"service"}},
	},
	Armed: []string{"f1"},
	Ways: func(link string) []door.Suggestion {
		if link == "order:payment" {
			return []door.Suggestion{{Text: "grpc", About: "another way"}}
		}
		return nil
	},
}

func TestComplete(t *testing.T) {
	for _, tt := range []struct {
		line string
		want []string
	}{
		{"se", []string{"send"}},
		{":se", []string{"send"}},
		{"send", []string{"send"}},
		{"send ", []string{"order.place", "product.get"}},
		{"send or", []string{"order.place"}},
		{"send order.place ", []string{"item=", "qty="}},
		{"send order.place item=101 ", []string{"qty="}},
		{"send nobody ", nil},
		{"load ", []string{"10/s", "100/s", "500/s", "off"}},
		{"load 10/s ", []string{"order.place", "product.get", "arrivals=constant", "arrivals=poisson", "for=30s"}},
		{"load 10/s product.get arrivals=p", []string{"arrivals=poisson"}},
		{"load 10/s product.get arrivals=poisson ", []string{"for=30s"}},
		{"kill p", []string{"payment", "product"}},
		{"kill payment ", nil},
		{"scale payment ", []string{"1", "2", "3"}},
		{"scale payment 2 ", nil},
		{"show ", []string{"links", "policies", "faults", "services", "routes", "queues", "topics", "exchanges", "dead", "load", "world", "fidelity", "demo", "order:payment", "order:product"}},
		{"show dead ", []string{"order:notification"}},
		{"redrive ", []string{"order:notification"}},
		{"redrive order:notification ", nil},
		{"subscribe ", []string{"order-created"}},
		{"topic ", []string{"order-created"}},
		{"topic order-created ", []string{"partitions=4", "replicas=3"}},
		{"topic order-created partitions=4 ", []string{"replicas=3"}},
		{"show order:pa", []string{"order:payment"}},
		{"guard ", []string{"order:payment", "order:product"}},
		{"guard order:payment ", []string{"retry", "breaker", "preset=hystrix"}},
		{"guard order:payment retry ", []string{"tries=3", "base=500ms"}},
		{"guard order:payment retry tries=3 ", []string{"base=500ms"}},
		{"guard order:payment preset=hystrix ", []string{"scale=published", "scale=classroom"}},
		{"unguard order:payment ", []string{"retry", "breaker"}},
		{"swap ", []string{"order:payment", "order:product"}},
		{"swap order:payment ", []string{"grpc"}},
		{"swap order:product ", nil},
		{"nothing ", nil},
		{"mark ", nil},
		{`mark "half`, nil},
		{"inject ", []string{"order:payment", "order:product", "order", "payment", "product"}},
		{"inject order:payment ", []string{"latency"}},
		{"inject payment ", []string{"kill", "error"}},
		{"inject payment#2 k", []string{"kill"}},
		{"inject order:payment latency ", []string{"delay=300ms", "share=30%"}},
		{"inject order:payment latency delay=1s ", []string{"share=30%"}},
		{"inject order:payment nothing ", nil},
		{"clear ", []string{"f1", "all"}},
		{"clear f1 ", nil},
	} {
		var got []string
		for _, s := range door.Complete(tt.line, checkout) {
			got = append(got, s.Text)
			if s.About == "" {
				t.Errorf("%q: %q is not explained", tt.line, s.Text)
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", tt.line, d)
		}
	}
}

func TestCompleteOffersEveryVerb(t *testing.T) {
	if got, want := len(door.Complete("", door.Vocabulary{})), len(door.Verbs()); got != want {
		t.Errorf("%d suggestions for %d verbs", got, want)
	}
}

func FuzzComplete(f *testing.F) {
	f.Add("send order.place ")
	f.Add(`load 1/s "`)
	f.Fuzz(func(_ *testing.T, line string) { door.Complete(line, checkout) })
}
