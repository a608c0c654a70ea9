package plain_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// play gives a lesson the lines of script and returns what it said.
func play(t *testing.T, script string) (string, *tuitest.World) {
	t.Helper()
	w := tuitest.New()
	var out bytes.Buffer
	if err := plain.Lesson(t.Context(), strings.NewReader(script), &out, w, tuitest.NewLesson(w), plain.Options{}); err != nil {
		t.Fatal(err)
	}
	return out.String(), w
}

// says fails for every text that out does not hold after the one before.
func says(t *testing.T, out string, texts ...string) {
	t.Helper()
	rest := out
	for _, text := range texts {
		i := strings.Index(rest, text)
		if i < 0 {
			t.Fatalf("%q is not said, or not in this order, in:\n%s", text, out)
		}
		rest = rest[i+len(text):]
	}
}

func TestAWholeLessonByScript(t *testing.T) {
	out, w := play(t, "3\n\n\n\nopen\n62\n\n1\n\n")
	says(t, out,
		"REST. You will read a real HTTP conversation.",
		"Step 1 of 3. One question, one answer.",
		"Predict: How long until the answer is back?", "1) longer than a blink",
		"Do: Ask for product 101.", "Enter does: send product.get item=101",
		"order to product  GET /products/101",
		"200 OK after 210 microseconds",
		"Task: done, 0.21 ms.",
		"You were right: less than 1 ms.",
		"Step 2 of 3.", "Type open to read what crossed", "HTTP/1.1 200 OK", "  Content-Length: 62", "62 is right.",
		"Step 3 of 3.", "Question: Who waits", "Yes: the caller waits.",
		"REST is finished.", "Predictions right: 1 of 1.", "What to remember:", "- the caller waits",
	)
	if strings.ContainsAny(out, "\x1b*`\r") {
		t.Errorf("there are signs in it that cannot be read aloud:\n%q", out)
	}
	for _, line := range strings.Split(out, "\n") {
		if len(line) > 80 && !strings.Contains(line, " s  ") {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	send := sim.Send{UseCase: "product.get", N: 1, Fields: map[string]string{"item": "101"}}
	if diff := cmp.Diff([]sim.Command{send, send}, w.Did()); diff != "" {
		t.Errorf("what was done (-want +got):\n%s", diff)
	}
}

func TestLinesThatAreNotUnderstoodSayWhatToDo(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"a choice that is not there", "7\n", "That did not work"},
		{"an unknown verb", "3\nsned product.get\n", "did you mean send?"},
		{"an answer too early", "3\nnext\n", "What to do: enter does it"},
		{"a wrong value", "3\n\n\n\n63\n", "63 is not what the task asks for. ? gives a hint."},
		{"open before anything crossed", "open\n", "What to do: send a request first"},
		{"open a link that is none", "open order\n", "write it as order:payment"},
		{"a hint", "3\n?\n", "Hint: The line at the bottom names the keys."},
		{"help", "help\n", "send <use case>"},
		{"a command that fails", "3\nkill product\n", "0.000000 s  product  killed"},
		{"a line of the door before a value is due", "3\n\n\n\nsend product.get item=999\n", "404 Not Found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, _ := play(t, c.script)
			says(t, out, c.want)
		})
	}
}

func TestTheEndOfTheInputIsKind(t *testing.T) {
	out, _ := play(t, "3\n\n\n")
	says(t, out, "The input ended here.", "All is kept. You are at step 2 of 3.\nGo on with: msc-sim lesson rest\n")
	out, _ = play(t, "q\n")
	says(t, out, "All is kept. You are at step 1 of 3.")
	if strings.Contains(out, "input ended") {
		t.Error("who leaves knows it")
	}
}

func TestTheContextEndsALessonNobodyTypesIn(t *testing.T) {
	in, typing := io.Pipe()
	defer typing.Close()
	ctx, cancel := context.WithCancel(t.Context())
	w := tuitest.New()
	out := &signalWriter{at: "Type a number", seen: cancel}
	if err := plain.Lesson(ctx, in, out, w, tuitest.NewLesson(w), plain.Options{}); err != nil {
		t.Fatal(err)
	}
}

// signalWriter calls seen when a text is written.
type signalWriter struct {
	bytes.Buffer
	at   string
	seen func()
}

func (s *signalWriter) Write(p []byte) (int, error) {
	n, err := s.Buffer.Write(p)
	if strings.Contains(s.Buffer.String(), s.at) {
		s.seen()
	}
	return n, err
}

type brokenWriter struct{}

var errBroken = errors.New("broken pipe")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestAWriterThatBreaksEndsTheLesson(t *testing.T) {
	w := tuitest.New()
	err := plain.Lesson(t.Context(), strings.NewReader("3\n\n"), brokenWriter{}, w, tuitest.NewLesson(w), plain.Options{})
	if !errors.Is(err, errBroken) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

func TestAReaderThatBreaksIsTheEndOfTheInput(t *testing.T) {
	w := tuitest.New()
	var out bytes.Buffer
	in := iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("3\n\n")))
	if err := plain.Lesson(t.Context(), in, &out, w, tuitest.NewLesson(w), plain.Options{}); err != nil {
		t.Fatal(err)
	}
	says(t, out.String(), "The input ended here.")
}
