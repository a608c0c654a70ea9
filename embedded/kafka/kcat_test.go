package kafka_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

// kcat runs the outside tool against a cluster, and returns what it wrote.
func kcat(t *testing.T, s *kafka.Server, in string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	c := exec.CommandContext(ctx, "kcat", append([]string{"-b", s.Addr()}, args...)...)
	c.Stdin = strings.NewReader(in)
	var wrong strings.Builder
	c.Stderr = &wrong
	out, err := c.Output()
	if err != nil {
		t.Fatalf("kcat %s: %v\n%s", strings.Join(args, " "), err, wrong.String())
	}
	return string(out)
}

// TestKcat is what anybody would type.
func TestKcat(t *testing.T) {
	if _, err := exec.LookPath("kcat"); err != nil {
		t.Skip("kcat is not installed")
	}
	s := start(t, kafka.Options{})
	ok(t, s.CreateTopic(t.Context(), "orders", 2, nil))
	for _, want := range []string{"3 brokers", `topic "orders" with 2 partitions`} {
		if got := kcat(t, s, "", "-L"); !strings.Contains(got, want) {
			t.Errorf("-L says\n%s\nwithout %s", got, want)
		}
	}
	kcat(t, s, "anna:one\nbert:two\nanna:three\n", "-P", "-t", "orders", "-K", ":")
	lines := strings.Fields(kcat(t, s, "", "-C", "-t", "orders", "-o", "beginning", "-e", "-q", "-f", "%k=%s@%p\n"))
	place := map[string]string{}
	var anna []string
	for _, line := range lines {
		record, partition, _ := strings.Cut(line, "@")
		key, value, _ := strings.Cut(record, "=")
		if place[key] != "" && place[key] != partition {
			t.Errorf("%s lies in %s and in %s", key, place[key], partition)
		}
		place[key] = partition
		if key == "anna" {
			anna = append(anna, value)
		}
	}
	if diff := cmp.Diff([]string{"one", "three"}, anna); diff != "" || len(lines) != 3 {
		t.Errorf("consumed %v:\n%s", lines, diff)
	}
	read := kcat(t, s, "", "-X", "auto.offset.reset=earliest", "-c", "3", "-q", "-f", "%s\n", "-G", "readers", "orders")
	if got := strings.Fields(read); len(got) != 3 {
		t.Errorf("the group read %v", got)
	}
	sum := int64(0)
	for _, p := range group(t, s, "readers").Positions {
		sum += p.Offset
	}
	if sum != 3 {
		t.Errorf("the group stands at %d", sum)
	}
	kcat(t, s, "new\n", "-P", "-t", "fresh") // made by asking for it
	if got := len(topic(t, s, "fresh").Partitions); got != 2 {
		t.Errorf("it has %d partitions", got)
	}
}
