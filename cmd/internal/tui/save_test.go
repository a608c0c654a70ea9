package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

func TestASessionBecomesAWorldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.yaml")
	sit(t, 120, 40, inPlayground, func(r *rig) {
		r.breaks()
		r.press("right", "right", "right", "right", "t", "down", "enter")
		r.press(":")
		r.write("scale order 2")
		r.press("enter", "+")
		r.hurry(longest)
		r.press("W")
		r.sees("save catalog-1.yaml", "this world as it is now")
		for range "catalog-1.yaml" {
			r.press("backspace")
		}
		r.write(path)
		r.press("enter")
		r.sees("saved; open it with: msc-sim playground " + path[:20])
	})
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"#   inject order:product latency delay=300ms share=30%", "#   inject order kill for=10s",
		"#   scale order 2", "#   load 1/s", "swap order:product grpc",
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %q in\n%s", want, data)
		}
	}
	if strings.Contains(string(data), "inject product refuse") {
		t.Errorf("a fault that is cleared comes back:\n%s", data)
	}
	spec, err := worldfile.Load(path)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	want := sim.LinkSpec{ID: "order:product", Transport: "rest", Policies: []string{
		"fallback", "retry tries=3", "budget", "breaker", "ratelimit rate=50/s", "bulkhead max=10 queue=5", "timeout after=1s",
	}}
	if d := cmp.Diff(want, spec.Links[1]); d != "" {
		t.Error(d)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".save-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSavingNeverOverwritesUnasked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.yaml")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	sit(t, 120, 40, inPlayground, func(r *rig) {
		save := func(line string) {
			r.press(":")
			r.write(line)
			r.press("enter")
		}
		save("save")
		r.sees("save takes the path of a file")
		r.press("esc")
		save("save notes.txt")
		r.sees("let it end in .yaml")
		r.press("esc")
		save("save " + filepath.Join(filepath.Dir(path), "no", "such.yaml"))
		r.sees("was not saved")
		save("save " + path)
		r.sees("is there already", "enter again overwrites it")
		r.press("esc")
		if data, _ := os.ReadFile(path); string(data) != "mine" {
			t.Fatalf("it was overwritten: %s", data)
		}
		save("save " + path)
		r.press("enter")
		r.sees("saved")
	})
	if _, err := worldfile.Load(path); err != nil {
		t.Error(err)
	}
	if err := writeFile(path, nil, false); sim.CodeOf(err) != sim.Conflict {
		t.Errorf("a file that appeared meanwhile: %v", err)
	}
}
