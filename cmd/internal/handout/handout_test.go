package handout_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/handout"
	"github.com/msc-sim/msc-sim/lessons"
)

// sheet is a lesson that was played, with texts that try to be more than text.
func sheet() lessons.Sheet {
	return lessons.Sheet{
		Info: lessons.Info{Name: "tiny", Title: "Tiny <b>", Promise: "You will see.", Minutes: 3, Level: 1, World: "tiny"},
		Seed: 7, At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Took: 1500 * time.Millisecond,
		Steps: []lessons.SheetStep{
			{
				Title: "Look", Gaps: "Ask *stock* & wait for `*it*`. It took _____.\n\n- one **strong** thing\n- 2 * 3 * 4", Prose: "Ask *stock* & wait for `*it*`.\n\n- one **strong** thing\n- 2 * 3 * 4",
				Predict: &lessons.Prediction{Question: "How long?", Chosen: -1, Truth: 1, Choices: []lessons.Choice{{Key: "1", Text: "short"}, {Key: "2", Text: "long"}}},
				Task:    &lessons.SheetTask{Text: "Ask, as in 12 ms.", Gaps: "Ask, as in _____.", Result: "12 ms", Reads: true, Value: "\x1b[2Jred", Hints: []string{"a hint"}, Lines: []string{"send look", "answer <x>"}},
				After:   "It took 12 ms.",
				Picture: &lessons.Ladder{Parties: []string{"client", "order", "stock"}, Of: 3, Rungs: []lessons.Rung{
					{From: "client", To: "order", Text: "POST /orders"},
					{From: "order", To: "stock", At: time.Millisecond, Text: "GET /stock/<1>"},
					{From: "stock", To: "order", At: 12 * time.Millisecond, Text: "connection refused", Back: true, Broken: true},
					{From: "order", To: "client", At: 13 * time.Millisecond, Text: "503", Back: true},
				}},
			},
			{Title: "Quiz", Quiz: []lessons.Prediction{{
				Question: "And?", Chosen: -1, Truth: 0, Number: 1, Of: 1,
				Choices: []lessons.Choice{{Key: "1", Text: "yes", Why: "so it is"}, {Key: "2", Text: "no", Why: "that is not so"}},
			}}},
		},
		Gaps: lessons.SheetGaps{Did: []string{"waited _____"}, Remember: []string{"waiting"}},
		Did:  []string{"waited 12 ms"}, Remember: []string{"waiting"}, Try: []string{"pause stock"},
	}
}

func markdown(t *testing.T, o handout.Options) string {
	t.Helper()
	var b strings.Builder
	if err := handout.Markdown(&b, sheet(), o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLearnersGetGaps(t *testing.T) {
	out := markdown(t, handout.Options{Machine: "m/1", Version: "v9"})
	for _, want := range []string{
		"1 March 2026, 12:00 UTC", "seed 7", "on m/1", "msc-sim v9", "- [ ] 2  long", lessons.Unknowing, "I read: ____", "______ ms",
		"One request of the 3 of this step",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	for _, answer := range []string{"[x]", "send look", "12.0 ms", "12 ms", "503", "refused", "a hint", "so it is", "×", "[2J"} {
		if strings.Contains(out, answer) {
			t.Errorf("%q gives an answer away:\n%s", answer, out)
		}
	}
}

func TestTeachersGetAnswers(t *testing.T) {
	out := markdown(t, handout.Options{Answers: true})
	for _, want := range []string{
		"- [x] 2  long", "- [ ] 1  short", "In this run: 12 ms.", "send look", "It took 12 ms.", "- a hint",
		"**1** True in this run: so it is", "**2** Wrong: that is not so",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("something in it acts on a terminal")
	}
}

func TestTheLadderAsText(t *testing.T) {
	out := markdown(t, handout.Options{Answers: true})
	want := strings.TrimPrefix(`
client                  order                   stock
  │ POST /orders ────────►│                       │  0 µs
  │                       │ GET /stock/<1> ──────►│  1.00 ms
  │                       │◄×─ connection refused │  12.0 ms
  │◄───────────────── 503 │                       │  13.0 ms
`, "\n")
	_, got, _ := strings.Cut(out, "client  ")
	got, _, _ = strings.Cut("client  "+got, "```")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("ladder (-want +got):\n%s", d)
	}
}

// Where many take part, a drawing would be wider than paper.
func TestALadderOfManyIsAList(t *testing.T) {
	s := sheet()
	s.Steps[0].Picture.Parties = append(s.Steps[0].Picture.Parties, "payment", "mail")
	var b strings.Builder
	if err := handout.Markdown(&b, s, handout.Options{Answers: true}); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
client  ─► order    0 µs       POST /orders
order   ─► stock    1.00 ms    GET /stock/<1>
order   ◄× stock    12.0 ms    connection refused
client  ◄─ order    13.0 ms    503
`, "\n")
	if !strings.Contains(b.String(), want) {
		t.Errorf("no\n%s\nin\n%s", want, b.String())
	}
}

// The HTML is whole, and whatever a lesson says stays text.
func TestHTMLIsWhole(t *testing.T) {
	for _, answers := range []bool{false, true} {
		var b strings.Builder
		if err := handout.HTML(&b, sheet(), handout.Options{Answers: answers}); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(out, "<!doctype html>")))
		d.Strict, d.Entity = true, xml.HTMLEntity
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v in\n%s", err, out)
			}
		}
		for _, want := range []string{"Tiny &lt;b&gt;", "<em>stock</em> &amp; wait for <code>*it*</code>", "<li>one <strong>strong</strong> thing</li>", "<li>2 * 3 * 4</li>", "GET /stock/&lt;1&gt;", "<svg "} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in\n%s", want, out)
			}
		}
	}
}

// A writer that fails is an error, not half a hand-out.
func TestWritersThatFail(t *testing.T) {
	for name, write := range map[string]func(io.Writer, lessons.Sheet, handout.Options) error{"md": handout.Markdown, "html": handout.HTML} {
		if err := write(full{}, sheet(), handout.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

// Lines to type stand below each other, and no sign of a line end is drawn.
func TestCommandsStandOnLinesOfTheirOwn(t *testing.T) {
	var b strings.Builder
	if err := handout.HTML(&b, sheet(), handout.Options{Answers: true}); err != nil {
		t.Fatal(err)
	}
	if out := b.String(); !strings.Contains(out, "send look\nanswer &lt;x&gt;") || strings.Contains(out, "\u240a") {
		t.Errorf("the commands are glued together:\n%s", out)
	}
}
