package tui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// places are ways to every place that can have the keys, in the user's words.
var places = []struct {
	name  string
	start Start
	keys  []string
	at    where
}{
	{"home", Start{}, nil, atHome},
	{"words", Start{}, []string{"w"}, atWords},
	{"prediction", inLesson, nil, atText},
	{"task", inLesson, []string{"3"}, atText},
	{"truth", inLesson, []string{"3", "enter", "…"}, atText},
	{"stage of a lesson", inLesson, []string{"3", "enter", "…", "tab"}, atStage},
	{"answer", inLesson, []string{"3", "enter", "…", "enter", "enter", "…", "a"}, atAnswer},
	{"answer left", inLesson, []string{"3", "enter", "…", "enter", "enter", "…", "a", "esc"}, atText},
	{"quiz", inLesson, []string{"3", "enter", "…", "enter", "enter", "…", "a", "6", "2", "enter", "n"}, atText},
	{"end", inLesson, []string{"3", "enter", "…", "enter", "enter", "…", "a", "6", "2", "enter", "n", "1", "n"}, atEnd},
	{"hint", inLesson, []string{"3", "?"}, atHelp},
	{"stage", inPlayground, nil, atStage},
	{"selected box", inPlayground, []string{"right", "right", "right"}, atStage},
	{"selected link", inPlayground, []string{"right", "right"}, atStage},
	{"ladder", inPlayground, []string{":", "send product.get", "enter", "…", "v"}, atStage},
	{"events", inPlayground, []string{"tab"}, atPanel},
	{"latency", inPlayground, []string{"2", "tab"}, atPanel},
	{"links", inPlayground, []string{"3", "tab"}, atPanel},
	{"an event", inPlayground, []string{":", "send product.get", "enter", "…", "tab", "up", "up"}, atPanel},
	{"inspector", inPlayground, []string{":", "send product.get", "enter", "…", "tab", "up", "up", "enter"}, atInspector},
	{"form of faults", inPlayground, []string{"f"}, atForm},
	{"field of a fault", inPlayground, []string{"f", "enter"}, atField},
	{"form of policies", inPlayground, []string{"p", "down"}, atForm},
	{"field of a policy", inPlayground, []string{"p", "down", "enter"}, atField},
	{"form of transports", inPlayground, []string{"t"}, atForm},
	{"help of a form", inPlayground, []string{"f", "?"}, atHelp},
	{"form in a lesson", inLesson, []string{"3", "f"}, atForm},
	{"faults", inPlayground, []string{"4", "tab"}, atPanel},
	{"policies", inPlayground, []string{"5", "tab"}, atPanel},
	{"queues", inPlayground, []string{"6", "tab"}, atPanel},
	{"palette", inPlayground, []string{":"}, atPalette},
	{"filter", inPlayground, []string{"/"}, atFilter},
}

// go presses the keys that lead to a place: "…" waits, longer words are typed.
func (r *rig) follow(keys []string) {
	named := map[string]bool{"enter": true, "esc": true, "tab": true, "up": true, "down": true, "left": true, "right": true}
	for _, k := range keys {
		switch {
		case k == "…":
			r.hurry(4 * time.Second)
		case len(k) > 1 && !named[k]:
			r.write(k)
		default:
			r.press(k)
		}
	}
}

// everyKey is every key that means something somewhere, and some that do not.
func everyKey() []string {
	keys := []string{"backspace", "ctrl+a", "Z", "~", "f", "é"}
	for _, b := range keymap() {
		keys = append(keys, strings.Fields(b.keys)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func TestEveryKeyInEveryPlaceDoesSomethingOrSaysWhyNot(t *testing.T) {
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			var does []string
			sit(t, 80, 24, p.start, func(r *rig) {
				r.follow(p.keys)
				if r.m.where() != p.at {
					t.Fatalf("the keys led to place %d, not %d:\n%s", r.m.where(), p.at, r.text())
				}
				for _, k := range everyKey() {
					name := key(k).String()
					_, ok, why := r.m.find(name)
					if ok || p.at&atTyping != 0 && !r.m.bound(p.at, name) {
						does = append(does, k)
						continue
					}
					if r.press(k); why == "" || r.m.note.Text != why {
						t.Errorf("%s does nothing and does not say why", k)
					}
					r.fits()
				}
			})
			for _, k := range does { // each from the same place
				sit(t, 80, 24, p.start, func(r *rig) {
					r.follow(p.keys)
					r.press(k)
					r.fits()
				})
			}
		})
	}
}

func TestWhereLettersAreTextTheyAreTyped(t *testing.T) {
	for _, p := range places {
		if p.at&atTyping == 0 {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			sit(t, 80, 24, p.start, func(r *rig) {
				r.follow(p.keys)
				r.write("quit now")
				r.sees("quit now")
				if r.quit {
					t.Error("a letter of a text left the program")
				}
				r.send(tea.PasteMsg{Content: " \x1b[31mpasted\nlines"})
				r.sees("pasted")
				r.press("ctrl+c")
				if !r.quit {
					t.Error("ctrl-c does not leave")
				}
			})
		})
	}
}

func TestQuitFromEverywhere(t *testing.T) {
	for _, p := range places {
		if p.at&atTyping != 0 {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			sit(t, 80, 24, p.start, func(r *rig) {
				r.follow(p.keys)
				if r.press("q"); !r.quit {
					t.Error("q does not leave")
				}
			})
		})
	}
}

func TestResizeStorm(t *testing.T) {
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			sit(t, 80, 24, p.start, func(r *rig) {
				r.follow(p.keys)
				rnd := rand.New(rand.NewPCG(1, 2))
				for range 60 {
					r.send(tea.WindowSizeMsg{Width: rnd.IntN(240), Height: rnd.IntN(80)})
					r.fits()
				}
				for _, s := range [][2]int{{0, 0}, {1, 1}, {-1, -1}, {1000, 300}, {60, 20}, {59, 20}, {80, 24}} {
					r.send(tea.WindowSizeMsg{Width: s[0], Height: s[1]})
					r.fits()
				}
			})
		})
	}
}

func TestATerminalThatIsTooSmallSaysSo(t *testing.T) {
	sit(t, 59, 20, inLesson, func(r *rig) {
		r.sees("too small", "needs 60x20", "has 59x20", "q leaves")
		r.press("3", "enter", ":")
		if n := len(r.w.Did()); n > 0 {
			t.Errorf("%d commands were done that nobody could see", n)
		}
		r.send(tea.WindowSizeMsg{Width: 60, Height: 20})
		r.sees("One question, one answer")
	})
}

func TestAModelWithoutASizeIsValid(t *testing.T) {
	m := newModel(t.Context(), Options{})
	if v := m.View(); v.Content != "" {
		t.Errorf("it draws %q", v.Content)
	}
	m.Update(tickMsg(time.Now()))
	m.Update(key("q"))
	m.Update(tea.WindowSizeMsg{})
	if v := m.View(); strings.TrimSpace(v.Content) != "" {
		t.Errorf("it draws %q", v.Content)
	}
}

func TestKeysOfTheFooterAreKeysThatWork(t *testing.T) {
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			sit(t, 120, 40, p.start, func(r *rig) {
				r.follow(p.keys)
				for _, f := range r.m.footer() {
					for _, b := range r.m.here() {
						if b.label(r.m) != f.Key || b.word != f.Word {
							continue
						}
						first, _, _ := strings.Cut(b.keys, " ")
						if _, ok, why := r.m.find(first); !ok {
							t.Errorf("the footer shows %s, which says: %s", f.Key, why)
						}
					}
				}
			})
		})
	}
}

func TestHelpNamesWhatTheKeysDo(t *testing.T) {
	sit(t, 120, 40, inPlayground, func(r *rig) {
		r.press("?")
		r.sees("Keys", "replays the last request", "not now")
		r.press("?")
		r.misses("Keys")
	})
}

// Hints come before keys and words, one more with every question mark.
func TestHints(t *testing.T) {
	sit(t, 80, 24, inLesson, func(r *rig) {
		r.press("3", "?")
		r.sees("1 ", "The line at the bottom names the keys.", "? again for the next one, 2 left")
		r.press("?", "?")
		r.sees("Press enter, or type", "no hint is left")
		if top := strings.Index(r.text(), "Hint"); top > strings.Index(r.text(), "Keys") {
			t.Error("the keys come before the hint")
		}
		r.press("esc")
		r.misses("Hint")
	})
}

func TestKeysActOnTheWorld(t *testing.T) {
	sit(t, 120, 40, inPlayground, func(r *rig) {
		r.press("x")
		r.sees("select a box on the stage first")
		r.press("right", "right", "enter")
		r.sees("client:order", "sent 0")
		r.press("right", "enter")
		r.sees("order is up · http://127.0.0.1:40001")
		r.press("x")
		r.sees("order is killed")
		r.press("x")
		r.press("+", "+", "-")
		r.press(":")
		r.write("mark here")
		r.press("enter")
		var did []string
		for _, c := range r.w.Did() {
			did = append(did, fmt.Sprintf("%T", c))
		}
		want := "sim.Kill sim.Start sim.SetLoad sim.SetLoad sim.SetLoad sim.Mark"
		if got := strings.Join(did, " "); got != want {
			t.Errorf("done: %s\nwant: %s", got, want)
		}
		var rates []sim.Rate
		for _, c := range r.w.Did() {
			if l, ok := c.(sim.SetLoad); ok {
				rates = append(rates, l.Rate)
			}
		}
		if fmt.Sprint(rates) != "[1/s 2/s 1/s]" {
			t.Errorf("the load went %v", rates)
		}
	})
}

// The steps beyond the core of a lesson are named at its end, and a key leads to them.
func TestAKeyLeadsBeyondTheCore(t *testing.T) {
	sit(t, 80, 24, inLesson, func(r *rig) {
		r.follow([]string{"3", "enter", "…", "enter", "enter", "…", "a", "6", "2", "enter", "n", "1", "n"})
		r.sees("The same over gRPC", "n more steps")
		r.press("n")
		if r.m.where() != atText {
			t.Errorf("n leads to %v:\n%s", r.m.where(), r.text())
		}
		r.m.run.state.Phase, r.m.run.state.Step, r.m.run.state.Steps = lessons.Finished, 3, 3 // as after the last of them
		if r.m.draw(); strings.Contains(r.text(), "step 4 of 3") || !strings.Contains(r.text(), "beyond the core") {
			t.Errorf("the end says\n%s", r.text())
		}
	})
}
