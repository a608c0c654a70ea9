package demo_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct{ name, old, now, want, fix string }{
		{"no front matter", "---\ndemo", "demo", "small.md:1: the front matter is missing", "the first line is ---"},
		{"unknown field", "about:", "abuot:", `small.md:4:1: there is no field "abuot"`, "about"},
		{"other name", "demo: small", "demo: large", `the demo calls itself "large"`, "write demo: small"},
		{"unknown world", "world: catalog", "world: catlog", `there is no world "catlog"`, "catalog"},
		{"unknown box", "show: [client,", "show: [cleint,", `there is no service "cleint"`, "client"},
		{"unknown block", "```setup", "```stup", `there is no block "stup"`, "setup"},
		{"open block", "```\n## Two", "## Two", "small.md:16:1: the play does not end", "close it"},
		{"outside", "note the first", "say Hello.", `small.md:10:1: "say" stands outside of a block`, "note"},
		{"unknown word", "say Second.", "sya Second.", `small.md:22:1: there is no word "sya"`, "say"},
		{"unknown verb", "send order.preview", "sned order.preview", `there is no word "sned"`, "send"},
		{"unknown use case", "send order.preview", "send order.prewiev", `there is no use case "order.prewiev"`, "order.preview"},
		{"long caption", "say Second.", "say One two three four five six seven.", "7 words is too long", "6 words"},
		{"empty caption", "say Second.", "say | only more", "this caption says nothing", "such as"},
		{"no pause", "say Second.", "pause", "the pause has no time", "pause 3s"},
		{"bad pause", "say Second.", "pause soon", "small.md:22:7", ""},
		{"expression", `count("sent") == 0`, `count("snet") == 0`, `small.md:13:18: there is no kind of event "snet"`, "sent"},
		{"choice", "2 some", "3 some", "choice 2 is expected here", "2 text = expression"},
		{"not answered", "reveal 10s\n", "", "this question is never answered", "reveal"},
		{"no question", "say Third.", "reveal", "there is no question to answer", "ask"},
		{"in a setup", "guard order:product timeout after=1s", "say Hello.", "say has no place in a setup", "play"},
		{"nothing played", "say Third.\n", "", `"Two" plays nothing`, "play"},
		{"same title", "## Two", "## One", `two chapters have the title "One"`, ""},
		{"mark of a title", "## Two", "## Two {shwo order}", "mark of a title", "show"},
		{"show", "say Third.", "show links", "show prints something", "caption"},
		{"a lesson's word", "say Third.", "next", `there is no word "next"`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(small, c.old) {
				t.Fatalf("%q does not stand in the demo", c.old)
			}
			_, err := demo.Parse("small", []byte(strings.Replace(small, c.old, c.now, 1)))
			e := sim.AsError(err)
			if err == nil || !strings.Contains(e.Message, c.want) || !strings.Contains(e.Fix+e.Message, c.fix) {
				t.Errorf("%v (%s), want %q (%s)", err, e.Fix, c.want, c.fix)
			}
		})
	}
}

func TestLoadNamesTheNearestDemo(t *testing.T) {
	_, err := demo.Load(demo.Builtin(), "lectrue")
	if e := sim.AsError(err); e.Code != sim.NotFound || !strings.Contains(e.Fix, "lecture") {
		t.Errorf("%v (%s)", e, e.Fix)
	}
	fsys := fstest.MapFS{"small.md": {Data: []byte(small)}, "README.md": {}, "notes.txt": {}}
	if d := cmp.Diff([]string{"small"}, demo.Names(fsys)); d != "" {
		t.Error(d)
	}
	d, err := demo.Load(fsys, "small")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"One", "Two"}, d.Chapters()); diff != "" {
		t.Error(diff)
	}
}

// FuzzParse: no text makes the parser fail in another way than with an error
// that says where.
func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("---\ndemo: small\n---\n## A\n```play\nsay {{if\n```")
	f.Add("---\n---\n```world x\nname: [\n```\n## A {show {world\n```ask 9h\n1 = \n```")
	f.Add(strings.Replace(small, "say Second.", "keep a = 1\nsay {{a}} | {{a + count(\"sent\")}}", 1))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := demo.Parse("small", []byte(text))
		if err == nil && len(d.Chapters()) == 0 {
			t.Error("a demo without chapters")
		}
		if err != nil && sim.AsError(err).Code != sim.Invalid && sim.AsError(err).Code != sim.NotFound {
			t.Errorf("%v is no mistake of a text", err)
		}
	})
}
