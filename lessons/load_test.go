package lessons_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func TestLoad(t *testing.T) {
	l := loadTiny(t)
	want := lessons.Info{
		Name: "tiny", Title: "Tiny", Promise: "You will see.", Minutes: 8, Level: 1, Needs: []string{},
		World: "tiny", Words: []string{"request"}, Steps: 4,
	}
	if d := cmp.Diff(want, l.Info); d != "" {
		t.Errorf("front matter (-want +got):\n%s", d)
	}
	core, more := l.Outline()
	if d := cmp.Diff([]string{"Look", "Break", "Quiz", "In production"}, core); d != "" {
		t.Errorf("core (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"From outside"}, more); d != "" {
		t.Errorf("more (-want +got):\n%s", d)
	}
	if string(l.World) != tinyWorld {
		t.Error("the world is not handed on as it stands in the file")
	}
}

// at is where text stands in the file: line and column of its first character.
func at(t *testing.T, text, part string) string {
	t.Helper()
	before, _, ok := strings.Cut(text, part)
	if !ok {
		t.Fatalf("%q does not stand there", part)
	}
	line := strings.Count(before, "\n")
	return fmt.Sprintf("%d:%d", line+1, len(before)-strings.LastIndexByte(before, '\n'))
}

func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	for _, tt := range []struct {
		old, mistake string // what is replaced in lesson.md
		place        string // text of the changed file at whose beginning the error is; "" = the line of mistake
		says, fix    string
	}{
		{"```predict took", "```predikt took", "predikt", `no block "predikt"`, "predict"},
		{"minutes: 8", "minuts: 8", "", `no field "minuts"`, "minutes"},
		{"minutes: 8", "minutes: many", "many", "minutes=many is not a whole number", "between 1 and 60"},
		{"minutes: 8", "minutes: 900", "900", "minutes=900 is not allowed", "60"},
		{"title: Tiny\n", "", "lesson: tiny", "the field title is missing", "such as: title: REST"},
		{"words: [request]", "words: [requst]", "[requst]", `"requst"`, "request"},
		{"lesson: tiny", "lesson: small", "small", "the folder is tiny", "lesson: tiny"},
		{"world: tiny", "world: catalog", "catalog", `named "tiny"`, ""},
		{"show: [client, stock]", "show: [client, stok]", "[client, stok]", `no service "stok"`, "stock"},
		{"## Break {show stock}", "## Break {shwo stock}", "{shwo", "no mark", "show"},
		{"## Break {show stock}", "## Break {show stok}", "Break", `no service "stok"`, "stock"},
		{"## Break {show stock}", "## Break {points many}", "{points", `"many" is no number of points`, "between 1 and"},
		{"## Break {show stock}", "## Break {points 0}", "{points", `"0" is no number of points`, "between 1 and"},
		{"## In production", "## In production {points 2}", "In production", "has points, but nothing is done", "leave out"},
		{"## Break {show stock}", "## Look", "Look\nIt took", "two steps have the title", ""},
		{"status: 200}", "staus: 200}", "staus", `no filter "staus"`, "status"},
		{`count("answered", {link: "client:stock", path`, `count("answerd", {link: "client:stock", path`, `"answerd"`, `no kind of event "answerd"`, "answered"},
		{`count("answered", {link: "client:stock", path`, `count("answered", {link: "client:stok", path`, `"client:stok"`, `no link "client:stok"`, "client:stock"},
		{`count("answered", {link: "client:stock", path`, `cuont("answered", {link: "client:stock", path`, "cuont", `no "cuont"`, "count"},
		{"keep wait = first(\"client:stock\").took", "keep wait = first(\"client:stock\").tok", "tok\nresult", `no "tok"`, "took"},
		{"keep wait = first(\"client:stock\").took", "keep wait = first(\"client:stock\")", `first("client:stock")` + "\nresult", "no text and no number", ".took"},
		{"keep wait = first(\"client:stock\").took", "keep wait first", "wait first", "keeps nothing", "keep price_p50 ="},
		{"keep wait = first(\"client:stock\").took", "keep mine = 1", "mine = 1", "a name already", ""},
		{"took {{wait}}.", "took {{wiat}}.", "wiat", `no "wiat"`, "wait"},
		{"took {{wait}}.", "took {{wait.", "{{wait.", "not closed", "}}"},
		{"{{else}}Now you know.{{end}}", "{{else}}Now you know.", "{{if predicted", "does not end", "{{end}}"},
		{"{{if predicted(\"took\").right}}", "", "{{else}}Now", "closes nothing", "{{if"},
		{"predicted(\"took\")", "predicted(\"tok\")", `"tok"`, `no prediction "tok"`, "took"},
		{"1 short = first(\"client:stock\").took < ms(5)", "1 short = first(\"client:stock\").took", `first("client:stock").took` + "\n2", "expected bool", ""},
		{"1 short = first(\"client:stock\").took < ms(5)", "1 short", "", "does not say when it is true", "1 text = expression"},
		{"2 long  =", "3 long  =", "3 long", "choice 2 is expected", ""},
		{"check count(\"answered\", {link", "chek count(\"answered\", {link", "chek", `no line of a task "chek"`, "check"},
		{"enter kill stock", "enter kil stock", "kil stock", `"kil"`, "kill"},
		{"enter kill stock", "enter kill stok", "kill stok", `no service "stok"`, "stock"},
		{"enter send stock.look\n", "enter send stock.lok\n", "send stock.lok", `no use case "stock.lok"`, "stock.look"},
		{"enter send stock.look item=pears", "enter send stock.look itm=pears", "send stock.look itm", "itm", "item"},
		{"hint two\nhint type", "hint type", "```do\nAsk", "2 hints", "a nudge"},
		{"because it is\n2 no = false", "2 no = false", "1 yes = true", "no explanation", "because"},
		{"A second paragraph.\n```predict took", "```predict took", "", "", ""},
		{"did waited {{wait}}", "dit waited {{wait}}", "dit waited", "line of a summary", "did"},
		{"```quiz a", "```quiz A!", "```quiz A!", "needs a name", "```quiz took"},
		{"## In production", "## In production {more}", "Quiz", "", ""},
		{"```summary\n", "```summary\ndid {{1..1000000}}\n", "..1000000", "not allowed", "no loops"},
		{"```summary\n", "```summary\ndid {{all([1], # > 0)}}\n", "[1]", "not allowed", "no loops"},
		{"```summary\n", "```summary\ndid {{len(\"a\")}}\n", "len", `no "len"`, ""},
	} {
		t.Run(tt.mistake, func(t *testing.T) {
			broken := strings.Replace(tinyLesson, tt.old, tt.mistake, 1)
			if broken == tinyLesson {
				t.Fatalf("%q does not stand in the lesson", tt.old)
			}
			fsys := tiny()
			fsys["tiny/lesson.md"].Data = []byte(broken)
			_, err := lessons.Load(fsys, "tiny")
			if tt.says == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			if err == nil {
				t.Fatalf("it loads; want an error with %q", tt.says)
			}
			place := tt.place
			if place == "" {
				place = tt.mistake
			}
			where := "tiny/lesson.md:" + at(t, broken, place)
			if line, _, _ := strings.Cut(where[len("tiny/lesson.md:"):], ":"); !strings.Contains(err.Error(), where) && !(tt.place == "" && strings.Contains(err.Error(), "tiny/lesson.md:"+line)) {
				t.Errorf("got %v, want it at %s", err, where)
			}
			if e := sim.AsError(err); !strings.Contains(e.Message, tt.says) || !strings.Contains(e.Fix, tt.fix) {
				t.Errorf("got %q, fix %q\nwant %q, fix %q", e.Message, e.Fix, tt.says, tt.fix)
			}
		})
	}
}

func TestMistakesInOtherFiles(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string
		want, fix        string
	}{
		{"no lesson", "", "", `no lesson "tyni"`, "tiny"},
		{"no world", "world.yaml", "-", "world.yaml: the file is missing", "world.yaml"},
		{"no answers", "answers.txt", "-", "answers.txt: the file is missing", ""},
		{"broken world", "world.yaml", "services: [", "tiny/world.yaml:1: ", "quotes"},
		{"misspelt field of a world", "world.yaml", "name: tiny\nservices:\n  stock: {wrokers: 3}\n", `tiny/world.yaml:3:11: there is no field "wrokers"`, "workers"},
		{"unknown title", "answers.txt", "## Lok\nsend stock.look", `answers.txt:1:4: there is no step "Lok"`, "Look"},
		{"no title", "answers.txt", "send stock.look", "answers.txt:1:1: this line belongs to no step", "## Look"},
		{"bad line", "answers.txt", "## Look\nsed stock.look", `answers.txt:2:1: there is no verb "sed"`, "send"},
		{"bad wait", "answers.txt", "## Look\nwait count(\"answerd\") > 0", `answers.txt:2:12: there is no kind of event "answerd"`, "answered"},
		{"missing answer", "answers.txt", "## Look\nsend stock.look", `the step "Break" has no answer`, "## Break"},
		{"no text", "lesson.md", "\xff\xfe", "not text", "UTF-8"},
		{"empty", "lesson.md", "", "front matter is missing", "---"},
		{"open front", "lesson.md", "---\ntitle: x", "does not end", "---"},
		{"no steps", "lesson.md", "---\nlesson: tiny\n---\n", "no steps", "## Its title"},
		{"text before steps", "lesson.md", "---\nlesson: tiny\n---\nhello", "lesson.md:4:1: this stands in no step", "##"},
		{"too large", "lesson.md", strings.Repeat("x", lessons.MaxFile+1), "larger than 256 KiB", ""},
		{"too many steps", "lesson.md", "---\nlesson: tiny\n---\n" + strings.Repeat("## a\n", 41), "more than 40 steps", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys, name := tiny(), "tiny"
			switch {
			case tt.file == "":
				name = "tyni"
			case tt.text == "-":
				delete(fsys, "tiny/"+tt.file)
			default:
				fsys["tiny/"+tt.file] = &fstest.MapFile{Data: []byte(tt.text)}
			}
			_, err := lessons.Load(fsys, name)
			if e := sim.AsError(err); e == nil || !strings.Contains(e.Message, tt.want) || !strings.Contains(e.Fix, tt.fix) {
				t.Errorf("got %v (%+v)\nwant %q, fix %q", err, e, tt.want, tt.fix)
			}
		})
	}
}

func TestNamesThatLeadOut(t *testing.T) {
	for _, name := range []string{"", ".", "..", "../rest", "rest/..", "/rest", "Rest", "rest\x00"} {
		if _, err := lessons.Load(lessons.Builtin(), name); sim.CodeOf(err) != sim.NotFound {
			t.Errorf("%q: got %v, want not found", name, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(tinyLesson)
	f.Add(strings.ReplaceAll(tinyLesson, "{{", "{{if "))
	f.Add("---\nlesson: tiny\n---\n## a {more} {show x}\n```do\n```\n")
	f.Fuzz(func(t *testing.T, lesson string) {
		fsys := tiny()
		fsys["tiny/lesson.md"].Data = []byte(lesson)
		l, err := lessons.Load(fsys, "tiny")
		if err != nil {
			if e := sim.AsError(err); e.Code != sim.Invalid && e.Code != sim.NotFound || sim.Visible(e.Message) != e.Message {
				t.Errorf("%+v", e)
			}
			return
		}
		// What loads can be begun, and left out step by step.
		s, err := lessons.Start(t.Context(), l, newFake(0), lessons.Options{})
		for range 10 * lessons.MaxSteps {
			if err == nil && s.Update().Phase != lessons.Finished {
				_, err = s.Do(t.Context(), sim.Next{})
			}
			if sim.CodeOf(err) == sim.Conflict {
				err = nil
			}
		}
		if err != nil || s.State().Phase != lessons.Finished {
			t.Errorf("it does not end: %v, %+v", err, s.State())
		}
	})
}

func FuzzAnswers(f *testing.F) {
	f.Add(tinyAnswers)
	f.Add("## Look\nwait {{\nvisit {{wait}}\nanswer {{if true}}x{{end}}")
	f.Fuzz(func(t *testing.T, answers string) {
		fsys := tiny()
		fsys["tiny/answers.txt"].Data = []byte(answers)
		if _, err := lessons.Load(fsys, "tiny"); err != nil && sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%+v", sim.AsError(err))
		}
	})
}

// Whoever writes a lesson is told all that is wrong at once, and nothing twice: what
// follows from a mistake is none of its own.
func TestAllMistakesAreTold(t *testing.T) {
	files := tiny("needs: []", "needs: [rst]", "minutes: 8", "minutes: 800",
		"keep wait = first(", "keep wait = frst(", "hint one", "hnt one", "status: 200}) >= 1", "status: 200}) >= apples",
		"because it is\n2", "becuse it is\n2", "send stock.look item=apples\nwait", "sned stock.look item=apples\nwait", "{{first(\"outside:stock\").peer}}", "{{first(\"outside:stok\").peer}} {{nothing}}")
	_, all := lessons.LoadAll(files, "tiny")
	var got []string
	for _, err := range all {
		e := sim.AsError(err)
		where, what, _ := strings.Cut(e.Message, ": ")
		got = append(got, where+" "+what+" – "+e.Fix)
	}
	text, lines := strings.Join(got, "\n"), strings.Split(string(files["tiny/lesson.md"].Data), "\n")
	for _, want := range []string{`no lesson "rst" – did you mean rest?`, "minutes=800", `no "frst" – did you mean first?`, `"apples"`, "choice 2", `sned`, `stok`, `no "nothing"`} {
		if !strings.Contains(text, want) {
			t.Errorf("not told: %s", want)
		}
	}
	if strings.Contains(text, `"wait"`) {
		t.Error("what follows from a mistake is told, too")
	}
	for _, g := range got {
		if file, rest, _ := strings.Cut(g, ":"); !strings.HasPrefix(file, "tiny/") || rest[0] < '1' || rest[0] > '9' {
			t.Errorf("no file and line: %s", g)
		}
	}
	if t.Failed() {
		t.Logf("%d lines\n%s", len(lines), text)
	}
}

// Broken form ends nothing: what else is wrong, before it, in it and behind it, is
// told as well, and nothing that only follows from it.
func TestMistakesBesideABrokenForm(t *testing.T) {
	for _, tt := range []struct {
		name    string
		changes []string
		want    []string
	}{
		{"a block of an unknown kind", []string{"```do\n", "```xyzzy\n"}, []string{`no block "xyzzy"`, "choice 2", "stok"}},
		{"a misspelled block, its lines too", []string{"```predict took", "```predcit took", "check count(\"answered\"", "check count(\"answerd\""}, []string{`no block "predcit"`, `"answerd"`, "choice 2", "stok"}},
		{"an open block", []string{"```\n```after", "```after", "check count(\"answered\"", "check count(\"answerd\""}, []string{"the block do is not closed", `"answerd"`, "choice 2", "stok"}},
		{"two open blocks", []string{"```\n```do", "```do", "```\n```after", "```after"}, []string{"the block predict is not closed", "the block do is not closed", "choice 2", "stok"}},
		{"a closing line too many", []string{"```\n```do", "```\n```\n```do"}, []string{`no block ""`, "choice 2", "stok"}},
		{"text in no step", []string{"## Look", "lost\nlost\n## Look"}, []string{"stands in no step", "choice 2", "stok"}},
		{"text behind a block", []string{"```\n```after", "```\nlost\nlost\n```after"}, []string{"text stands after a block", "choice 2", "stok"}},
		{"no front matter", []string{"---\nlesson", "lesson"}, []string{"the front matter is missing", "choice 2", "stok"}},
		{"an open front matter", []string{"\n---\n", "\n", "minutes: 8", "minutes: 800"}, []string{"the front matter does not end", "minutes=800", "choice 2", "stok"}},
		{"a mark that is none", []string{"{show stock}", "{shwo stock}"}, []string{"no mark", "choice 2", "stok"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := tiny("because it is\n2", "becuse it is\n2", "{{first(\"outside:stock\").peer}}", "{{first(\"outside:stok\").peer}}")
			text := string(files["tiny/lesson.md"].Data)
			for i := 0; i < len(tt.changes); i += 2 {
				if !strings.Contains(text, tt.changes[i]) {
					t.Fatalf("%q does not stand in the lesson", tt.changes[i])
				}
				text = strings.Replace(text, tt.changes[i], tt.changes[i+1], 1)
			}
			files["tiny/lesson.md"].Data = []byte(text)
			_, all := lessons.LoadAll(files, "tiny")
			var got []string
			for _, err := range all {
				got = append(got, sim.AsError(err).Message)
			}
			for _, w := range tt.want {
				if !strings.Contains(strings.Join(got, "\n"), w) {
					t.Errorf("not told: %s", w)
				}
			}
			if len(got) != len(tt.want) || t.Failed() {
				t.Errorf("want %d mistakes, got\n%s", len(tt.want), strings.Join(got, "\n"))
			}
		})
	}
	files := tiny("```predict took", "```predcit took")
	files["tiny/world.yaml"].Data = []byte("name: [")
	if _, all := lessons.LoadAll(files, "tiny"); len(all) != 2 {
		t.Errorf("a broken world hides the form of the lesson: %v", all)
	}
	delete(files, "tiny/world.yaml")
	delete(files, "tiny/answers.txt")
	if _, all := lessons.LoadAll(files, "tiny"); len(all) != 2 {
		t.Errorf("a missing file hides another one: %v", all)
	}
}
