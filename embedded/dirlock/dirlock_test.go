package dirlock

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// holder names the directory that a child of this test takes until it is killed.
const holder = "MSC_SIM_DIRLOCK"

func TestMain(m *testing.M) {
	dir := os.Getenv(holder)
	if dir == "" {
		os.Exit(m.Run())
	}
	if _, err := Take(dir); err != nil {
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("taken\n")
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent has enough
}

func TestTake(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		first, err := Take(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Take(dir); !errors.Is(err, ErrTaken) {
			t.Errorf("a second time: %v, want %v", err, ErrTaken)
		}
		for range 2 {
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := Take(filepath.Join(dir, "nowhere")); err == nil || errors.Is(err, ErrTaken) {
		t.Errorf("a directory that is not there: %v", err)
	}
}

// Another process keeps us out, and is out of the way when it was killed.
func TestAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), holder+"="+dir)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("taken\n"))); err != nil {
		t.Fatal(err)
	}
	if _, err := Take(dir); !errors.Is(err, ErrTaken) {
		t.Errorf("while it runs: %v, want %v", err, ErrTaken)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // it was killed
	l, err := Take(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
