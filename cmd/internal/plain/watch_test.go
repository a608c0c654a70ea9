package plain_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/sim"
)

func TestWatchTellsEventsAndDoesLines(t *testing.T) {
	w := tuitest.New()
	var out bytes.Buffer
	script := "send product.get item=101\nkill product\nsned\nhelp\nq\n"
	if err := plain.Watch(t.Context(), strings.NewReader(script), &out, w, plain.Options{}); err != nil {
		t.Fatal(err)
	}
	says(t, out.String(),
		"World catalog. order asks product for a price",
		"order, http: 127.0.0.1:40001",
		"product  started at 127.0.0.1:40002",
		"order to product  GET /products/101",
		"sent product.get",
		"product  killed",
		"did you mean send?",
		"kill <service",
	)
	if strings.Contains(out.String(), "predict") {
		t.Error("words of lessons are told where there is none")
	}
}

func TestWatchGoesOnWhenNobodyTypes(t *testing.T) {
	w := tuitest.New()
	ctx, cancel := context.WithCancel(t.Context())
	out := &signalWriter{at: "order to product", seen: cancel}
	w.Pass(1)
	typed := &afterEOF{then: func() {
		_, _ = w.Do(ctx, sim.Send{UseCase: "product.get"})
	}}
	if err := plain.Watch(ctx, typed, out, w, plain.Options{}); err != nil {
		t.Fatal(err)
	}
	says(t, out.String(), "The input ended here.")
}

// afterEOF ends at once and calls then.
type afterEOF struct{ then func() }

func (a *afterEOF) Read([]byte) (int, error) {
	a.then()
	return 0, io.EOF
}

func TestAFloodIsCountedNotTold(t *testing.T) {
	w := tuitest.New()
	for range 100 {
		_, _ = w.Do(t.Context(), sim.Send{UseCase: "product.get"})
	}
	var out bytes.Buffer
	if err := plain.Watch(t.Context(), strings.NewReader("mark x\nq\n"), &out, w, plain.Options{}); err != nil {
		t.Fatal(err)
	}
	says(t, out.String(), "answered")
	if n := strings.Count(out.String(), "\n"); n > 80 {
		t.Errorf("%d lines for 100 requests", n)
	}
}

func TestErrorsOfTheWorldKeepTheirFix(t *testing.T) {
	w := tuitest.New()
	w.Fail(sim.Errorf(sim.Unavailable, "product is gone\x1b[31m").WithFix("start product"))
	var out bytes.Buffer
	if err := plain.Watch(t.Context(), strings.NewReader("send product.get\nq\n"), &out, w, plain.Options{}); err != nil {
		t.Fatal(err)
	}
	says(t, out.String(), "That did not work: product is gone", "What to do: start product")
	if strings.Contains(out.String(), "\x1b") {
		t.Error("an escape sequence reached the terminal")
	}
	if err := plain.Watch(t.Context(), strings.NewReader("q\n"), brokenWriter{}, w, plain.Options{}); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

// Under load there is a line a second, whatever crosses; what the world itself does is
// told. With Quiet the same holds without load.
func TestUnderLoadThereIsASummary(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		w := tuitest.New()
		if !quiet {
			_, _ = w.Do(t.Context(), sim.SetLoad{UseCase: "product.get", Rate: 100})
		}
		for range 30 {
			_, _ = w.Do(t.Context(), sim.Send{UseCase: "product.get"})
		}
		var out bytes.Buffer
		if err := plain.Watch(t.Context(), strings.NewReader("kill product\nq\n"), &out, w, plain.Options{Quiet: quiet}); err != nil {
			t.Fatal(err)
		}
		says(t, out.String(), "product  killed", "Calls: ")
		if n := strings.Count(out.String(), "GET /products"); n > 0 {
			t.Errorf("quiet %v: %d calls are told one by one", quiet, n)
		}
		if n := strings.Count(out.String(), "Calls: "); n > 2 {
			t.Errorf("quiet %v: %d summaries at one moment", quiet, n)
		}
	}
}
