package plain_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/sim"
)

// caught is a world in which something else crossed than HTTP, or nothing is kept.
type caught struct {
	*tuitest.World
	x    sim.Exchange
	kept bool
}

func (c caught) Exchange(sim.LinkID, sim.SpanID) (sim.Exchange, bool) { return c.x, c.kept }

// opened is what is written when a person sends something and opens it.
func opened(t *testing.T, w plain.World, lines ...string) string {
	t.Helper()
	var out bytes.Buffer
	in := strings.NewReader(strings.Join(append([]string{"send product.get"}, lines...), "\n") + "\nq\n")
	if err := plain.Watch(t.Context(), in, &out, w, plain.Options{Width: -1}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOpenWritesRequestAndAnswerAsTheyCrossed(t *testing.T) {
	for _, line := range []string{"open", "open order:product"} {
		says(t, opened(t, tuitest.New(), line),
			"Request from order to product, 90 bytes:", "  GET /products/101 HTTP/1.1", "  Accept: application/json",
			"Answer, ", "  HTTP/1.1 200 OK", "  Content-Length: 62", `  {"id":"101","name":"kettle"`,
		)
	}
}

func TestOpenWritesEveryCrossingOfABroker(t *testing.T) {
	x := sim.Exchange{
		From: "order", To: "rabbitmq",
		Request: sim.Captured{
			Start: "basic.publish", Total: 123, Raw: []byte("x"), Body: []byte(`{"to":"c-1"}`),
			Lines: []sim.Field{{Name: "routing-key", Value: "order.mail"}}, Notes: []string{"only its beginning is kept"},
		},
		Response: sim.Captured{Start: "basic.ack", Total: 21, Raw: []byte("x"), Lines: []sim.Field{{Name: "delivery-tag", Value: "5"}}},
		Then: []sim.Exchange{{
			From: "rabbitmq", To: "mail",
			Request: sim.Captured{Start: "basic.deliver\x1b[2J", Total: 130, Raw: []byte("x"), Body: []byte{0x0a, 0xff, 0x01}},
		}},
	}
	out := opened(t, caught{tuitest.New(), x, true}, "open")
	says(t, out,
		"Message from order to rabbitmq, 123 bytes:", "  basic.publish", "  routing-key: order.mail", `  {"to":"c-1"}`, "(only its beginning is kept)",
		"Receipt, 21 bytes:", "  delivery-tag: 5",
		"Message from rabbitmq to mail, 130 bytes:", "A body of 3 bytes, which is no text.", "Receipt: nothing crossed.",
	)
	if strings.Contains(out, "\x1b[2J") {
		t.Error("an escape sequence that crossed reached the terminal")
	}
}

func TestOpenSaysWhyThereIsNothing(t *testing.T) {
	says(t, opened(t, caught{World: tuitest.New()}, "open"), "these bytes are no longer stored", "send the request again")
	says(t, opened(t, tuitest.New(), "open client:order"), "no message has crossed this link yet", "send a request first")
	says(t, opened(t, tuitest.New(), "open product"), "product")
	var out bytes.Buffer
	if err := plain.Watch(t.Context(), strings.NewReader("open\nq\n"), &out, tuitest.New(), plain.Options{Width: -1}); err != nil {
		t.Fatal(err)
	}
	says(t, out.String(), "no message has crossed this link yet")
}
