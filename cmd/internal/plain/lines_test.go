package plain

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A file cannot be waited for as a terminal can; a lesson is played from one all the same.
func TestLinesOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.txt")
	if err := os.WriteFile(path, []byte("3\nsend product.get\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{path: {"3", "send product.get"}, os.DevNull: nil} {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines, stop := readLines(t.Context(), f)
		var got []string
		for l := range lines {
			got = append(got, l)
		}
		stop()
		_ = f.Close()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}
