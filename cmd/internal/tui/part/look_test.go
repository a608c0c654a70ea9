package part_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
)

func exchange() sim.Exchange {
	body := `{"id":"101","name":"Green tea","price":{"currency":"EUR","cents":1818},"in_stock":true,"tags":["tea","loose"],"note":null}`
	resp := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"5d41402abc4b2a76\"\r\nDate: Sat, 22 Nov 2025 15:04:05 GMT\r\nContent-Length: 124\r\n\r\n" + body
	return sim.Exchange{
		Link: "order:product", Protocol: "http/1.1",
		Request: sim.Captured{Raw: []byte("GET /products/101 HTTP/1.1\r\nHost: 127.0.0.1:40123\r\n\r\n"), Start: "GET /products/101 HTTP/1.1", Lines: []sim.Field{
			{"Host", "127.0.0.1:40123"}, {"User-Agent", "msc-sim/order"}, {"Accept", "application/json"}, {"Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, {"Request-Timeout-Ms", "1000"},
		}, Total: 211},
		Response: sim.Captured{Raw: []byte(resp), Start: "HTTP/1.1 200 OK", Lines: []sim.Field{
			{"Content-Type", "application/json"}, {"ETag", `"5d41402abc4b2a76"`}, {"Date", "Sat, 22 Nov 2025 15:04:05 GMT"}, {"Content-Length", "124"},
		}, Body: []byte(body), Total: int64(len(resp))},
	}
}

func TestLook(t *testing.T) {
	p := func(l []string) { fmt.Println(strings.Join(l, "\n") + "\n----") }
	s, id, _ := lookup(404)
	tr := s.Trace(id)
	p(show(t, "strip", part.Strip{Hop: tr.Hops[0], Now: time.Hour, Slower: 6712}, 78, 4, dark))
	c, id, _ := checkout()
	ct := c.Trace(id)
	p(show(t, "strip2", part.Strip{Hop: ct.Hops[2], Now: time.Hour}, 78, 4, dark))
	p(show(t, "strip3", part.Strip{Trace: ct, Now: time.Hour}, 78, 4, dark))
	p(show(t, "ladder", part.Ladder{Trace: ct, Clock: warp.New(ct), Select: ct.Hops[3].Span}, 118, 16, dark))
	p(show(t, "ladder80", part.Ladder{Trace: ct, Clock: warp.New(ct)}, 78, 16, dark))
	p(show(t, "inspector", part.Inspector{Exchange: exchange(), Answer: true}, 100, 24, dark))
	p(show(t, "inspector-req", part.Inspector{Exchange: exchange()}, 100, 14, dark))
	p(show(t, "inspector-narrow", part.Inspector{Exchange: exchange(), Answer: true}, 42, 30, dark))
	p(show(t, "inspector-hex", part.Inspector{Exchange: exchange(), Answer: true, Hex: true}, 78, 10, dark))
	p(show(t, "events", part.Events{Events: ct.Events, Selected: 8}, 100, 18, dark))
	l := loaded()
	p(show(t, "latency", part.Latency{Title: "order:payment", Took: &l.Link("order:payment").Took}, 60, 14, dark))
	p(show(t, "latency-few", part.Latency{Title: "order:payment", Took: &c.Link("order:payment").Took}, 60, 14, dark))
	p(show(t, "links", part.Links{Links: l.Links, Select: "order:payment"}, 118, 8, dark))
	p(show(t, "links80", part.Links{Links: l.Links}, 78, 8, dark))
	p(show(t, "notices", part.Notices{Notices: l.Notices, Now: l.At}, 60, 4, dark))
	p(show(t, "customer", part.Customer{Last: l.Last}, 60, 1, dark))
	p(show(t, "text", part.Text{Source: "There is no product 999. The connection is *open*, and product is **healthy**. A `404 Not Found` is a request and a *response* of its own; the status code says no.\n\n- first point, which is long enough to wrap around\n- second\n\n1. one\n2. two\n\n```\nGET /products/101\n```\n## Title\nMore.", Terms: []string{"response", "status code"}}, 42, 22, dark))
	_ = theme.Text
}
