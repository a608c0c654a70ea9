package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Under load a screen of any size changes by less than 30 kB in a second, and in pause
// by nothing. What a key does is drawn at once.
func TestALoadedScreenIsThrifty(t *testing.T) {
	for _, size := range [...][2]int{{80, 24}, {120, 40}, {250, 70}} {
		sit(t, size[0], size[1], Start{World: "catalog"}, func(r *rig) {
			r.busy(time.Second)
			sum, before := 0, r.m.content
			frames := func(n int) {
				for range n {
					r.pass(33 * time.Millisecond)
					sum += changed(before, r.m.content)
					before = r.m.content
				}
			}
			for range 60 { // two seconds, with calls all the time
				for range 5 {
					r.run(r.m.begin(""))
				}
				frames(1)
			}
			if sum > 60_000 || sum < 1000 {
				t.Errorf("%v: %d bytes changed in two seconds", size, sum)
			}
			r.press("space")
			sum, before = 0, r.m.content
			frames(60)
			if sum > 0 {
				t.Errorf("%v: %d bytes changed in pause", size, sum)
			}
			r.press("?")
			r.sees("esc back")
		})
	}
}

func TestWhatChangedIsCounted(t *testing.T) {
	long := strings.Repeat("a row of a screen\n", 20)
	for _, x := range []struct {
		before, after string
		from, to      int
	}{
		{long, long, 0, 0},
		{long, strings.Replace(long, "screen", "SCREEN", 1), 6, 20},
		{long, strings.ReplaceAll(long, "row", "ROW"), 60, 400},
		{"", long, 300, 600},
	} {
		if n := changed(x.before, x.after); n < x.from || n > x.to {
			t.Errorf("%s: %d, not %d to %d", fmt.Sprintf("%.30q", x.after), n, x.from, x.to)
		}
	}
}
