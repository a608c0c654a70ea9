package control_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/sim"
)

func TestFindNoWorld(t *testing.T) {
	_, err := control.Find(t.Context(), filepath.Join(t.TempDir(), "missing"), "")
	if e := sim.AsError(err); e == nil || e.Code != sim.Unavailable || !strings.Contains(e.Fix, "msc-sim serve") {
		t.Errorf("got %#v", err)
	}
}

func TestFindAmongSeveral(t *testing.T) {
	dir, first := serve(t, &recorder{})
	second, err := control.Listen(&recorder{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- second.Serve() }()
	defer func() {
		_ = second.Close()
		<-ended
	}()

	_, err = control.Find(t.Context(), dir, "")
	if e := sim.AsError(err); e == nil || !strings.Contains(e.Message, "2 worlds") || !strings.Contains(e.Fix, "--world "+first.ID) {
		t.Errorf("got %#v", err)
	}
	if got, err := control.Find(t.Context(), dir, first.ID); err != nil || got != first {
		t.Errorf("got %v %v, want %v", got, err, first)
	}
	_, err = control.Find(t.Context(), dir, first.ID+"x")
	if e := sim.AsError(err); e == nil || e.Code != sim.NotFound || !strings.Contains(e.Fix, first.ID) {
		t.Errorf("got %#v", err)
	}
}

// A record may outlive its run: the process was killed, and perhaps another
// program has its port by now.
func TestRecordsOfRunsThatAreGoneAreRemoved(t *testing.T) {
	dir, alive := serve(t, &recorder{})
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for name, text := range map[string]string{
		"refused.json":  `{"id":"refused","world":"a","pid":1,"addr":"` + closed.Addr().String() + `","token":"x"}`,
		"other.json":    `{"id":"other","world":"a","pid":1,"addr":"` + alive.Addr + `","token":"` + alive.Token + `"}`,
		"stranger.json": `{"id":"stranger","world":"a","pid":1,"addr":"` + alive.Addr + `","token":"not this one"}`,
		"broken.json":   `{"id":`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := control.List(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0] != alive {
		t.Errorf("got %v, want only %v", all, alive)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.json")); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// A world that is busy is not gone.
func TestSlowWorldsKeepTheirRecord(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	path := filepath.Join(dir, "slow.json")
	if err := os.WriteFile(path, []byte(`{"id":"slow","addr":"`+l.Addr().String()+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := control.List(t.Context(), dir)
	if err != nil || len(all) != 1 {
		t.Errorf("got %v %v", all, err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestListenWhereNothingCanBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := control.Listen(&recorder{}, filepath.Join(file, "run"))
	if e := sim.AsError(err); e == nil || !strings.Contains(e.Fix, "MSC_SIM_HOME") {
		t.Errorf("got %#v", err)
	}
}
