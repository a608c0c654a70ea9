package lab

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/embedded/dirlock"
)

// What a killed run left is removed by a later one; what a running one has, and
// what is none of ours, stays.
func TestSweep(t *testing.T) {
	in := t.TempDir()
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{scratchName + "dead", scratchName + "alive", scratchName + "young", "msc-sim-other"} {
		dir := filepath.Join(in, name)
		if err := os.MkdirAll(filepath.Join(dir, "rabbitmq"), 0o700); err != nil {
			t.Fatal(err)
		}
		if name == scratchName+"alive" {
			lock, err := dirlock.Take(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer lock.Close()
		}
		if name != scratchName+"young" {
			if err := os.Chtimes(dir, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	sweep(in, time.Now().Add(-scratchAge))
	var left []string
	all, err := os.ReadDir(in)
	for _, e := range all {
		left = append(left, e.Name())
	}
	if want := []string{"msc-sim-other", scratchName + "alive", scratchName + "young"}; err != nil || !slices.Equal(left, want) {
		t.Errorf("%v are left, want %v (%v)", left, want, err)
	}
}

func TestScratchGoesAtTheEnd(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var s scratch
	dir, err := s.room("rabbitmq")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "log"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}
