package lab_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim/lab"
)

// RFC 9110 §13.2 holds for every method of a service, DELETE among them.
func TestADeleteKeepsToItsCondition(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	base := ""
	for _, e := range l.Endpoints() {
		if e.Name == "inventory" && e.Protocol == "http" {
			base = "http://" + e.Addr
		}
	}
	do := func(verb, path, body, name, value string) (int, http.Header) {
		req, err := http.NewRequestWithContext(t.Context(), verb, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		if name != "" {
			req.Header.Set(name, value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode, res.Header
	}
	const at = "/inventory/101/reservations/o-1"
	if status, _ := do("POST", "/inventory/101/reservations", `{"order_id":"o-1","quantity":2}`, "", ""); status != http.StatusCreated {
		t.Fatalf("reserved with %d", status)
	}
	_, header := do("GET", at, "", "", "")
	for _, c := range []struct {
		name, value string
		status      int
	}{
		{"If-Match", `"old"`, 412},
		{"If-None-Match", "*", 412},
		{"If-Match", header.Get("ETag"), 200},
		{"If-Match", header.Get("ETag"), 404}, // it is gone: what a DELETE without the condition would not change
	} {
		if status, _ := do("DELETE", at, "", c.name, c.value); status != c.status {
			t.Errorf("DELETE with %s: %s: %d, want %d", c.name, c.value, status, c.status)
		}
	}
	if status, _ := do("PUT", "/inventory/901", `{"available":3}`, "If-None-Match", "*"); status != http.StatusCreated {
		t.Errorf("a new shelf: %d, want 201", status)
	}
	if status, _ := do("PUT", "/inventory/901", `{"available":4}`, "", ""); status != http.StatusOK {
		t.Errorf("the same shelf again: %d, want 200", status)
	}
	http.DefaultClient.CloseIdleConnections()
}
