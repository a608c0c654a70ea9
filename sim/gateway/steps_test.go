package gateway

import (
	"context"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func TestLimits(t *testing.T) {
	h := at(start(), fine, []string{"requestid", "limits body=10B path=64B header=256B"}, "all path=/** to=echo")
	big := get("/a")
	big.Body = sim.RawResponse(0, "", nil, make([]byte, 11)).Body
	for _, c := range []struct {
		m      sim.Message
		status int
	}{
		{get("/a"), 200}, {big, 413}, {get("/" + strings.Repeat("a", 64)), 414}, {get("/a", "x", strings.Repeat("b", 256)), 431},
	} {
		m := answer(h(t.Context(), c.m))
		if sim.RawStatus(m) != c.status || m.Header.Get("x-request-id") == "" {
			t.Errorf("got %d and %v, want %d", sim.RawStatus(m), m.Header, c.status)
		}
	}
}

func TestRequestID(t *testing.T) {
	var seen string
	h := at(start(), func(_ context.Context, _ string, m sim.Message) (sim.Message, error) {
		seen = m.Header.Get(headerRequestID)
		return sim.RawResponse(200, "", nil, nil), nil
	}, []string{"requestid"}, "all path=/** to=echo")
	for given, kept := range map[string]bool{"r-1": true, "": false, "a b": false, strings.Repeat("a", 65): false} {
		m := answer(h(t.Context(), get("/a", headerRequestID, given)))
		id := m.Header.Get(headerRequestID)
		if (id == given) != kept || id == "" || id != seen {
			t.Errorf("%q: the client got %q, the service %q", given, id, seen)
		}
	}
}

func TestStepsThatAreWrong(t *testing.T) {
	for line, says := range map[string]string{
		"": "is not a step", "limit": "limits", "limits 3": "is not a parameter", "limits body=2MiB": "is not allowed", "limits bdy=1": "body",
	} {
		err := ParseStep(line)
		if e := sim.AsError(err); e == nil || !strings.Contains(e.Message+e.Fix, says) {
			t.Errorf("%q: %v", line, err)
		}
	}
}
