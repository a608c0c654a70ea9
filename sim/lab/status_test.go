package lab_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim/lab"
)

// outsider is somebody with an HTTP client and no idea of us.
type outsider struct {
	t    *testing.T
	base func(service string) string
	http *http.Client
}

func newOutsider(t *testing.T, l *lab.Lab) outsider {
	c := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(c.CloseIdleConnections)
	return outsider{t, func(s string) string { return "http://" + addr(t, l, s) }, c}
}

// ask sends "POST order /orders", header lines "Name: value", and a body.
func (o outsider) ask(request, headers, body string) (*http.Response, string) {
	o.t.Helper()
	f := strings.Fields(request)
	req, err := http.NewRequestWithContext(o.t.Context(), f[0], o.base(f[1])+f[2], strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for line := range strings.Lines(headers) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		req.Header.Set(name, value)
	}
	res, err := o.http.Do(req)
	if err != nil {
		o.t.Fatalf("%s: %v", request, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatalf("%s: %v", request, err)
	}
	return res, string(b)
}

const (
	goodOrder  = `{"customer_id":"c-1","items":[{"product_id":"101","quantity":1}]}`
	otherOrder = `{"customer_id":"c-1","items":[{"product_id":"102","quantity":3}]}`
)

// Every status that REST has a use for, seen from outside a whole world.
func TestEveryStatusFromOutside(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	o := newOutsider(t, l)
	for _, tt := range []struct {
		request, headers, body string
		status                 int
		header, contains       string // a header that must be there, and a part of its value
	}{
		{"GET product /products/101", "", "", 200, "Etag", `"`},
		{"POST order /orders", "", goodOrder, 201, "Location", "/orders/o-"},
		{"POST notification /notifications", "Prefer: respond-async", `{"to":"c-1","text":"hello"}`, 202, "Preference-Applied", "respond-async"},
		{"POST order /orders", "", `{"customer_id":`, 400, "Content-Type", "application/problem+json"},
		{"POST order /orders", "", `{"custmer_id":"c-1"}`, 400, "Content-Type", "application/problem+json"},
		{"GET product /products/999", "", "", 404, "Content-Type", "application/problem+json"},
		{"GET product /nothing/here", "", "", 404, "Content-Type", "application/problem+json"},
		{"DELETE product /products/101", "", "", 405, "Allow", "GET"},
		{"POST order /orders", "Content-Type: text/plain", goodOrder, 415, "Content-Type", "application/problem+json"},
		{"PUT inventory /inventory/101", `If-Match: "stale"`, `{"available":5}`, 412, "Content-Type", "application/problem+json"},
		{"PUT inventory /inventory/101", "", `{"available":5}`, 200, "Content-Type", "application/json"},
		{"POST inventory /inventory/101/reservations", "", `{"order_id":"o-9","quantity":6}`, 409, "Content-Type", "application/problem+json"},
		{"GET product /products/101", "", "", 200, "Content-Length", "1"},
	} {
		t.Run(fmt.Sprintf("%s %d", tt.request, tt.status), func(t *testing.T) {
			res, body := o.ask(tt.request, tt.headers, tt.body)
			if res.StatusCode != tt.status || !strings.Contains(res.Header.Get(tt.header), tt.contains) {
				t.Errorf("%s, %s: %q; want %d and %q in it\n%s", res.Status, tt.header, res.Header.Get(tt.header), tt.status, tt.contains, body)
			}
		})
	}
}

func TestNotModifiedFromOutside(t *testing.T) {
	l := open(t, "catalog", lab.Options{})
	o := newOutsider(t, l)
	first, _ := o.ask("GET product /products/101", "", "")
	res, body := o.ask("GET product /products/101", "If-None-Match: "+first.Header.Get("Etag"), "")
	if res.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("%s with %q", res.Status, body)
	}
}

func TestIdempotencyKeyFromOutside(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	o := newOutsider(t, l)
	first, a := o.ask("POST order /orders", "Idempotency-Key: k-1", goodOrder)
	again, b := o.ask("POST order /orders", "Idempotency-Key: k-1", goodOrder)
	if first.StatusCode != 201 || again.StatusCode != 201 || a != b {
		t.Errorf("%s %s\n%s %s", first.Status, a, again.Status, b)
	}
	if res, _ := o.ask("POST order /orders", "Idempotency-Key: k-1", otherOrder); res.StatusCode != 422 {
		t.Errorf("the same key with another body: %s, want 422", res.Status)
	}
	if _, c := o.ask("POST order /orders", "Idempotency-Key: k-2", goodOrder); c == a {
		t.Error("another key gave the same order")
	}
}

func TestStrictCheckoutWantsAKey(t *testing.T) {
	l := open(t, "checkout-strict", lab.Options{})
	o := newOutsider(t, l)
	charge := `{"order_id":"o-1","customer_id":"c-1","amount":{"currency":"EUR","cents":100}}`
	if res, _ := o.ask("POST payment /payments", "", charge); res.StatusCode != 400 {
		t.Errorf("without a key: %s, want 400", res.Status)
	}
	if res, _ := o.ask("POST payment /payments", "Idempotency-Key: p-1", charge); res.StatusCode != 201 {
		t.Errorf("with a key: %s, want 201", res.Status)
	}
	if res, _ := o.ask("POST order /orders", "", goodOrder); res.StatusCode != 201 {
		t.Errorf("an order: %s, want 201: order sends payment a key of its own", res.Status)
	}
}

func TestBusyServiceSaysWhenToComeBack(t *testing.T) {
	l := openSpec(t, parse(t, `
name: busy
services:
  client:  {kind: client}
  product: {kind: product, workers: 1, time: fixed 300ms}
use_cases:
  get: {from: client, ask: product.GetProduct, body: {id: "101"}}
`), lab.Options{})
	o := newOutsider(t, l)
	statuses := make(chan *http.Response, 8)
	for range cap(statuses) {
		go func() {
			res, _ := o.ask("GET product /products/101", "", "")
			statuses <- res
		}()
	}
	seen := map[int]int{}
	for range cap(statuses) {
		res := <-statuses
		seen[res.StatusCode]++
		if res.StatusCode == 503 && res.Header.Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
	}
	if seen[200] == 0 || seen[503] == 0 || seen[200]+seen[503] != cap(statuses) {
		t.Errorf("%v, want some 200 and some 503", seen)
	}
}
