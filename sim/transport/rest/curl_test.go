package rest_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
)

// TestCurl calls a server with a tool that is not ours.
func TestCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	s := open(t, rest.Options{}, policy.Idempotency(policy.IdempotencyOptions{}))
	const jsonType = "Content-Type: application/json"
	for _, c := range []struct {
		args []string
		want string // status and type
	}{
		{[]string{"/things/1"}, "200 application/json"},
		{[]string{"-I", "/things/1"}, "200 application/json"},
		{[]string{"--compressed", "/things/1"}, "200 application/json"},
		{[]string{"-X", "OPTIONS", "/things/1"}, "204 "},
		{[]string{"-d", `{"id":"c"}`, "-H", jsonType, "-H", `Idempotency-Key: "k"`, "/things"}, "201 application/json"},
		{[]string{"-d", `{"id":"c"}`, "-H", jsonType, "-H", `Idempotency-Key: "k"`, "/things"}, "201 application/json"},
		{[]string{"-d", `{"id":"d"}`, "-H", jsonType, "-H", `Idempotency-Key: "k"`, "/things"}, "422 application/problem+json"},
		{[]string{"-d", `{"id":"c"}`, "-H", jsonType, "-H", "Prefer: respond-async", "/things"}, "202 "},
		{[]string{"-d", "id=1", "/things"}, "415 application/problem+json"},
		{[]string{"-T", "-", "-H", jsonType, "/things/7"}, "201 application/json"}, // in chunks, with Expect: 100-continue
		{[]string{"-X", "DELETE", "/things/1"}, "405 application/problem+json"},
		{[]string{"-H", "Accept: text/html", "/things/1"}, "406 application/problem+json"},
		{[]string{"--path-as-is", "/things/../../etc"}, "404 application/problem+json"},
		{[]string{"--http2-prior-knowledge", "/things/1"}, "000 "}, // HTTP/1.1 is spoken here
	} {
		path := c.args[len(c.args)-1]
		args := append([]string{"-sS", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code} %{content_type}"}, c.args[:len(c.args)-1]...)
		cmd := exec.CommandContext(t.Context(), curl, append(args, "http://"+s.addr+path)...)
		cmd.Stdin = strings.NewReader(`{"note":"put"}`)
		out, err := cmd.Output()
		if string(out) != c.want {
			t.Errorf("curl %s: got %q (%v), want %q", strings.Join(c.args, " "), out, err, c.want)
		}
	}
}
