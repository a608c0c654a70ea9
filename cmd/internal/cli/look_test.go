package cli

import (
	"io"
	"strings"
	"testing"
)

// The screen decides by the same function as doctor.
func TestSigns(t *testing.T) {
	for name, tt := range map[string]struct {
		env  map[string]string
		flag string
		want bool
	}{
		"UTF-8":              {env: map[string]string{"LANG": "en_US.UTF-8"}},
		"utf8":               {env: map[string]string{"LC_CTYPE": "C.utf8", "LANG": "C"}},
		"LC_ALL wins":        {env: map[string]string{"LC_ALL": "C", "LANG": "en_US.UTF-8"}, want: true},
		"C":                  {env: map[string]string{"LANG": "C"}, want: true},
		"ISO-8859-1":         {env: map[string]string{"LANG": "de_DE.ISO-8859-1"}, want: true},
		"the Linux console":  {env: map[string]string{"LANG": "C.UTF-8", "TERM": "linux"}, want: true},
		"a flag against it":  {env: map[string]string{"LANG": "C"}, flag: "--ascii=false"},
		"a flag for it":      {env: map[string]string{"LANG": "C.UTF-8"}, flag: "--ascii", want: true},
		"nothing is set":     {want: true},
		"what is set is not": {env: map[string]string{"LC_ALL": "", "LANG": "C.UTF-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := &app{Options: Options{Getenv: func(k string) string { return tt.env[k] }, Out: io.Discard}}
			root := a.root()
			if err := root.PersistentFlags().Parse(strings.Fields(tt.flag)); err != nil {
				t.Fatal(err)
			}
			if got := a.ascii(); got.use != tt.want {
				t.Errorf("ASCII is %v (%s)", got.use, got.why)
			}
			if f := a.signs(); strings.HasPrefix(f.Says, "ASCII") != tt.want {
				t.Errorf("doctor says %q", f.Says)
			}
		})
	}
}

func TestLikelyGround(t *testing.T) {
	for fgbg, want := range map[string]string{
		"": "auto", "15;0": "dark", "0;15": "light", "0;default;15": "light", "12;8": "dark", "0;7": "light", "0;default": "auto", "7;default": "auto", "0;99": "auto",
	} {
		if got := likelyGround(fgbg); got != want {
			t.Errorf("%q: got %s, want %s", fgbg, got, want)
		}
	}
}
