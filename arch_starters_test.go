package mscsim_test

import (
	"go/ast"
	"strings"
	"testing"
)

// starters may start goroutines, each for a reason. Everything else starts work
// through Env.Group or not at all.
var starters = map[string]string{
	"sim/world":             "one Serve a server, services' groups; one that ends every wait in time",
	"sim/trace":             "the merger of the log",
	"sim/wire":              "a dial ends with the life of its instance; what hooks hold back moves on",
	"sim/load":              "its workers",
	"sim/compare":           "callers of a block, which end with it",
	"sim/policy":            "what a cache renews, through the world that runs it",
	"sim/lab":               "watching the disk of --data, until the lab is closed",
	"sim/transport/rest":    "a server ends with its context",
	"sim/transport/grpc":    "a server ends with its context; what a caller says in a stream, while it listens",
	"sim/transport/queue":   "one for each queue of an instance, one for each message in hand",
	"embedded/nats":         "looking after the queues of a server",
	"embedded/queue":        "one goroutine an engine: it hands out, tells, buries, keeps the time",
	"embedded/amqp":         "listening, and each connection",
	"embedded/stomp":        "listening, and each connection",
	"embedded/sqs":          "listening",
	"embedded/eureka":       "listening; sweeps, and what readers get",
	"embedded/nameserver":   "listening, over UDP and TCP",
	"embedded/kafka":        "a listener of each broker, and looking after the cluster",
	"sim/transport/conform": "a suite of tests: callers, servers, and what goes wrong between them",
	"sim/internal/measure":  "benchmarks: callers, and bare servers that end with them",
	"cmd/internal/cli":      "one group a command",
	"cmd/tools/film":        "a terminal is read while it is filmed; ends with the program in it",
	"cmd/internal/plain":    "reading a terminal cannot be interrupted",
}

func TestWhoStartsGoroutines(t *testing.T) {
	used := map[string]bool{}
	for _, f := range files(t) {
		if f.test {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			if !starts(n) {
				return true
			}
			if _, may := starters[f.pkg]; !may {
				t.Errorf("%s: %s may not start goroutines; give the work to its caller or to Env.Group", f.at(n), f.pkg)
			}
			used[f.pkg] = true
			return true
		})
	}
	for pkg := range starters {
		if !used[pkg] {
			t.Errorf("%s may start goroutines and starts none", pkg)
		}
	}
}

// starts reports whether a node starts a goroutine: go, x.Go(…), time.AfterFunc,
// context.AfterFunc. Env.Group.Go is how services are meant to do it.
func starts(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		return true
	case *ast.CallExpr:
		x, name := selector(n.Fun)
		return name == "AfterFunc" || name == "Go" && !strings.HasSuffix(x, "Group")
	default:
		return false
	}
}
