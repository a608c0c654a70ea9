package lab_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	stock "google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// over loads a world and lets all its links travel by a transport.
func over(t testing.TB, transport, name string) *sim.WorldSpec {
	t.Helper()
	spec, err := worldfile.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range spec.Links {
		spec.Links[i].Transport = transport
	}
	return spec
}

func endpoint(t testing.TB, l *lab.Lab, name, protocol string) string {
	t.Helper()
	for _, e := range l.Endpoints() {
		if e.Name == name && e.Protocol == protocol {
			return e.Addr
		}
	}
	return ""
}

func TestTheWholeCheckoutOverGRPC(t *testing.T) {
	l := openSpec(t, over(t, "grpc", "checkout"), lab.Options{})
	if got := do(t, l, sim.Send{UseCase: "order.place", N: 20}).Text; got != "confirmed 20" {
		t.Errorf("the customer saw %q", got)
	}
	if got := do(t, l, sim.Send{UseCase: "order.place", Fields: map[string]string{"item": "999"}}).Text; !strings.Contains(got, "999") {
		t.Errorf("of a product that does not exist the customer saw %q", got)
	}
	for _, s := range l.AllStats() {
		if s.Transport != "grpc" || s.Answered < 20 || s.Answered != s.Sent || s.Failed+s.Lost != 0 || s.BytesOut == 0 || s.BytesIn == 0 {
			t.Errorf("%s: %+v", s.Link, s)
		}
	}
}

func TestOneProfileByTwoWays(t *testing.T) {
	for _, transport := range []string{"rest", "grpc"} {
		l := openSpec(t, over(t, transport, "profile"), lab.Options{})
		if got := do(t, l, sim.Send{UseCase: "profile.get"}).Text; got != "answered" {
			t.Errorf("%s: the customer saw %q", transport, got)
		}
		if got := do(t, l, sim.Send{UseCase: "profile.get", Fields: map[string]string{"user": "c-77"}}).Text; got != "there is no profile c-77" {
			t.Errorf("%s: the customer saw %q", transport, got)
		}
		if s := l.LinkStats("profile:user"); s.Answered != 2 || s.Failed != 0 {
			t.Errorf("%s: %+v", transport, s)
		}
	}
}

// The bytes of a call are found by its span, and read with names and without.
func TestInspectorReadsGRPC(t *testing.T) {
	l := openSpec(t, over(t, "grpc", "catalog"), lab.Options{})
	do(t, l, sim.Send{UseCase: "product.get", N: 3})
	var calls []sim.Event
	for _, e := range events(t, l) {
		if _, ok := e.Fact.(sim.Answered); ok && e.Link == "order:product" {
			calls = append(calls, e)
		}
	}
	if len(calls) != 3 {
		t.Fatalf("%d calls were answered", len(calls))
	}
	for i, e := range calls {
		x, ok := l.Exchange(e.Link, e.Span)
		if !ok {
			t.Fatal(x.Request.Notes)
		}
		if x.Request.Start != "POST /shop.product.v1.ProductService/GetProduct HTTP/2" || x.Response.Header("grpc-status") != "0" {
			t.Errorf("%q answered %q with status %q", x.Request.Start, x.Response.Start, x.Response.Header("grpc-status"))
		}
		method, _ := contract.Find("shop.product.v1.ProductService/GetProduct")
		asked, told := contract.Split(x.Request.Body), contract.Split(x.Response.Body)
		if len(asked) != 1 || len(told) != 1 {
			t.Fatalf("%d messages out, %d in", len(asked), len(told))
		}
		named, _ := contract.Fields(asked[0].Body, method.Desc.Input())
		bare, _ := contract.Fields(asked[0].Body, nil)
		if named[0].Name != "id" || named[0].Value != `"101"` || bare[0].Name != "" || bare[0].Value != `"101"` {
			t.Errorf("asked %v, without the contract %v", named, bare)
		}
		a := e.Fact.(sim.Answered)
		if a.BytesOut < x.Request.Total || a.BytesIn < x.Response.Total {
			t.Errorf("call %d: counted %d out and %d in, %d and %d are in its frames", i, a.BytesOut, a.BytesIn, x.Request.Total, x.Response.Total)
		}
		if i > 0 && a.BytesOut > x.Request.Total+100 {
			t.Errorf("call %d: counted %d bytes out, %d are in its frames", i, a.BytesOut, x.Request.Total)
		}
	}
	out, in := int64(0), int64(0)
	for _, e := range calls {
		a := e.Fact.(sim.Answered)
		out, in = out+a.BytesOut, in+a.BytesIn
	}
	if s := l.LinkStats("order:product"); s.BytesOut != out || s.BytesIn != in {
		t.Errorf("the link has %d and %d bytes, its calls %d and %d", s.BytesOut, s.BytesIn, out, in)
	}
}

func TestAKilledServiceIsBackAtOnce(t *testing.T) {
	l := openSpec(t, over(t, "grpc", "catalog"), lab.Options{})
	do(t, l, sim.Send{UseCase: "product.get"})
	for range 5 {
		do(t, l, sim.Kill{Target: "product"})
		if got := do(t, l, sim.Send{UseCase: "product.get"}).Text; !strings.HasPrefix(got, "error: connection ") {
			t.Errorf("killed: the customer saw %q", got)
		}
		do(t, l, sim.Start{Target: "product"})
		if got := do(t, l, sim.Send{UseCase: "product.get"}).Text; got != "answered" {
			t.Errorf("started again: the customer saw %q", got)
		}
	}
	if s := l.LinkStats("order:product"); s.Sent != 11 || s.Failed != 5 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAPausedServiceGivesNoAnswerInTime(t *testing.T) {
	spec := over(t, "grpc", "catalog")
	for i := range spec.UseCases {
		spec.UseCases[i].Deadline = 100 * time.Millisecond
	}
	l := openSpec(t, spec, lab.Options{})
	do(t, l, sim.Send{UseCase: "product.get"})
	do(t, l, sim.Pause{Target: "product"})
	if got := do(t, l, sim.Send{UseCase: "product.get"}).Text; got != "no response" {
		t.Errorf("paused: the customer saw %q", got)
	}
	do(t, l, sim.Resume{Target: "product"})
	if got := do(t, l, sim.Send{UseCase: "product.get"}).Text; got != "answered" {
		t.Errorf("resumed: the customer saw %q", got)
	}
	if s := l.LinkStats("order:product"); s.TimedOut != 1 || s.Answered != 2 {
		t.Errorf("%+v", s)
	}
}

// A no that another try may change fails, in gRPC's own words.
func TestFailuresSpeakGRPC(t *testing.T) {
	l := openSpec(t, over(t, "grpc", "checkout"), lab.Options{})
	do(t, l, sim.Kill{Target: "payment"})
	do(t, l, sim.Send{UseCase: "order.place"})
	e := await(t, l, 0, fact[sim.Failed]("client"))
	if f := e.Fact.(sim.Failed); f.Reason != "14 UNAVAILABLE" || f.Status != 14 {
		t.Errorf("%+v", f)
	}
	e = await(t, l, 0, func(e sim.Event) bool {
		r, ok := e.Fact.(sim.Replied)
		return ok && r.Code == sim.Unavailable && e.Node.Service == "order"
	})
	if r := e.Fact.(sim.Replied); r.Status != 14 {
		t.Errorf("order replied %+v", r)
	}
}

func TestAnOrderIsFollowed(t *testing.T) {
	l := openSpec(t, over(t, "grpc", "checkout"), lab.Options{})
	do(t, l, sim.Send{UseCase: "order.place"})
	if got := do(t, l, sim.Send{UseCase: "order.follow"}).Text; got != "confirmed" {
		t.Errorf("the customer saw %q", got)
	}
	e := await(t, l, 0, fact[sim.Streamed]("client"))
	if f := e.Fact.(sim.Streamed); f.Label != "Order" || f.N != 1 || f.Out || f.Bytes == 0 || e.Span == 0 || e.Link != "client:order" {
		t.Errorf("%+v in %+v", f, e)
	}
	do(t, l, sim.Swap{Link: "client:order", Transport: "rest"})
	if got := do(t, l, sim.Send{UseCase: "order.follow"}).Text; !strings.Contains(got, "REST cannot carry it") {
		t.Errorf("over REST the customer saw %q", got)
	}
}

// Somebody outside follows an order, while it is placed over REST.
func TestAStrangerFollowsAnOrder(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	do(t, l, sim.Send{UseCase: "order.place"})
	cc, err := stock.NewClient(endpoint(t, l, "order", "grpc"), stock.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer cc.Close()
	call, err := cc.NewStream(t.Context(), &stock.StreamDesc{ServerStreams: true}, "/shop.order.v1.OrderService/FollowOrder")
	if err != nil {
		t.Fatal(err)
	}
	if err := call.SendMsg(&orderv1.FollowOrder{Id: "o-1"}); err != nil {
		t.Fatal(err)
	}
	_ = call.CloseSend()
	o := &orderv1.Order{}
	if err := call.RecvMsg(o); err != nil || o.GetStatus() != orderv1.Order_CONFIRMED {
		t.Errorf("got %v, %v", o, err)
	}
	if err := call.RecvMsg(o); err != io.EOF {
		t.Errorf("it ended with %v", err)
	}
	if e := await(t, l, 0, fact[sim.Streamed]("order")); e.Link != sim.Link(sim.Outside, "order") {
		t.Errorf("it is on %s", e.Link)
	}
}

func TestGenericServicesOpenGRPCWhenItIsNeeded(t *testing.T) {
	world := `
name: lazy
services:
  client: {kind: client}
  front:  {kind: generic, calls: [back]}
  back:   {kind: generic}
links:
  "front:back": {transport: grpc}
use_cases:
  go: {from: client, ask: front.Call, body: {path: front/go}}
`
	l := openSpec(t, parse(t, world), lab.Options{})
	if got := endpoint(t, l, "back", "grpc"); got != "" {
		t.Errorf("back listens on %s before anybody asked", got)
	}
	if got := do(t, l, sim.Send{UseCase: "go"}).Text; got != "answered" {
		t.Errorf("the customer saw %q", got)
	}
	if s := l.LinkStats("front:back"); s.Transport != "grpc" || s.Answered != 1 {
		t.Errorf("%+v", s)
	}
	if endpoint(t, l, "back", "grpc") == "" || endpoint(t, l, "front", "grpc") != "" {
		t.Errorf("who listens: %v", l.Endpoints())
	}
	all := openSpec(t, parse(t, world), lab.Options{AllFaces: true})
	if endpoint(t, all, "front", "grpc") == "" || endpoint(t, all, "back", "grpc") == "" {
		t.Errorf("who listens: %v", all.Endpoints())
	}
}

// Where the real products would listen: HTTP from 8080 on, gRPC from 9090 on, in
// one order, first who is asked first.
func TestStandardPorts(t *testing.T) {
	spec, err := worldfile.Load("profile")
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.Open(t.Context(), spec, lab.Options{StandardPorts: true})
	if sim.CodeOf(err) == sim.Conflict {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	want := []sim.Endpoint{
		{Name: "profile", Protocol: "http", Addr: "127.0.0.1:8080"},
		{Name: "profile", Protocol: "grpc", Addr: "127.0.0.1:9090"},
		{Name: "user", Protocol: "http", Addr: "127.0.0.1:8081"},
		{Name: "user", Protocol: "grpc", Addr: "127.0.0.1:9091"},
	}
	if d := cmp.Diff(want, l.Endpoints()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	say(t, l, "scale user 2") // its second instance has no standard port, and keeps the one it got
	before := l.Endpoints()
	for _, line := range []string{"kill user", "clear all", "reset"} {
		say(t, l, line)
	}
	for _, e := range l.Endpoints() {
		if !slices.Contains(before, e) {
			t.Errorf("%s of %s is now at %s; before: %v", e.Protocol, e.Name, e.Addr, before)
		}
	}
}

// grpcurl, knowing nothing of us, finds the services, describes them, and gets
// the answer that REST gives.
func TestGrpcurlSeesWhatCurlSees(t *testing.T) {
	if _, err := exec.LookPath("grpcurl"); err != nil {
		t.Skip("not installed: grpcurl")
	}
	l := open(t, "catalog", lab.Options{AllFaces: true})
	addr := endpoint(t, l, "product", "grpc")
	run := func(args ...string) string {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		out, err := exec.CommandContext(ctx, "grpcurl", append([]string{"-plaintext", "-emit-defaults"}, args...)...).CombinedOutput()
		if err != nil && !strings.Contains(string(out), "ERROR") {
			t.Fatalf("grpcurl %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	if got := run(addr, "list"); !strings.Contains(got, "shop.product.v1.ProductService\n") || !strings.Contains(got, "grpc.health.v1.Health\n") {
		t.Errorf("list:\n%s", got)
	}
	if got := run(addr, "describe", "shop.product.v1.ProductService"); !strings.Contains(got, "rpc GetProduct ( .shop.product.v1.GetProduct ) returns ( .shop.product.v1.Product )") {
		t.Errorf("describe:\n%s", got)
	}
	if got := run(addr, "grpc.health.v1.Health/Check"); !strings.Contains(got, "SERVING") {
		t.Errorf("health:\n%s", got)
	}
	if got := run("-d", `{"id":"999"}`, addr, "shop.product.v1.ProductService/GetProduct"); !strings.Contains(got, "NotFound") || !strings.Contains(got, "there is no product 999") {
		t.Errorf("a product that does not exist:\n%s", got)
	}
	said := decodeJSON(t, run("-use-reflection", "-d", `{"id":"101"}`, addr, "shop.product.v1.ProductService/GetProduct"))
	res, err := http.Get("http://" + endpoint(t, l, "product", "http") + "/products/101")
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if d := cmp.Diff(decodeJSON(t, string(body)), said); d != "" || said["id"] != "101" {
		t.Errorf("(-curl +grpcurl):\n%s", d)
	}
}

func decodeJSON(t *testing.T, s string) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatalf("%v in %s", err, s)
	}
	return v
}

// A stock client makes a call as protoc-gen-go-grpc would, with the metadata of
// a trace; the world takes it up.
func TestAStockClientsTraceIsTakenUp(t *testing.T) {
	l := open(t, "catalog", lab.Options{})
	cc, err := stock.NewClient(endpoint(t, l, "product", "grpc"), stock.WithTransportCredentials(insecure.NewCredentials()), stock.WithUserAgent("teacher/1"))
	if err != nil {
		t.Fatal(err)
	}
	defer cc.Close()
	got := &productv1.Product{}
	if err := cc.Invoke(t.Context(), "/shop.product.v1.ProductService/GetProduct", &productv1.GetProduct{Id: "101"}, got); err != nil || got.GetId() != "101" {
		t.Errorf("got %v, %v", got, err)
	}
	e := await(t, l, 0, fact[sim.Received]("product"))
	if r := e.Fact.(sim.Received); r.Label != "ProductService/GetProduct" || !strings.HasPrefix(r.Peer, "teacher/1") {
		t.Errorf("%+v", r)
	}
}
