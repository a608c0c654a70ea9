package inspect_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/inspect"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
)

var update = flag.Bool("update", false, "write what is shown as what is wanted")

// brokers are those of which a charge was recorded, as the inspector found it.
var brokers = []string{"nats", "rabbitmq", "activemq", "sqs", "kafka"}

// recorded is a charge that a broker carried, with its delivery and its answer.
func recorded(t *testing.T, broker string) (x sim.Exchange) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", broker+".json"))
	if err == nil {
		err = json.Unmarshal(b, &x)
	}
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func drawn(i inspect.Inspect, w, h int) string {
	g := grid.New(w, h)
	i.Draw(g, grid.Rect{W: w, H: h}, theme.New(theme.Options{}))
	var lines []string
	for _, line := range g.Lines() {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

// Each broker's message on its way in and out, and what acknowledged it.
func TestScreensOfBrokers(t *testing.T) {
	for _, broker := range brokers {
		shown := inspect.Inspect{Exchange: recorded(t, broker), Found: true}
		for _, half := range []string{"published", "confirmed", "delivered", "acknowledged"} {
			for _, size := range [][2]int{{80, 24}, {120, 40}} {
				compare(t, fmt.Sprintf("%s-%s-%dx%d", broker, half, size[0], size[1]), drawn(shown, size[0], size[1]))
			}
			shown.Turn(false)
		}
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update || os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("%s has changed (-want +got); if it should, run this test with -update and look at it:\n%s", name, d)
	}
}

// Turning goes through every half of every crossing, and back the same way.
func TestTurn(t *testing.T) {
	x := sim.Exchange{Protocol: "a", Then: []sim.Exchange{{Protocol: "b"}}}
	for back, want := range map[bool][]string{false: {"a response", "b", "b response", "a"}, true: {"b response", "b", "a response", "a"}} {
		i := inspect.Inspect{Exchange: x, Scroll: 3}
		var got []string
		for range want {
			i.Turn(back)
			at := i.Shown().Protocol
			if i.Answer {
				at += " response"
			}
			got = append(got, at)
		}
		if d := cmp.Diff(want, got); d != "" || i.Scroll != 0 {
			t.Errorf("back %v, scrolled %d (-want +got):\n%s", back, i.Scroll, d)
		}
	}
}
