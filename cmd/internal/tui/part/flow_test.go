package part

import (
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// TestDotsFailAtTheirExactShare watches dots pass one cell for a long time.
func TestDotsFailAtTheirExactShare(t *testing.T) {
	const gap, share, cells = 3.5, 0.03, 40
	th := theme.New(theme.Options{})
	f := &frame{g: grid.New(cells, 1), th: th}
	path := straight(nil, 0, cells-1, 0)
	dots, bad := 0, 0
	var before rune = ' '
	for beat := 5 * time.Second; dots < 4000; beat += time.Second / 200 {
		f.Beat = beat
		f.g.Clear()
		f.dots(path, gap, share, theme.REST)
		r, _ := f.g.At(20, 0)
		if r != ' ' && before == ' ' {
			dots++
			if r == th.Glyphs.Fail {
				bad++
			}
		}
		before = r
	}
	if got := float64(bad) / float64(dots); got < share-0.002 || got > share+0.002 {
		t.Errorf("%.2f %% of %d dots failed, want 3 %%", got*100, dots)
	}
}

func TestMoreTrafficMoreDots(t *testing.T) {
	before := 0.0
	for _, rate := range []float64{0.5, 2, 20, 200, 2000, 20_000} {
		d := dotsPerSecond(rate)
		if d <= before || d > dotSpeed {
			t.Errorf("%v/s is drawn as %.1f dots a second, after %.1f", rate, d, before)
		}
		before = d
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{number(0), "0"},
		{number(999), "999"},
		{number(1204), "1,204"},
		{number(-12345), "-12,345"},
		{number(1234567), "1,234,567"},
		{thousands(9999), "9999"},
		{thousands(12_345), "12k"},
		{thousands(3_400_000), "3M"},
		{rate(0.5), "0.5/s"},
		{rate(412.4), "412/s"},
		{rate(1204), "1,204/s"},
		{percent(0.03), "3 %"},
		{percent(0.004), "0.4 %"},
		{percent(1), "100 %"},
		{fitting(4, "too long", "fits"), "fits"},
		{fitting(1, "too long", "also"), "also"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// TestDotsStandStillWhenTheRateTrembles: a rate that is a little off in every
// frame, as measured rates are, does not move the dots.
func TestDotsStandStillWhenTheRateTrembles(t *testing.T) {
	for rate := 20.0; rate < 5000; rate *= 1.07 {
		w := &wire{}
		first := w.gap(rate)
		for _, off := range []float64{0.97, 1.02, 0.98, 1.03} {
			if g := w.gap(rate * off); g != first {
				t.Errorf("at %.0f/s a change to %.0f/s moves the dots from %.2f to %.2f cells apart", rate, rate*off, first, g)
			}
		}
		if g := w.gap(rate * 8); g >= first {
			t.Errorf("eight times %.0f/s is drawn no denser", rate)
		}
	}
}
