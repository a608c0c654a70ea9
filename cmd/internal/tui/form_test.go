package tui

import (
	"strings"
	"testing"
)

// saysAll fails for every word of texts that is not on the screen, and where
// something is cut.
func (r *rig) saysAll(texts ...string) {
	r.Helper()
	r.misses("…")
	r.sees(strings.Fields(strings.NewReplacer("*", "", "\n- ", "\n").Replace(strings.Join(texts, " ")))...)
}

// Whatever a form says of a word is on the screen; whatever it says of a field is,
// once that has the keys.
func TestAFormIsNeverCut(t *testing.T) {
	everySize(t, inPlayground, func(r *rig, _ string) {
		r.breaks() // so that policies stand there
		for _, form := range []string{"f", "p", "t"} {
			r.press(form)
			for range r.m.form().words {
				w := r.m.form().word()
				r.saysAll(w.Word.Word, w.About, w.Why)
				if len(w.fields) > 0 {
					r.press("enter")
				}
				for i, f := range w.fields {
					r.saysAll(f.Name, f.About, f.Bounds)
					if i == len(w.fields)-1 && w.more != nil {
						r.saysAll(w.more(nil)...)
					}
					r.press("down")
				}
				if len(w.fields) > 0 {
					r.press("esc")
				}
				r.press("down")
			}
			r.press("esc")
		}
	})
}
