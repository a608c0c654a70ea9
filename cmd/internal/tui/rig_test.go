package tui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/picture"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
)

// rig is a person in front of the screen, in a bubble of virtual time: what the
// model starts runs, ticks tick, and no test waits for the real clock.
type rig struct {
	*testing.T
	m    *Model
	w    *tuitest.World // the last one opened
	l    *tuitest.Lesson
	msgs chan tea.Msg
	cmds sync.WaitGroup // commands that run
	stop context.CancelFunc
	quit bool
}

// sit runs a test in front of a screen of w by h.
func sit(t *testing.T, w, h int, start Start, f func(*rig)) {
	t.Helper()
	sitWith(t, w, h, Options{Start: start, Ground: DarkGround}, f)
}

func sitWith(t *testing.T, w, h int, o Options, f func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r := &rig{T: t, msgs: make(chan tea.Msg, 1000), stop: cancel}
		r.m = newModel(ctx, r.options(o))
		r.run(r.m.Init())
		r.send(tea.WindowSizeMsg{Width: w, Height: h})
		r.hurry(longest)
		f(r)
		cancel()
		r.cmds.Wait() // ticks that are on their way come home
		if err := r.m.keeper.closeAll(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
	})
}

// options gives o the worlds of tuitest, unless the test has its own.
func (r *rig) options(o Options) Options {
	if o.Open == nil {
		o.Open = func(context.Context, string) (World, error) {
			r.w = tuitest.New()
			return r.w, nil
		}
	}
	if o.OpenLesson == nil {
		o.OpenLesson = func(context.Context, string) (World, Lesson, error) {
			r.w = tuitest.New()
			r.l = tuitest.NewLesson(r.w)
			return r.w, r.l, nil
		}
	}
	if o.Lessons == nil {
		o.Lessons = func() []LessonRow {
			return []LessonRow{
				{Name: "why", Title: "Why services", Promise: "You will see what is gained and what is paid.", Minutes: 10, Level: 1, Steps: 6, Done: true},
				{Name: "rest", Title: "REST", Promise: "You will read a real HTTP conversation and know what its caller pays for waiting.", Minutes: 14, Level: 1, Needs: []string{"why"}, Step: 2, Steps: 9},
			}
		}
	}
	if o.Worlds == nil {
		o.Worlds = func() []WorldRow {
			return []WorldRow{{Name: "catalog", About: "order asks product for a price"}, {Name: "checkout", About: "place an order: payment, inventory, shipping"}}
		}
	}
	if o.Demos == nil {
		o.Demos = func() []DemoRow {
			return []DemoRow{{Name: "order", Title: "To wait, or not to wait", About: "One order, from waiting to going on.", Minutes: 5, Chapters: 7}}
		}
	}
	if o.Words == nil {
		o.Words = func() []Word {
			return []Word{{Term: "request", Meaning: "A message that asks for something."}, {Term: "status code", Meaning: "The verdict at the head of an HTTP answer: 2 done, 4 the request must change, 5 the server could not."}}
		}
	}
	o.Version = "v0.1"
	return o
}

// run runs a command as Bubble Tea would.
func (r *rig) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	r.cmds.Go(func() {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, c := range batch {
				r.run(c)
			}
			return
		}
		r.msgs <- msg
	})
}

// settle handles messages until everything waits for time or for the person.
func (r *rig) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-r.msgs:
			if _, ok := msg.(tea.QuitMsg); ok {
				r.quit = true
			}
			_, cmd := r.m.Update(msg)
			r.run(cmd)
		default:
			return
		}
	}
}

// pass lets time pass on the screen and in the world, every frame of it drawn.
func (r *rig) pass(d time.Duration) { r.spend(d, 10*time.Millisecond) }

// hurry is pass with few frames.
func (r *rig) hurry(d time.Duration) { r.spend(d, longest) }

func (r *rig) spend(d, piece time.Duration) {
	for ; d > 0; d -= piece {
		if r.w != nil {
			r.w.Pass(piece)
		}
		time.Sleep(piece) // virtual
		r.settle()
	}
}

func (r *rig) send(msg tea.Msg) {
	_, cmd := r.m.Update(msg)
	r.run(cmd)
	r.settle()
}

// press presses keys, one after another.
func (r *rig) press(keys ...string) {
	for _, k := range keys {
		r.send(key(k))
	}
}

// write types a text.
func (r *rig) write(text string) {
	for _, c := range text {
		r.press(string(c))
	}
}

func key(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace,
	}
	switch {
	case name == "space" || name == " ":
		return tea.KeyPressMsg{Code: ' ', Text: " "}
	case name == "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	case strings.HasPrefix(name, "ctrl+"):
		return tea.KeyPressMsg{Code: rune(name[5]), Mod: tea.ModCtrl}
	case codes[name] != 0:
		return tea.KeyPressMsg{Code: codes[name]}
	default:
		return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
	}
}

// lines is what stands on the terminal.
func (r *rig) lines() []string {
	return picture.NewScreen(r.m.View().Content, r.m.area.W, r.m.area.H).Lines()
}

func (r *rig) text() string { return strings.Join(r.lines(), "\n") }

// sees fails for every text that is not on the screen.
func (r *rig) sees(texts ...string) {
	r.Helper()
	screen := r.text()
	for _, want := range texts {
		if !strings.Contains(screen, want) {
			r.Errorf("%q is not on the screen:\n%s", want, screen)
		}
	}
}

func (r *rig) misses(texts ...string) {
	r.Helper()
	screen := r.text()
	for _, bad := range texts {
		if strings.Contains(screen, bad) {
			r.Errorf("%q is on the screen:\n%s", bad, screen)
		}
	}
}

// golden compares the screen with testdata/NAME.txt; UPDATE=1 writes it. Whatever
// it shows must be whole, and drawn alike in every look. With PICTURES=DIR it also
// leaves pictures there.
func (r *rig) golden(name string) {
	r.Helper()
	r.fits()
	for _, m := range tuitest.Mistakes(r.lines(), r.m.area.W) {
		r.Errorf("%s: %s\n%s", name, m, r.text())
	}
	r.inEveryLook(name)
	file, got := filepath.Join("testdata", name+".txt"), r.text()+"\n"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			r.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		r.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		r.Errorf("%s (-want +got; UPDATE=1 writes it anew):\n%s", name, diff)
	}
}

// fits holds for every screen: as many rows as the terminal has, none wider,
// and a footer of three to six keys that are whole.
func (r *rig) fits() {
	r.Helper()
	rows := strings.Split(ansi.Strip(r.m.View().Content), "\n")
	if len(rows) != max(r.m.area.H, 1) {
		r.Errorf("%d rows on a terminal of %d", len(rows), r.m.area.H)
	}
	for i, row := range rows {
		if w := ansi.StringWidth(row); w > r.m.area.W {
			r.Errorf("row %d is %d wide on a terminal of %d: %s", i, w, r.m.area.W, row)
		}
	}
	if r.m.tooSmall() {
		return
	}
	keys := r.m.footer()
	if len(keys) < 3 || len(keys) > maxFooter {
		r.Errorf("the footer has %d keys, not 3 to 6: %v", len(keys), keys)
	}
	for _, k := range keys {
		if foot := rows[len(rows)-1]; !strings.Contains(foot, k.Key+" "+k.Word) {
			r.Errorf("the footer cuts %q off: %s", k.Key+" "+k.Word, foot)
		}
	}
}
