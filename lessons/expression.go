package lessons

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of one expression.
const (
	maxExpression = 2000 // bytes
	maxNodes      = 300
)

// expression is a question to what happened in a step, such as
//
//	count("answered", {link: "order:product", status: 200}) >= 1
//
// It is compiled and type-checked when the lesson is loaded. It cannot loop,
// change anything or reach anything but the values of its vocabulary.
type expression struct {
	program *vm.Program
	source  string
	at      spot
	kind    reflect.Type
	members []string // fields it asks for; some cost more than others
	kept    []string // kept numbers it needs
	links   []sim.LinkID
}

// asks reports whether x asks for one of these fields.
func (x *expression) asks(fields ...string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(x.members, f) })
}

// bytes reports whether x can only be answered from captured bytes.
func (x *expression) bytes() bool {
	return x.asks("request", "response", "body_bytes", "body_share", "key_bytes", "header", "no_header")
}

// scope is what an expression may name at one place of a lesson.
type scope struct {
	words       worldWords
	kept        map[string]any // with a value of their type
	predictions []string
	broken      map[string]bool // names of what could not be understood
}

// errFollows is an error that only follows from one that was reported.
var errFollows = errors.New("this follows from another mistake")

// boolean compiles a condition.
func (sc *scope) boolean(p piece) (*expression, error) { return sc.compile(p, reflect.Bool) }

// parts compiles each condition of a chain a && b && c by itself.
func (sc *scope) parts(p piece) (all []*expression, err error) {
	depth, quote, from := 0, byte(0), 0
	part := func(to int) {
		if x, e := sc.boolean(p.part(from, to)); e == nil {
			all = append(all, x)
		} else {
			err = e
		}
		from = to + len("&&")
	}
	for i := range len(p.text) {
		switch c := p.text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case depth == 0 && strings.HasPrefix(p.text[i:], "||"): // it binds less than &&
			x, err := sc.boolean(p)
			return []*expression{x}, err
		case depth == 0 && strings.HasPrefix(p.text[i:], "&&"):
			part(i)
		}
	}
	part(len(p.text))
	return all, err
}

// value compiles an expression that gives a text, a number or a duration.
func (sc *scope) value(p piece) (*expression, error) { return sc.compile(p, reflect.Invalid) }

func (sc *scope) compile(p piece, want reflect.Kind) (*expression, error) {
	p = p.trim()
	switch {
	case p.text == "":
		return nil, p.at.invalid("an expression is missing")
	case len(p.text) > maxExpression:
		return nil, p.at.invalid("an expression is longer than %d bytes", maxExpression)
	}
	x := &expression{source: p.text, at: p.at}
	r := &reader{scope: sc, x: x, p: p}
	names := vocabulary(nil)
	for k, v := range sc.kept {
		names[k] = v
	}
	options := []expr.Option{expr.Env(names), expr.DisableAllBuiltins(), expr.MaxNodes(maxNodes), expr.Patch(r)}
	if want == reflect.Bool {
		options = append(options, expr.AsBool(), expr.WarnOnAny())
	}
	program, err := expr.Compile(p.text, options...)
	if r.err != nil { // it knows better what is wrong
		return nil, r.err
	}
	if err != nil {
		return nil, sc.explain(p, err)
	}
	x.program, x.kind = program, program.Node().Type()
	if want == reflect.Invalid && !plain(x.kind) {
		return nil, p.at.invalid("this gives no text and no number").WithFix("take a part of it, such as .took, .status or .bytes")
	}
	return x, nil
}

// plain reports whether values of a type can be shown and kept.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64, reflect.String:
		return true
	default:
		return false
	}
}

// explain gives an error of the expression language its place in the file and
// the nearest word that would have been right.
func (sc *scope) explain(p piece, err error) error {
	var f *file.Error
	if !errors.As(err, &f) {
		return p.at.invalid("%s", firstLine(err.Error()))
	}
	at := p.spot(byteOf(p.text, f.From))
	e := at.invalid("%s", f.Message)
	if !strings.HasPrefix(f.Message, "unknown name") && !strings.Contains(f.Message, "has no field") {
		return e
	}
	word := wordAt(p.text, byteOf(p.text, f.From))
	if sc.broken[word] {
		return errFollows
	}
	if near := sim.Nearest(word, sc.names()); near != "" {
		return at.invalid("there is no %q", word).WithFix("did you mean %s?", near)
	}
	return at.invalid("there is no %q", word).WithFix("there are: %s", strings.Join(sc.names(), ", "))
}

func (sc *scope) names() []string {
	names := fieldNames()
	for k := range vocabulary(nil) {
		names = append(names, k)
	}
	for k := range sc.kept {
		names = append(names, k)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func firstLine(s string) string { first, _, _ := strings.Cut(s, "\n"); return first }

// byteOf turns an index of characters into one of bytes.
func byteOf(s string, runes int) int {
	for i := range s {
		if runes == 0 {
			return i
		}
		runes--
	}
	return len(s)
}

// wordAt is the name at or just behind byte i.
func wordAt(s string, i int) string {
	s = strings.TrimLeft(s[min(i, len(s)):], ".? ")
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
	if end < 0 {
		return s
	}
	return s[:end]
}

// reader walks the tree of an expression before it is compiled: it refuses
// loops and ranges, checks the words in quotes and notes what is asked for.
type reader struct {
	scope *scope
	x     *expression
	p     piece
	err   error
}

// Visit is called for every node, leaves first.
func (r *reader) Visit(n *ast.Node) {
	switch node := (*n).(type) {
	case *ast.NilNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode, *ast.ConstantNode,
		*ast.UnaryNode, *ast.ConditionalNode, *ast.MapNode, *ast.ChainNode, *ast.SliceNode:
	case *ast.PairNode:
		if key, ok := node.Key.(*ast.StringNode); ok {
			r.x.members = append(r.x.members, key.Value)
		}
	case *ast.BinaryNode:
		if node.Operator == ".." || node.Operator == "matches" {
			r.fail(node, "%s is not allowed here", node.Operator)
		}
	case *ast.MemberNode:
		if name, ok := node.Property.(*ast.StringNode); ok {
			r.x.members = append(r.x.members, name.Value)
		}
	case *ast.IdentifierNode:
		if _, ok := r.scope.kept[node.Value]; ok {
			r.x.kept = append(r.x.kept, node.Value)
		}
	case *ast.CallNode:
		r.call(node)
	default:
		r.fail(node, "this is not allowed here")
	}
}

func (r *reader) fail(n ast.Node, format string, args ...any) {
	if r.err == nil {
		r.err = r.spot(n).invalid(format, args...).
			WithFix("an expression compares what happened; it has no loops, ranges or definitions")
	}
}

func (r *reader) spot(n ast.Node) spot { return r.p.spot(byteOf(r.p.text, n.Location().From)) }

// call checks the words that a function is given in quotes.
func (r *reader) call(n *ast.CallNode) {
	f, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || len(n.Arguments) == 0 {
		return
	}
	switch f.Value {
	case "count", "said":
		r.word(n.Arguments[0], "kind of event", kindWords())
	case "first", "last", "link", "oldest", "backlog", "handled", "handled_after", "overtaken":
		r.link(n.Arguments[0])
	case "versus":
		for _, a := range n.Arguments {
			r.link(a)
		}
	case "topic":
		r.word(n.Arguments[0], "topic", r.scope.words.Topics)
	case "group":
		r.word(n.Arguments[0], "topic", r.scope.words.Topics)
		if len(n.Arguments) > 1 {
			r.word(n.Arguments[1], "service", r.scope.words.Services)
		}
	case "predicted":
		r.word(n.Arguments[0], "prediction", r.scope.predictions)
	case "address":
		r.word(n.Arguments[0], "service", r.scope.words.Services)
	}
	for _, a := range n.Arguments[1:] {
		m, ok := a.(*ast.MapNode)
		if !ok {
			continue
		}
		for _, p := range m.Pairs {
			r.pair(p.(*ast.PairNode))
		}
	}
}

func (r *reader) pair(p *ast.PairNode) {
	r.word(p.Key, "filter", filterWords())
	key, _ := p.Key.(*ast.StringNode)
	if key == nil {
		return
	}
	switch key.Value {
	case "link":
		r.link(p.Value)
	case "since", "until":
		r.word(p.Value, "kind of event", kindWords())
	case "outcome":
		r.word(p.Value, "outcome", outcomeWords())
	case "use_case":
		r.word(p.Value, "use case", r.scope.words.UseCases)
	}
}

// word checks one literal against the words that are allowed.
func (r *reader) word(n ast.Node, what string, words []string) {
	if s, ok := n.(*ast.StringNode); ok && r.err == nil && !slices.Contains(words, s.Value) {
		if r.scope.broken[s.Value] {
			r.err = errFollows
			return
		}
		r.err = r.spot(n).unknown(what, s.Value, words)
	}
}

func (r *reader) link(n ast.Node) {
	s, ok := n.(*ast.StringNode)
	if !ok || r.err != nil {
		return
	}
	if !slices.Contains(r.scope.words.allLinks(), s.Value) {
		r.err = r.spot(n).unknown("link", s.Value, r.scope.words.Links)
		return
	}
	r.x.links = append(r.x.links, sim.LinkID(s.Value))
}
