package door_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// lines holds at least one line for every command there is.
var lines = []struct {
	line string
	want sim.Command
}{
	{"send order.place", sim.Send{UseCase: "order.place", N: 1}},
	{"send order.place 5", sim.Send{UseCase: "order.place", N: 5}},
	{"send order.place item=101 qty=2", sim.Send{UseCase: "order.place", N: 1, Fields: map[string]string{"item": "101", "qty": "2"}}},
	{`send order.place note="two words"`, sim.Send{UseCase: "order.place", N: 1, Fields: map[string]string{"note": "two words"}}},
	{`send order.place note=""`, sim.Send{UseCase: "order.place", N: 1, Fields: map[string]string{"note": ""}}},
	{`send order.place note=a=b`, sim.Send{UseCase: "order.place", N: 1, Fields: map[string]string{"note": "a=b"}}},
	{`send order.place note="say \"hi\"\n\\"`, sim.Send{UseCase: "order.place", N: 1, Fields: map[string]string{"note": "say \"hi\"\n\\"}}},
	{": send product.get", sim.Send{UseCase: "product.get", N: 1}},
	{":send product.get", sim.Send{UseCase: "product.get", N: 1}},
	{"load 200/s", sim.SetLoad{Rate: 200}},
	{"load 30/m order.place arrivals=poisson for=30s", sim.SetLoad{Rate: 0.5, UseCase: "order.place", Arrivals: sim.Poisson, For: 30 * time.Second}},
	{"load off", sim.SetLoad{}},
	{"load 1/m", sim.SetLoad{Rate: sim.Rate(1.0 / 60)}},
	{"kill payment", sim.Kill{Target: "payment"}},
	{"kill payment#2", sim.Kill{Target: "payment#2"}},
	{"start payment", sim.Start{Target: "payment"}},
	{"restart payment#1", sim.Restart{Target: "payment#1"}},
	{"pause payment", sim.Pause{Target: "payment"}},
	{"resume payment", sim.Resume{Target: "payment"}},
	{"scale payment 3", sim.Scale{Service: "payment", N: 3}},
	{"guard order:payment retry", sim.Guard{Link: "order:payment", Policy: "retry"}},
	{"guard order->payment retry tries=3 jitter=full", sim.Guard{Link: "order:payment", Policy: "retry", Params: map[string]string{"tries": "3", "jitter": "full"}}},
	{`guard order:payment fallback use=error text="come back later"`, sim.Guard{Link: "order:payment", Policy: "fallback", Params: map[string]string{"use": "error", "text": "come back later"}}},
	{"guard order:payment preset=hystrix", sim.Guard{Link: "order:payment", Policy: "preset=hystrix"}},
	{"guard order:payment preset=hystrix scale=classroom", sim.Guard{Link: "order:payment", Policy: "preset=hystrix", Params: map[string]string{"scale": "classroom"}}},
	{"unguard order:payment", sim.Unguard{Link: "order:payment"}},
	{"unguard order:payment retry", sim.Unguard{Link: "order:payment", Policy: "retry"}},
	{"swap order:payment grpc", sim.Swap{Link: "order:payment", Transport: "grpc"}},
	{"swap order->payment nats", sim.Swap{Link: "order:payment", Transport: "nats"}},
	{"subscribe order-created analytics", sim.Subscribe{Topic: "order-created", Service: "analytics"}},
	{"subscribe order-created email from=beginning", sim.Subscribe{Topic: "order-created", Service: "email", From: sim.FromBeginning}},
	{"redrive order:notification", sim.Redrive{Queue: "order:notification"}},
	{`redrive "order:payment answers"`, sim.Redrive{Queue: "order:payment answers"}},
	{"show exchanges", sim.Show{What: "exchanges"}},
	{"show dead order:notification", sim.Show{What: "dead", Of: "order:notification"}},
	{"unsubscribe order-created email", sim.Unsubscribe{Topic: "order-created", Service: "email"}},
	{"topic order-created partitions=4", sim.AlterTopic{Topic: "order-created", Partitions: 4}},
	{"topic order-created replicas=3", sim.AlterTopic{Topic: "order-created", Replicas: 3}},
	{"topic order-created partitions=4 replicas=3", sim.AlterTopic{Topic: "order-created", Partitions: 4, Replicas: 3}},
	{"inject order:payment latency delay=300ms share=30%", sim.Inject{Target: "order:payment", Fault: "latency", Params: map[string]string{"delay": "300ms", "share": "30%"}}},
	{"inject order->payment error code=503 first=2", sim.Inject{Target: "order:payment", Fault: "error", Params: map[string]string{"code": "503", "first": "2"}}},
	{`inject order:payment error body="come back later"`, sim.Inject{Target: "order:payment", Fault: "error", Params: map[string]string{"body": "come back later"}}},
	{"inject order:notification@out drop", sim.Inject{Target: "order:notification@out", Fault: "drop"}},
	{"inject payment#2 kill", sim.Inject{Target: "payment#2", Fault: "kill"}},
	{"clear f1", sim.Clear{Target: "f1"}},
	{"clear order->payment", sim.Clear{Target: "order:payment"}},
	{"clear payment#2", sim.Clear{Target: "payment#2"}},
	{"clear all", sim.Clear{Target: "all"}},
	{"login shop-app", sim.Login{Client: "shop-app"}},
	{"steps gateway ratelimit, limits body=1KiB", sim.SetSteps{Service: "gateway", Steps: "ratelimit, limits body=1KiB"}},
	{"login shop-app expired", sim.Login{Client: "shop-app", Flaw: "expired"}},
	{"mark the cache isn't warm", sim.Mark{Text: "the cache isn't warm"}},
	{`mark "two  spaces"`, sim.Mark{Text: "two  spaces"}},
	{"reset", sim.ResetWorld{}},
	{"show order:payment", sim.Show{What: "order:payment"}},
	{"show order->payment", sim.Show{What: "order:payment"}},
	{"show order→payment", sim.Show{What: "order:payment"}},
	{"show links", sim.Show{What: "links"}},
	{"predict 2", sim.Predict{Choice: "2"}},
	{"answer application/json; charset=utf-8", sim.AnswerTask{Value: "application/json; charset=utf-8"}},
	{"next", sim.Next{}},
	{"back", sim.Back{}},
	{"hint", sim.Hint{}},
	{"solve", sim.Solve{}},
	{"enter", sim.Enter{}},
	{"vote 9 17 5", sim.Vote{Hands: []int{9, 17, 5}}},
}

func TestParse(t *testing.T) {
	for _, tt := range lines {
		got, err := door.Parse(tt.line)
		if err != nil {
			t.Errorf("%s: %v", tt.line, err)
			continue
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.line, d)
		}
	}
}

func TestFormatIsReadBack(t *testing.T) {
	for _, tt := range lines {
		line := door.Format(tt.want)
		got, err := door.Parse(line)
		if err != nil {
			t.Errorf("%#v is written %q: %v", tt.want, line, err)
			continue
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", line, d)
		}
	}
}

// A command without a line could be neither recorded nor typed.
func TestEveryCommandHasALine(t *testing.T) {
	said := map[string]bool{}
	for _, tt := range lines {
		said[reflect.TypeOf(tt.want).Name()] = true
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../command.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Name.Name != "command" {
			continue
		}
		commands++
		name := f.Recv.List[0].Type.(*ast.Ident).Name
		if !said[name] {
			t.Errorf("sim.%s has no line in this test", name)
		}
	}
	if commands == 0 {
		t.Error("no command was found in sim/command.go")
	}
}

func TestEveryVerbExplainsItself(t *testing.T) {
	for _, v := range door.Verbs() {
		if v.About == "" || !strings.HasPrefix(v.Usage, v.Word) {
			t.Errorf("%s: usage %q, about %q", v.Word, v.Usage, v.About)
		}
		c, err := door.Parse(v.Example)
		if err != nil {
			t.Errorf("the example %q: %v", v.Example, err)
			continue
		}
		if got := door.Format(c); got != v.Example {
			t.Errorf("the example %q is written back as %q", v.Example, got)
		}
		if _, err := door.Help(v.Word); err != nil {
			t.Error(err)
		}
	}
}

func TestErrorsSayWhatToWrite(t *testing.T) {
	for _, tt := range []struct{ line, message, fix string }{
		{"", "the line is empty", "such as"},
		{"sned order.place", `no verb "sned"`, "did you mean send?"},
		{"send", "takes a use case", "such as: send order.place"},
		{"send order.place many", `"many" is not a number`, "from 1 to 10000"},
		{"send order.place 0", "cannot take", "choose 1 to 10000"},
		{"send order.place 99999999", "cannot take", "choose 1 to 10000"},
		{"send order.place item =101", "not a parameter", "without spaces"},
		{"send order.place item=1 item=2", "given twice", "once"},
		{`mark "half`, "the closing quote is missing", `put a "`},
		{"mark", "missing", "such as: mark"},
		{"load", "takes a rate", "such as: load 200/s"},
		{"load fast", `"fast" is not a rate`, "200/s"},
		{"load 20001/s", "out of bounds", "20000/s"},
		{"load -1/s", "out of bounds", "between 0"},
		{"load NaN", "not a rate", "200/s"},
		{"load 10/s arival=poisson", `no parameter "arival"`, "did you mean arrivals?"},
		{"load 10/s arrivals=poison", `"poison"`, "did you mean poisson?"},
		{"load 10/s for=2h", "for=2h is not allowed", "1h"},
		{"load 10/s for=soon", "not a duration", "such as for=30s"},
		{"kill", "one service", "such as: kill payment"},
		{"kill order:payment", "is a link, not a service", "such as: kill payment"},
		{"kill order-", "is not a link", "a shell eats the >"},
		{"kill payment#0", "not an instance", "payment#2"},
		{"kill a b", "one service", "such as"},
		{"kill $(boom)", "not a service", "such as"},
		{"scale payment", "a service and a number", "scale payment 3"},
		{"scale payment 65", "cannot take", "choose 1 to 64"},
		{"topic", "takes a topic", "such as: topic order-created partitions=4"},
		{"topic order-created", "topic order-created needs a setting", "topic order-created partitions=4"},
		{"topic order-created partitions=0", "partitions=0 is not allowed", "choose between 1 and 64"},
		{"topic order-created replicas=6", "replicas=6 is not allowed", "choose between 1 and 5"},
		{"topic order-created 4", "takes a topic and", "such as: topic order-created partitions=4"},
		{"topic order-created partition=4", `no parameter of topic "partition"`, "did you mean partitions?"},
		{"topic order-created partitions=4 partitions=5", "given twice", "once"},
		{"topic order:payment partitions=4", "is a link, not a topic", "such as: topic"},
		{"guard", "takes a link", "such as: guard order:payment retry"},
		{"guard order:payment", "takes a link, and a policy", "such as: guard"},
		{"guard order:payment retry preset=hystrix", "takes a link", "such as: guard"},
		{"guard payment retry", "is not a link", "order:payment"},
		{"guard order:payment retry tries =3", "not a parameter", "without spaces"},
		{"guard order:payment preset=", "is not a policy", "such as: guard"},
		{"unguard", "takes a link", "such as: unguard"},
		{"swap order:payment", "takes a link and a transport", "such as: swap"},
		{"swap payment grpc", "is not a link", "order:payment"},
		{"unguard order:payment retry breaker", "takes a link", "such as: unguard"},
		{"show order-", "is not a link", "a shell eats the >"},
		{"show order:", "is not a link", "order:payment"},
		{"show link", `"link"`, "did you mean links?"},
		{"show everything", `"everything"`, "a link such as order:payment"},
		{"next please", "takes nothing more", "write only: next"},
		{"mark \xff", "not text", "UTF-8"},
		{"mark " + strings.Repeat("x", door.MaxLine), "too long", "4096"},
	} {
		c, err := door.Parse(tt.line)
		if err == nil {
			t.Errorf("%q gives %#v, want an error", tt.line, c)
			continue
		}
		e := sim.AsError(err)
		if !strings.Contains(e.Message, tt.message) || !strings.Contains(e.Fix, tt.fix) {
			t.Errorf("%q: %q – %q, want %q – %q", tt.line, e.Message, e.Fix, tt.message, tt.fix)
		}
		if c != nil {
			t.Errorf("%q gives both an error and %#v", tt.line, c)
		}
	}
}

func TestParseWordsKeepsWhatTheShellDid(t *testing.T) {
	got, err := door.ParseWords([]string{"send", "order.place", "note=two words", `say="hi"`})
	if err != nil {
		t.Fatal(err)
	}
	want := sim.Send{UseCase: "order.place", N: 1, Fields: map[string]string{"note": "two words", "say": `"hi"`}}
	if d := cmp.Diff(sim.Command(want), got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func FuzzParse(f *testing.F) {
	for _, tt := range lines {
		f.Add(tt.line)
	}
	f.Add(`mark "half`)
	f.Add(`send a "b c"=1`)
	f.Fuzz(func(t *testing.T, line string) {
		c, err := door.Parse(line)
		if err != nil {
			if sim.AsError(err).Code == sim.Internal {
				t.Fatalf("%q: an error that blames the program: %v", line, err)
			}
			return
		}
		written := door.Format(c)
		again, err := door.Parse(written)
		if err != nil {
			t.Fatalf("%q is written back as %q: %v", line, written, err)
		}
		if d := cmp.Diff(c, again); d != "" {
			t.Fatalf("%q, written back as %q (-want +got):\n%s", line, written, d)
		}
	})
}
