// Package mscsim_test holds the program to its shape. What stands here is the
// architecture; docs/ARCHITECTURE.md says it in prose.
package mscsim_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/msc-sim/msc-sim/"

// layer says which of our packages the packages of one folder may import, and
// why. The first row that fits a package holds. A * stands for one name, and
// /... for everything below. Read from top to bottom, the table is an order in
// which to read the code.
type layer struct {
	pkg   string
	may   []string
	tests []string // what its tests may import besides
	why   string
}

var layers = []layer{
	{"sim", nil, nil, "the words: everybody imports them, they import nobody"},
	{"sim/contract/...", []string{"sim/contract/..."}, nil, "what a .proto says, read for those who carry messages"},
	{"sim/wire", []string{"sim", "embedded/*/wire"}, nil, "sockets know links, not services; of protocols, the bytes"},
	{"sim/trace", []string{"sim"}, nil, "the log keeps facts and has no opinion of them"},
	{"sim/view", []string{"sim"}, nil, "a pure fold over events"},
	{"sim/form", []string{"sim"}, nil, "how words with parameters are asked for, read and explained"},
	{"sim/fault", []string{"sim", "sim/form", "sim/wire"}, nil, "a fault is armed on a link or a socket, and knows nothing else"},
	{"sim/policy", []string{"sim", "sim/form", "sim/contract/..."}, []string{"sim/transport/conform/..."}, "a policy surrounds a handler, whatever carries the message"},
	{"sim/transport/*/v1", []string{"sim/contract/..."}, nil, "generated contracts that only tests speak"},
	{"sim/transport/conform", []string{"sim", "sim/contract/...", "sim/transport/conform/..."}, nil, "the suite that every transport passes"},
	{"sim/internal/process", nil, nil, "what this process has used"},
	{"sim/internal/measure", []string{"sim/internal/process"}, nil, "what benchmarks share; it measures and knows nothing of us"},
	{"sim/transport/share", []string{"sim"}, nil, "connections that several attempts use, whatever they speak"},
	{"sim/transport/transcode", []string{"sim", "sim/contract/...", "sim/transport/share"}, []string{"sim/transport/conform/..."}, "HTTP requests become messages of their contracts, whatever carries them then"},
	{"sim/transport/*", []string{"sim", "sim/contract/...", "sim/transport/share", "sim/transport/transcode"}, []string{"sim/wire", "sim/policy", "sim/internal/measure", "sim/transport/conform/...", "embedded/..."}, "transports know neither each other nor who uses them"},
	{"sim/sqlite", []string{"sim"}, nil, "a store that outlives its service, and knows nothing of worlds"},
	{"sim/usecase", []string{"sim", "sim/contract/..."}, nil, "what a person sends, made from its contract"},
	{"sim/mapping", []string{"sim", "sim/form"}, nil, "YAML by rows of parameters: worlds, and what lessons and demos say of themselves"},
	{"sim/worldfile", []string{"sim", "services", "sim/form", "sim/mapping", "sim/policy", "sim/gateway", "sim/identity", "sim/usecase"}, nil, "what a world file may say; it runs nothing"},
	{"sim/identity", []string{"sim", "sim/form"}, nil, "clients, their tokens and keys; it knows no gateway"},
	{"sim/gateway", []string{"sim", "sim/form", "sim/policy", "sim/identity", "sim/contract/..."}, nil, "what a gateway does with a request, step by step; it calls services by name"},
	{"sim/world", []string{"sim", "sim/form", "sim/wire", "sim/trace", "sim/policy", "sim/fault", "sim/usecase", "sim/contract/..."}, []string{"sim/worldfile"}, "a world is given its transports and services"},
	{"sim/door", []string{"sim", "sim/form", "sim/contract/..."}, nil, "words become commands; who carries them out is not its business"},
	{"sim/advise", []string{"sim"}, nil, "a table of rules; it knows no transport"},
	{"sim/compare", []string{"sim", "sim/load", "sim/load/target", "sim/internal/process"}, nil, "what is measured, and what it proves; the lab gives it the arms"},
	{"sim/load/target", []string{"sim"}, nil, "addresses of the user's own, which are no part of a world"},
	{"sim/load", []string{"sim", "sim/trace", "sim/view", "sim/contract/..."}, nil, "load is a customer, not a part of the world"},
	{"sim/export", []string{"sim", "sim/trace", "sim/view"}, nil, "pure functions of what was measured"},
	{"services/internal/...", []string{"sim", "sim/contract/...", "services/*/v1"}, []string{"services/internal/..."}, "what several services would otherwise repeat"},
	{"services/*/v1", []string{"sim/contract/...", "services/*/v1"}, nil, "generated contracts"},
	{"services/gateway", []string{"sim", "sim/gateway"}, nil, "the kind of service that a gateway is"},
	{"services/identity", []string{"sim", "sim/form", "sim/identity"}, nil, "the kind of service that gives tokens"},
	{"services/*", []string{"sim", "sim/form", "sim/contract/...", "services/*/v1", "services/internal/..."}, nil, "a service decides; it knows no transport and no other service's code"},
	{"services", []string{"sim", "sim/form", "sim/contract/...", "services/..."}, nil, "the list of the shop's services"},
	{"embedded/loopback", nil, nil, "which addresses are of this machine, and how to listen there"},
	{"embedded/dirlock", nil, nil, "a directory for one process, whatever is kept in it"},
	{"embedded/directory", nil, nil, "a registry that knows no protocol"},
	{"embedded/queue", []string{"embedded/dirlock"}, nil, "queues that know no protocol"},
	{"embedded/*/wire", nil, nil, "bytes of a protocol, and nothing of what they mean to a broker"},
	{"embedded/amqp", []string{"embedded/queue", "embedded/loopback", "embedded/amqp/wire"}, nil, "a broker gives the queues its protocol"},
	{"embedded/stomp", []string{"embedded/queue", "embedded/loopback"}, nil, "a broker gives the queues its protocol"},
	{"embedded/sqs", []string{"embedded/queue", "embedded/loopback"}, nil, "a broker gives the queues its protocol"},
	{"embedded/eureka", []string{"embedded/directory", "embedded/loopback"}, nil, "one interface of the registry"},
	{"embedded/*", []string{"embedded/loopback", "embedded/dirlock"}, nil, "brokers that anybody may use; what they report, the lab turns into events"},
	{"internal/beside", nil, nil, "how many tests run at once"},
	{"sim/lab", []string{"sim/...", "services/...", "embedded/..."}, []string{"internal/beside"}, "the one place that names everything"},
	{"lessons", []string{"sim", "sim/trace", "sim/view", "sim/door", "sim/form", "sim/mapping", "sim/worldfile"}, []string{"internal/beside"}, "a lesson follows what happens and acts through the door"},
	{"lessons/demo", []string{"sim", "sim/door", "sim/mapping", "sim/worldfile", "lessons"}, nil, "a demo speaks the language of lessons, and brings worlds of its own"},
	{"lessons/slow", nil, []string{"sim", "sim/worldfile", "sim/lab", "lessons", "internal/beside"}, "a test alone: every lesson with pauses between the keys"},
	{"cmd/...", []string{"..."}, nil, "faces may use everything; the compiler keeps cmd/internal out of the core"},
}

// everyTest is open to external tests of every folder, so that they can play
// with a whole world.
const everyTest = "sim/lab"

// MaxLines is how long a file may be. Nine in ten should stay far below.
const maxLines = 400

type pkg struct {
	ImportPath, Doc                    string
	Imports, TestImports, XTestImports []string
}

func (p pkg) name() string {
	return strings.TrimSuffix(strings.TrimPrefix(p.ImportPath+"/", module), "/")
}

func packages(t *testing.T) (all []pkg) {
	t.Helper()
	out, err := exec.Command("go", "list", "-e", "-json=ImportPath,Doc,Imports,TestImports,XTestImports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p pkg
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if p.name() != "" {
			all = append(all, p)
		}
	}
	return all
}

func fits(pattern, name string) bool {
	if base, ok := strings.CutSuffix(pattern, "..."); ok {
		return strings.HasPrefix(name+"/", base)
	}
	ok, _ := path.Match(pattern, name)
	return ok
}

func fitsAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return fits(p, name) })
}

func TestArrowsPointDown(t *testing.T) {
	used := map[string]bool{}
	for _, p := range packages(t) {
		i := slices.IndexFunc(layers, func(l layer) bool { return fits(l.pkg, p.name()) })
		if i < 0 {
			t.Errorf("%s has no row in layers", p.name())
			continue
		}
		l := layers[i]
		used[l.pkg] = true
		check := func(imports []string, may ...string) {
			for _, imp := range imports {
				if dep, ours := strings.CutPrefix(imp, module); ours && !fitsAny(may, dep) {
					t.Errorf("%s may not import %s: %s", p.name(), dep, l.why)
				}
			}
		}
		check(p.Imports, l.may...)
		check(p.TestImports, slices.Concat(l.may, l.tests)...)
		check(p.XTestImports, slices.Concat(l.may, l.tests, []string{everyTest, p.name()})...)
	}
	for _, l := range layers {
		if !used[l.pkg] {
			t.Errorf("no package fits the row %s", l.pkg)
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	written := map[string]bool{}
	for _, f := range files(t) {
		written[f.pkg] = written[f.pkg] || !f.test
	}
	for _, p := range packages(t) {
		if p.Doc == "" && written[p.name()] {
			t.Errorf("%s has no package comment", p.name())
		}
	}
}

// file is one Go file of ours, parsed.
type file struct {
	path, pkg string
	test      bool
	lines     int
	set       *token.FileSet
	*ast.File
}

func files(t *testing.T) (all []file) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		f := file{path: filepath.ToSlash(path), test: strings.HasSuffix(path, "_test.go"), set: token.NewFileSet()}
		f.pkg = filepath.ToSlash(filepath.Dir(path))
		if f.File, err = parser.ParseFile(f.set, path, nil, parser.ParseComments); err != nil {
			return err
		}
		f.lines = f.set.File(f.FileStart).LineCount()
		if !ast.IsGenerated(f.File) {
			all = append(all, f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (f file) at(n ast.Node) token.Position { return f.set.Position(n.Pos()) }

func TestOneIdeaOneFile(t *testing.T) {
	for _, f := range files(t) {
		if f.lines > maxLines {
			t.Errorf("%s has %d lines, and %d are the most", f.path, f.lines, maxLines)
		}
	}
}

func TestMainIsShort(t *testing.T) {
	f, err := os.Open("cmd/msc-sim/main.go")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for s := bufio.NewScanner(f); s.Scan(); n++ {
	}
	if n > 40 {
		t.Errorf("main.go has %d lines, and 40 are the most", n)
	}
}

// selector takes x.Name apart; x is only its last word.
func selector(e ast.Expr) (x, name string) {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	switch of := s.X.(type) {
	case *ast.Ident:
		return of.Name, s.Sel.Name
	case *ast.SelectorExpr:
		return of.Sel.Name, s.Sel.Name
	default:
		return "", s.Sel.Name
	}
}

// Time, chance and the network come to a service from its Env; that is what
// makes skewed clocks, seeds and sudden death honest.
func TestServicesTouchNothingButTheirEnv(t *testing.T) {
	clocks := []string{"Now", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Since", "Until"}
	for _, f := range files(t) {
		if f.test || !strings.HasPrefix(f.pkg, "services") || f.pkg == "services/internal/envtest" {
			continue
		}
		for _, imp := range f.Imports {
			name := strings.Trim(imp.Path.Value, `"`)
			if name != "net/http" && fitsAny([]string{"net/...", "os/...", "syscall", "math/rand/...", "crypto/rand"}, name) {
				t.Errorf("%s: a service may not import %s", f.at(imp), name)
			}
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			switch x, name := selector(e); {
			case x == "time" && slices.Contains(clocks, name):
				t.Errorf("%s: a service may not call time.%s; its Env has a clock", f.at(n), name)
			case x == "http" && !strings.HasPrefix(name, "Status"):
				t.Errorf("%s: a service may not use http.%s; only names of statuses", f.at(n), name)
			}
			return true
		})
	}
}

// Tests wait for what happens, never for time to pass. Inside synctest a sleep
// takes no time, and is how its clock is moved; in a file that does not import
// synctest it is said: // virtual. Benchmarks may measure what takes time.
func TestNoTestSleeps(t *testing.T) {
	for _, f := range files(t) {
		bubble := slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"testing/synctest"` })
		if !f.test || bubble {
			continue
		}
		virtual := map[int]bool{}
		for _, c := range f.Comments {
			virtual[f.at(c).Line] = c.Text() == "virtual\n"
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				return !strings.HasPrefix(n.Name.Name, "Benchmark")
			case *ast.CallExpr:
				if x, name := selector(n.Fun); x == "time" && name == "Sleep" && !virtual[f.at(n).Line] {
					t.Errorf("%s: a test sleeps; let it wait for an event", f.at(n))
				}
			}
			return true
		})
	}
}
