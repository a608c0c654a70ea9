package lab_test

import (
	"context"
	"testing"

	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/internal/measure"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// BenchmarkInjected compares a recorded call past faults that touch nothing with
// the same call where none was ever armed.
//
//	go test ./sim/lab -run '^$' -bench Injected -benchtime 1x
func BenchmarkInjected(b *testing.B) {
	bare := injectedArm(b)
	message := injectedArm(b, "latency share=0%")
	wire := injectedArm(b, "reset share=0%")
	cleared := injectedArm(b, "latency delay=1ms on=wire", "clear all")
	measure.Compare(b,
		measure.Arm{Name: "none", Call: bare},
		measure.Arm{Name: "message", Call: message},
		measure.Arm{Name: "wire", Call: wire},
		measure.Arm{Name: "cleared", Call: cleared})
}

// injectedArm asks for a product through a world of its own, in which lines were
// said: faults of the link client:product, or "clear all".
func injectedArm(b *testing.B, faults ...string) func() error {
	l := openSpec(b, parse(b, "name: bench\nservices:\n  client: {kind: client}\n  product: {kind: product}\n"+
		"\nuse_cases:\n  get: {from: client, ask: product.GetProduct, body: {id: $item}, fields: {item: \"101\"}}\n"), lab.Options{})
	ask, m := l.Caller("client"), sim.NewMessage(&productv1.GetProduct{Id: "101"})
	call := func() error {
		_, err := ask.Ask(context.Background(), "product", m)
		return err
	}
	_ = call() // a connection is open
	for _, line := range faults {
		if line != "clear all" {
			line = "inject client:product " + line
		}
		if _, err := l.Do(b.Context(), parseLine(b, line)); err != nil {
			b.Fatal(err)
		}
	}
	return call
}
