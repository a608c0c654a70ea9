package mscsim_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// productFiles say how the files begin in which a broker, or a transport over it, may
// be named. Elsewhere nothing depends on which product it is.
var productFiles = map[string][]string{
	"rabbitmq": {"rabbitmq", "amqp"},
	"activemq": {"activemq", "stomp"},
	"sqs":      {"sqs"},
	"kafka":    {"kafka"},
	"nats":     {"nats"},
}

func TestProductsAreNamedInTheirOwnFiles(t *testing.T) {
	named := map[string]bool{}
	for _, f := range files(t) {
		if f.test || strings.HasPrefix(f.pkg, "embedded") ||
			f.pkg == "cmd/internal/tui/tuitest" || f.pkg == "sim/advise" || f.pkg == "sim/compare" { // a world for tests; products are what is compared
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			text, ok := n.(*ast.BasicLit)
			if !ok || text.Kind != token.STRING {
				return true
			}
			product, _, _ := strings.Cut(strings.Trim(text.Value, "\"`"), "-")
			if begins := productFiles[product]; begins != nil {
				named[product] = true
				if !slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(path.Base(f.path), b) }) {
					t.Errorf("%s: %s is named outside its files", f.at(n), text.Value)
				}
			}
			return true
		})
	}
	for product := range productFiles {
		if !named[product] {
			t.Errorf("%s is named nowhere", product)
		}
	}
}
