package amqp_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/amqp"
)

// The tools of rabbitmq-c, as one types them.
func TestAMQPTools(t *testing.T) {
	if _, err := exec.LookPath("amqp-publish"); err != nil {
		t.Skip("amqp-tools are not installed")
	}
	s := start(t, amqp.Options{})
	at := "--url=amqp://guest:guest@" + s.Addr() + "/%2f"
	run := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), name, append([]string{at}, args...)...).CombinedOutput()
		if err != nil {
			out = append(out, err.Error()...)
		}
		return strings.TrimSpace(string(out))
	}
	for _, step := range []struct {
		what []string
		want string
	}{
		{[]string{"amqp-declare-queue", "-q", "t.a", "-d"}, "t.a"},
		{[]string{"amqp-publish", "-r", "t.a", "-p", "-C", "text/plain", "-b", "hello"}, ""},
		{[]string{"amqp-publish", "-r", "t.a", "-b", "again"}, ""},
		{[]string{"amqp-get", "-q", "t.a"}, "hello"},
		{[]string{"amqp-get", "-q", "t.a"}, "again"},
		{[]string{"amqp-get", "-q", "t.a"}, "exit status 2"}, // nothing there
		{[]string{"amqp-publish", "-r", "t.a", "-b", "consumed"}, ""},
		{[]string{"amqp-consume", "-q", "t.a", "-c", "1", "cat"}, "consumed"},
		{[]string{"amqp-delete-queue", "-q", "t.a"}, "0"},
		{[]string{"amqp-get", "-q", "t.a"}, "basic.get: server channel error 404, message: NOT_FOUND - no queue 't.a' in vhost '/'\nexit status 1"},
	} {
		if diff := cmp.Diff(step.want, run(step.what[0], step.what[1:]...)); diff != "" {
			t.Errorf("%s:\n%s", strings.Join(step.what, " "), diff)
		}
	}
	wrong := "--url=amqp://guest:wrong@" + s.Addr() + "/%2f"
	out, err := exec.CommandContext(t.Context(), "amqp-get", wrong, "-q", "t.a").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "ACCESS_REFUSED") && !strings.Contains(string(out), "login") {
		t.Errorf("a wrong password: %s, %v", out, err)
	}
}
