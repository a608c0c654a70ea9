package lessons_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/lessons"
)

// The lesson says in which words a Go compiler refuses a text for a number.
func TestTheCompilerSaysWhatTheLessonSays(t *testing.T) {
	const src = `package p
type PreviewOrder struct { Product string; Quantity int32 }
var _ = &PreviewOrder{Product: "101", Quantity: "three"}`
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, "client.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.Default()}
	_, err = conf.Check("p", set, []*ast.File{f}, nil)
	if err == nil {
		t.Fatal("it compiles")
	}
	_, said, _ := strings.Cut(err.Error(), ": ")
	text, readErr := fs.ReadFile(lessons.Builtin(), "grpc/lesson.md")
	if readErr != nil {
		t.Fatal(readErr)
	}
	if !strings.Contains(string(text), "`"+said+"`") {
		t.Errorf("the compiler says %q, and the lesson something else", said)
	}
}
