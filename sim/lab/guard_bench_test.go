package lab_test

import (
	"context"
	"testing"

	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/internal/measure"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// BenchmarkGuarded compares a recorded call under three idle policies with the
// same call under none, as [BenchmarkWatched] compares that with the bare library.
//
//	go test ./sim/lab -run '^$' -bench Guarded -benchtime 1x
func BenchmarkGuarded(b *testing.B) {
	watched := productArm(b, "")
	guarded := productArm(b, `links: {"client:product": {policies: [retry, breaker, timeout]}}`)
	measure.Compare(b, measure.Arm{Name: "watched", Call: watched}, measure.Arm{Name: "guarded", Call: guarded})
}

// productArm asks for a product through a world of its own.
func productArm(b *testing.B, links string) func() error {
	l := openSpec(b, parse(b, "name: bench\nservices:\n  client: {kind: client}\n  product: {kind: product}\n"+links+
		"\nuse_cases:\n  get: {from: client, ask: product.GetProduct, body: {id: $item}, fields: {item: \"101\"}}\n"), lab.Options{})
	ask, m := l.Caller("client"), sim.NewMessage(&productv1.GetProduct{Id: "101"})
	return func() error {
		_, err := ask.Ask(context.Background(), "product", m)
		return err
	}
}
