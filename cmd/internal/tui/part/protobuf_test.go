package part

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// charge is a request as gRPC puts it on the wire: five bytes, then protobuf.
func charge(t *testing.T) sim.Exchange {
	t.Helper()
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(&paymentv1.Charge{
		OrderId: "o-107", Amount: &moneyv1.Money{Currency: "EUR", Cents: 150},
	})
	if err != nil {
		t.Fatal(err)
	}
	body := append([]byte{0, 0, 0, 0, byte(len(b))}, b...)
	return sim.Exchange{Link: "order:payment", Protocol: "h2", Request: sim.Captured{
		Raw: body, Body: body, Total: int64(len(body)),
		Start:  "POST /shop.payment.v1.PaymentService/Charge",
		Lines:  []sim.Field{{Name: ":path", Value: "/shop.payment.v1.PaymentService/Charge"}, {Name: "content-type", Value: "application/grpc"}},
		Frames: []sim.Frame{{Name: "HEADERS", Flags: "END_HEADERS", Size: 88}, {Name: "DATA", Flags: "END_STREAM", Size: 30}},
	}}
}

func inspected(i Inspector, w int) string {
	g := grid.New(w, 40)
	i.Draw(g, grid.Rect{W: w, H: 40}, theme.New(theme.Options{}))
	return strings.Join(g.Lines(), "\n")
}

func TestInspectorReadsProtobufByItsContract(t *testing.T) {
	for _, w := range []int{60, 100} {
		got := inspected(Inspector{Exchange: charge(t)}, w)
		for _, want := range []string{
			"HEADERS", "END_HEADERS", "not compressed, ", "0a 05 6f 2d 31 30 37", `1 order_id  "o-107"`, "3 amount  Money",
			`1 currency  "EUR"`, "2 cents  150", "the same as JSON: ",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("width %d: no %q in\n%s", w, want, got)
			}
		}
	}
}

func TestInspectorReadsProtobufWithoutItsContract(t *testing.T) {
	got := inspected(Inspector{Exchange: charge(t), Numbers: true}, 100)
	for _, name := range []string{"order_id", "currency", "as JSON"} {
		if strings.Contains(got, name) {
			t.Errorf("%q is not on the wire, but in\n%s", name, got)
		}
	}
	if !strings.Contains(got, "96 01") || !strings.Contains(got, "2  150") {
		t.Errorf("the numbers are missing in\n%s", got)
	}
}
