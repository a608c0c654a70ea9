package lab

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

// A full disk is named once when it becomes full, with whatever fails or was sent
// meanwhile, and once more when there is room again.
func TestAFullDiskIsNamed(t *testing.T) {
	var full error
	var said []string
	d := &disk{dir: "/d", room: func(string) error { return full }, say: func(s string) { said = append(said, s) }}
	lost := sim.Errorf(sim.Unavailable, "connection lost")
	if r, err := d.explain(sim.Send{}, sim.Result{Text: "confirmed"}, nil); r.Text != "confirmed" || err != nil {
		t.Errorf("with room: %q, %v", r.Text, err)
	}
	if _, err := d.explain(sim.Swap{}, sim.Result{}, lost); !errors.Is(err, lost) {
		t.Errorf("with room: %v", err)
	}
	full = errors.New("no space left on device")
	d.look()
	d.look()
	const sentence = "nothing can be stored in /d: no space left on device"
	if r, err := d.explain(sim.Send{}, sim.Result{Text: "no response"}, nil); r.Text != "no response; "+sentence || err != nil {
		t.Errorf("sent to a full disk: %q, %v", r.Text, err)
	}
	_, err := d.explain(sim.Swap{}, sim.Result{}, lost)
	if e := sim.AsError(err); e == nil || e.Message != "connection lost; "+sentence || e.Code != sim.Unavailable || !strings.HasPrefix(e.Fix, "free space there") {
		t.Errorf("failed at a full disk: %+v", e)
	}
	if r, err := d.explain(sim.Show{}, sim.Result{Text: "shown"}, nil); r.Text != "shown" || err != nil {
		t.Errorf("what stores nothing: %q, %v", r.Text, err)
	}
	full = nil
	d.look()
	if diff := cmp.Diff([]string{sentence, "there is room again in /d"}, said); diff != "" {
		t.Errorf("said (-want +got)\n%s", diff)
	}
}

func TestRoomInADirectory(t *testing.T) {
	dir := t.TempDir()
	if err := roomIn(dir); err != nil {
		t.Error(err)
	}
	if err := roomIn(dir + "/nowhere"); err == nil || strings.Contains(err.Error(), dir) {
		t.Errorf("no directory: %v", err)
	}
}
