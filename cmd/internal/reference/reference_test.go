package reference_test

import (
	"os"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/reference"
)

const file = "../../../docs/reference.md"

// The document is what the tables say now.
func TestReferenceIsWhatTheTablesSay(t *testing.T) {
	want := reference.Markdown()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ReplaceAll(string(got), "\r\n", "\n") != want {
		t.Error("docs/reference.md is not what the tables say: run make reference")
	}
}

// Every word of every table says what it means.
func TestEveryWordIsExplained(t *testing.T) {
	for _, topic := range reference.Topics() {
		n := 0
		for _, s := range topic.Sections {
			for _, w := range s.Terms {
				if n++; w.Word == "" || strings.TrimSpace(w.Text) == "" {
					t.Errorf("%s, %s: %q has no explanation", topic.Name, s.Title, w.Word)
				}
			}
		}
		if n == 0 {
			t.Errorf("%s lists nothing", topic.Name)
		}
	}
}

// No line of a topic is wider than the terminal, except words that cannot be cut.
func TestTopicsFitATerminal(t *testing.T) {
	for _, topic := range reference.Topics() {
		for _, l := range strings.Split(topic.Text(80), "\n") {
			if len([]rune(l)) > 80 && strings.Contains(strings.TrimSpace(l), " ") {
				t.Errorf("%s: %d columns: %s", topic.Name, len([]rune(l)), l)
			}
		}
	}
}
