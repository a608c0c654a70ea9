package worldfile_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// everything is a world that says all that a file can say.
const everything = `
name: all
about: "yes: no, # and 'quotes'"
seed: 7
services:
  client: {kind: client}
  shop: {kind: generic, instances: 2, workers: 8, time: lognormal 20ms 0.5, calls: [stock, [mail, audit]]}
  stock: {kind: generic, time: pareto 1ms 1.5, idempotency: required}
  mail: {kind: generic}
  late: {kind: order, background: true}
  audit: {kind: generic, at: "http://127.0.0.1:9000"}
brokers: [nats, "rabbitmq=amqp://127.0.0.1:5672/%2f", "kafka=kafka://a:9092,b:9092"]
links:
  "client:shop": {transport: grpc, distance: zone, connections: 1}
  "shop:stock": {policies: [retry tries=3, "fallback use=error text=\"come back, later\"", preset=hystrix scale=classroom]}
use_cases:
  visit:
    about: look around
    from: client
    ask: shop.Call
    body: {path: $path, payload: "007"}
    header: {X-Key: "1"}
    fields: {path: "/a b", key: ""}
    numbers: {path: "7"}
    deadline: 1500ms
  note: {from: client, tell: shop.Call, body: {}}
  odd:
    from: client
    to: shop
    raw: {method: POST, path: /x, body: "{", header: {Content-Type: text/plain}}
goals: ["link(\"shop:stock\").p99 < ms(5)"]
`

func dists(a, b sim.Dist) bool { return a.String() == b.String() }

func TestAWrittenWorldIsTheSameWorld(t *testing.T) {
	specs := map[string]*sim.WorldSpec{}
	for _, name := range worldfile.Builtin() {
		w, err := worldfile.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		specs[name] = w
	}
	w, err := worldfile.Parse("all.yaml", []byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	specs["all"] = w
	for name, want := range specs {
		data, err := worldfile.Write(want)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := worldfile.Parse(name+".yaml", data)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, data)
		}
		if d := cmp.Diff(want, got, cmp.Comparer(dists)); d != "" {
			t.Errorf("%s (-want +got):\n%s\n%s", name, d, data)
		}
	}
}

// What a world that was made by hand leaves open is left open.
func TestWhatIsNotSaidIsNotWritten(t *testing.T) {
	w := &sim.WorldSpec{Name: "w", Seed: 1, Services: []sim.ServiceSpec{{Name: "a", Kind: "generic", Instances: 1}}, UseCases: []sim.UseCase{{Name: "u", From: "a", To: "a", Contract: "Call"}}}
	data, err := worldfile.Write(w)
	want := "name: w\nservices:\n  a: {kind: generic}\nuse_cases:\n  u:\n    from: a\n    ask: a.Call\n"
	if d := cmp.Diff(want, string(data)); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

// A name like yes or 1e3 stays a text, whatever YAML makes of it.
func FuzzWrite(f *testing.F) {
	f.Add("yes", "1e3", "0x1F")
	f.Add("", "null", "~")
	f.Add("a: b", "# c", "- d\n\te")
	f.Fuzz(func(t *testing.T, about, value, header string) {
		header = strings.ReplaceAll(header, "$", "") // a field that no use case has
		if !utf8.ValidString(about) || !utf8.ValidString(value) || !utf8.ValidString(header) {
			t.Skip("a world file is UTF-8, so no world has such texts")
		}
		want, err := worldfile.Parse("all.yaml", []byte(everything))
		if err != nil {
			t.Fatal(err)
		}
		want.About, want.UseCases[0].Fields["path"], want.UseCases[0].Header["X-Key"] = about, value, header
		data, err := worldfile.Write(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := worldfile.Parse("all.yaml", data)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if d := cmp.Diff(want, got, cmp.Comparer(dists)); d != "" {
			t.Errorf("(-want +got):\n%s\n%s", d, data)
		}
	})
}
