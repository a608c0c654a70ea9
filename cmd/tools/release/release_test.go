package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	files = []entry{{"msc-sim", 0o755, []byte("program")}, {"man/man1/msc-sim.1", 0o644, []byte(".TH")}}
	date  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	want  = []string{
		"msc-sim_v1/msc-sim 755 program 2026-03-01T12:00:00Z",
		"msc-sim_v1/man/man1/msc-sim.1 644 .TH 2026-03-01T12:00:00Z",
	}
)

func listed(name string, mode int64, content io.Reader, at time.Time) string {
	data, _ := io.ReadAll(content)
	return fmt.Sprintf("%s %o %s %s", name, mode, data, at.UTC().Format(time.RFC3339))
}

func TestTarHoldsEverythingAndNothingOfToday(t *testing.T) {
	packed, err := writeTar("msc-sim_v1", files, date)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := writeTar("msc-sim_v1", files, date)
	if !bytes.Equal(packed, again) {
		t.Error("packed again it is another file")
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, listed(h.Name, h.Mode, r, h.ModTime))
		if h.Uname != "" || h.Uid != 0 {
			t.Errorf("%s tells who packed it: %q %d", h.Name, h.Uname, h.Uid)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("tar (-want +got):\n%s", d)
	}
}

func TestZipHoldsEverythingAndNothingOfToday(t *testing.T) {
	packed, err := writeZip("msc-sim_v1", files, date)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := writeZip("msc-sim_v1", files, date)
	if !bytes.Equal(packed, again) {
		t.Error("packed again it is another file")
	}
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, listed(f.Name, int64(f.Mode().Perm()), r, f.Modified))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("zip (-want +got):\n%s", d)
	}
}

func TestChosenTargets(t *testing.T) {
	for only, want := range map[string]string{
		"":                          "[linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64]",
		"windows/arm64,linux/amd64": "[windows/arm64 linux/amd64]",
		"plan9/amd64":               `"plan9/amd64" is none of`,
	} {
		got, err := chosen(only)
		if s := fmt.Sprint(got, err); !strings.Contains(s, want) {
			t.Errorf("%q: %s, want %s", only, s, want)
		}
	}
}

func TestVersionsThatArePaths(t *testing.T) {
	for _, v := range []string{"", "../x", "a b", "-x", "v1/2"} {
		if err := run(t.Context(), plan{version: v, out: t.TempDir()}, ""); err == nil || !strings.Contains(err.Error(), "cannot be a version") {
			t.Errorf("%q: %v", v, err)
		}
	}
}

// Every completion is there, and knows the words of the program.
func TestCompletions(t *testing.T) {
	all, err := completions()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range all {
		names = append(names, e.name)
		if !bytes.Contains(e.data, []byte("msc-sim")) {
			t.Errorf("%s does not know the program", e.name)
		}
	}
	if d := cmp.Diff([]string{"completions/msc-sim.bash", "completions/_msc-sim", "completions/msc-sim.fish", "completions/msc-sim.ps1"}, names); d != "" {
		t.Errorf("completions (-want +got):\n%s", d)
	}
}

// The manual keeps what a reader of markdown would take away: words in < >, and rows of
// a table each on its line.
func TestManual(t *testing.T) {
	all, err := plan{version: "v1", date: date}.manual()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.name != "man/man1/msc-sim-ctl.1" {
			continue
		}
		for _, want := range []string{`.TH "MSC-SIM-CTL" "1" "Mar 2026" "msc-sim v1" "msc-sim"`, ".EX\nsend <use case> [n]", "\nkill <service>"} {
			if !bytes.Contains(e.data, []byte(want)) {
				t.Errorf("no %q in\n%s", want, e.data[:min(len(e.data), 1500)])
			}
		}
		return
	}
	t.Error("there is no page of msc-sim ctl")
}
