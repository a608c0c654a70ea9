package worldfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/msc-sim/msc-sim/sim"
)

func TestParseErrorsSayWhereAndWhatNext(t *testing.T) {
	tests := []struct{ name, file, message, fix string }{
		{"unknown field", "name: x\nservises: {}\n", `w.yaml:2:1: there is no field "servises"`, "did you mean services?"},
		{"unknown kind of value", "name: x\nservices:\n  a: {workers: many}\n", `w.yaml:3:16: workers=many is not a whole number`, "choose between 1 and 10000"},
		{"out of bounds", "services:\n  a: {instances: 65}\n", `w.yaml:2:18: instances=65 is not allowed`, "choose between 1 and 64"},
		{"neither true nor false", "services:\n  a: {once: maybe}\n", `w.yaml:2:13: once=maybe is not true or false`, "choose true or false"},
		{"too long", "services: {c: {kind: client}, a: {}}\nuse_cases:\n  u: {from: c, ask: a.B, deadline: 2m}\n", `w.yaml:3:36: deadline=2m is not allowed`, "choose between 1µs and 1m0s"},
		{"a time of no known form", "services:\n  a: {time: soon}\n", `w.yaml:2:13: "soon" is not a distribution`, "there are: fixed, uniform, exponential, normal, lognormal, pareto"},
		{"bad time", "services:\n  a: {time: lognomal 2ms 1}\n", `w.yaml:2:13: "lognomal" is not a distribution`, "did you mean lognormal?"},
		{"bad link", "services: {a: {}, b: {}}\nlinks:\n  a-b: {}\n", `w.yaml:3:3: "a-b" is not a link`, "write it as order:payment"},
		{"link to nobody", "services: {order: {}, b: {}}\nlinks:\n  \"odrer:b\": {}\n", `w.yaml:3:3: there is no service "odrer"`, "did you mean order?"},
		{"call to nobody", "services:\n  a: {kind: generic, calls: [stok]}\n  stock: {kind: generic}\n", `w.yaml:2:30: there is no service "stok"`, "did you mean stock?"},
		{"broker with a password", "services: {a: {}}\nbrokers: [nats, \"rabbitmq=amqp://me:secret@h\"]\n", `w.yaml:2:17: the address of rabbitmq carries a name or a password, and every text that shows this world would show them`, "remove them, and set them in the environment: MSC_SIM_RABBITMQ_USER, MSC_SIM_RABBITMQ_PASSWORD"},
		{"broker twice", "services: {a: {}}\nbrokers: [nats, nats=nats://h]\n", `w.yaml:2:17: nats stands here twice`, ""},
		{"twice", "services:\n  a: {}\n  a: {}\n", `w.yaml:3:3: a stands here twice`, ""},
		{"foreign host", "services:\n  a: {at: \"http://10.0.0.1:80\"}\n", `w.yaml:2:11: 10.0.0.1 is not on this machine`, "only 127.0.0.1, [::1] and localhost can stand behind a box"},
		{"name with an escape", "services:\n  \"a\\e[31m\": {}\n", "w.yaml:2:3: \"a␛[31m\" cannot be the name of a service", `lower-case letters, digits and -, at most 40, and not "outside"`},
		{"unknown field of a request", "services: {c: {kind: client}, a: {}}\nuse_cases:\n  u: {from: c, ask: a.B, body: {id: $itm}, fields: {item: 1}}\n", `w.yaml:3:3: there is no field "itm"`, "did you mean item?"},
		{"no such distance", "services: {a: {}, b: {}}\nlinks:\n  \"a:b\": {distance: zome}\n", `w.yaml:3:21: there is no distance "zome"`, "did you mean zone?"},
		{"empty", "", `w.yaml is empty`, "a world needs at least: name, services"},
		{"no services", "name: x\n", `w.yaml:1:1: a world needs services`, ""},
		{"not YAML", "name: [", `w.yaml:1: did not find expected node content`, "YAML is indented with spaces; text with a colon in it stands in quotes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("w.yaml", []byte(tt.file))
			if err == nil {
				t.Fatal("no error")
			}
			got := sim.AsError(err)
			if diff := cmp.Diff([]string{tt.message, tt.fix}, []string{got.Message, got.Fix}); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// One reading tells all that is wrong, each with its place and the nearest word,
// and what follows from a mistake is not told as another one.
func TestAllErrorsInOneGo(t *testing.T) {
	_, err := Parse("w.yaml", []byte(`name: x
servises: {}
services:
  Web:   {}
  order: {instances: 65, wrokers: 3}
  stock: {kind: generic, calls: [odrer, Web]}
links:
  "order:stok": {transport: rest, distance: zome}
`))
	want := `w.yaml has 7 errors
  w.yaml:2:1: there is no field "servises": did you mean services?
  w.yaml:4:3: "Web" cannot be the name of a service: lower-case letters, digits and -, at most 40, and not "outside"
  w.yaml:5:22: instances=65 is not allowed: choose between 1 and 64
  w.yaml:5:26: there is no field "wrokers": did you mean workers?
  w.yaml:8:45: there is no distance "zome": did you mean zone?
  w.yaml:6:34: there is no service "odrer": did you mean order?
  w.yaml:8:3: there is no service "stok": did you mean stock?`
	if diff := cmp.Diff(want, sim.AsError(err).Message); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// Services that wait for each other in a circle would flood the machine.
func TestACircleOfCallsIsRefused(t *testing.T) {
	for file, want := range map[string]string{
		"services:\n  a: {kind: generic, calls: [b]}\n  b: {kind: generic, calls: [c]}\n  c: {kind: generic, calls: [[d, b]]}\n  d: {kind: generic}\n": "w.yaml:4:30: b→c→b call each other in a circle, so one request would never end",
		"services:\n  a: {kind: generic, calls: [a]}\n":                                                            "w.yaml:2:30: a→a call each other in a circle, so one request would never end",
		"services:\n  a: {kind: generic, calls: [b, c]}\n  b: {kind: generic, calls: [c]}\n  c: {kind: generic}\n": "",
	} {
		_, err := Parse("w.yaml", []byte(file))
		got := ""
		if err != nil {
			got = sim.AsError(err).Message
		}
		if got != want {
			t.Errorf("%s\n got %q\nwant %q", file, got, want)
		}
	}
}

// What only the whole program knows is checked before anything starts.
func TestCheck(t *testing.T) {
	w, err := Parse("w.yaml", []byte(`services:
  client: {kind: client}
  gate:   {kind: genric, queue: 4}
  goods:  {kind: product, saga: facts}
links:
  "client:gate": {transport: grcp}
brokers: [nast]
`))
	if err != nil {
		t.Fatal(err)
	}
	err = Check(w, []string{"rest", "grpc"}, []string{"nats"})
	want := `the world has 5 errors
  w.yaml:3:3: there is no kind of service "genric": did you mean generic?
  w.yaml:3:3: gate has a queue and no workers that would empty it: say how many work: workers: 10
  w.yaml:4:3: saga is not a setting of the kind product
  w.yaml:6:3: there is no transport "grcp": did you mean grpc?
  w.yaml:7:11: there is no broker "nast": did you mean nats?`
	if diff := cmp.Diff(want, sim.AsError(err).Message); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestParseUnderstandsWhatGenericServicesCall(t *testing.T) {
	w, err := Parse("w.yaml", []byte(`
name: mine
services:
  web:   {kind: generic, calls: [[stock, price], audit], time: fixed 2ms, workers: 8}
  stock: {kind: generic, instances: 3}
  price: {kind: generic}
  audit: {kind: generic}
  c:     {kind: client}
use_cases:
  look: {from: c, ask: web.Call, body: {path: web/look}}
`))
	if err != nil {
		t.Fatal(err)
	}
	var links []string
	for _, l := range w.Links {
		links = append(links, string(l.ID)+" "+l.Transport)
	}
	want := []string{"web:stock rest", "web:price rest", "web:audit rest", "c:web rest"}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("links: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"stock", "price"}, {"audit"}}, w.Services[0].Calls); diff != "" {
		t.Errorf("calls: -want +got\n%s", diff)
	}
}

func TestBuiltinWorldsParse(t *testing.T) {
	for _, name := range Builtin() {
		w, err := Load(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if w.Name != name || w.About == "" || len(w.UseCases) == 0 {
			t.Errorf("%s: name %q, about %q, %d use cases", name, w.Name, w.About, len(w.UseCases))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range Builtin() {
		b, _ := files.ReadFile("worlds/" + name + ".yaml")
		f.Add(string(b))
	}
	f.Add("a: &a [*a, *a]\nservices: *a\n")
	f.Fuzz(func(t *testing.T, s string) {
		w, err := Parse("w.yaml", []byte(s))
		if (w == nil) == (err == nil) {
			t.Fatalf("world %v, error %v", w, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\x07") {
			t.Fatalf("an escape in %q", err)
		}
	})
}
