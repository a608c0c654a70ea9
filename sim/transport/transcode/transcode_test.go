package transcode_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/encoding/prototext"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/transcode"
)

func request(method, path, kind, body string) sim.Message {
	return sim.Message{
		Type: sim.TypeRaw, Header: sim.Header{sim.HeaderMethod: {method}, sim.HeaderPath: {path}, "x-a": {"1"}, "te": {"trailers"}, "x-ü": {"1"}, "grpc-x": {"1"}},
		Body: &httpbody.HttpBody{ContentType: kind, Data: []byte(body)},
	}
}

func TestRequest(t *testing.T) {
	for _, c := range []struct{ method, path, kind, body, want string }{
		{"GET", "/things/a%2Fb?page=1&page=2&filter.strict=true", "", "", `GetThing id:"a/b" page:1 page:2 filter:{strict:true}`},
		{"HEAD", "/things/1", "", "", `GetThing id:"1"`},
		{"POST", "/things", "application/json; charset=utf-8", `{"note":"n","size":"7"}`, `MakeThing note:"n" size:7`},
		{"PUT", "/things/9", "application/json", `{"id":"no","note":"n"}`, `PutThing thing:{id:"9" note:"n"}`},
		{"POST", "/things", "text/plain", `{}`, "415"},
		{"POST", "/things", "application/json", `{"nope":1}`, "400"},
		{"POST", "/things", "application/json", `{`, "400"},
		{"GET", "/things/1", "application/json", `{}`, "400"},
		{"GET", "/things/1?nope=1", "", "", "400"},
		{"GET", "/things/1?page=x", "", "", "400"},
		{"GET", "/things/1?%zz", "", "", "400"},
		{"PATCH", "/things/1", "", "", "405"},
		{"GET", "/nothing/here", "", "", "404"},
	} {
		method, m, err := transcode.Request(request(c.method, c.path, c.kind, c.body))
		got := ""
		if e := sim.AsError(err); e != nil {
			got = fmt.Sprint(e.Status())
		} else {
			got = strings.TrimSpace(string(method.Desc.Input().Name()) + " " + strings.ReplaceAll(prototext.MarshalOptions{}.Format(m.Body), "  ", " "))
			if len(m.Header) != 1 || m.Header.Get("x-a") != "1" {
				t.Errorf("headers %v", m.Header)
			}
		}
		if got != c.want {
			t.Errorf("%s %s %s: %s, want %s", c.method, c.path, c.body, got, c.want)
		}
	}
}

func TestResponse(t *testing.T) {
	method, asked, err := transcode.Request(request("POST", "/things", "application/json", `{"note":"n"}`))
	if err != nil {
		t.Fatal(err)
	}
	reply := sim.NewMessage(&conformv1.Thing{Id: "7", Note: "<n>"})
	reply.Header = sim.Header{"x-b": {"2"}}
	m, err := transcode.Response(method, asked, reply)
	kind, body := sim.RawBody(m)
	if want := `{"id":"7","note":"<n>","size":"0","parts":[]}`; err != nil || sim.RawStatus(m) != 201 || m.Header.Get("location") != "/things/7" || kind != "application/json" || string(body) != want || m.Header.Get("x-b") != "2" {
		t.Errorf("%d %v %s %s %v", sim.RawStatus(m), m.Header, kind, body, err)
	}
	asked.Mode = sim.Tell
	if m, _ := transcode.Response(method, asked, reply); sim.RawStatus(m) != 202 {
		t.Errorf("told: %d", sim.RawStatus(m))
	}
	asked.Mode = sim.Ask
	if m, _ := transcode.Response(method, asked, sim.Message{}); sim.RawStatus(m) != 204 {
		t.Errorf("nothing: %d", sim.RawStatus(m))
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("GET", "/things/1?page=1", "", "")
	f.Add("POST", "/things", "application/json", `{"parts":[{"name":"a"}]}`)
	f.Fuzz(func(t *testing.T, method, path, kind, body string) {
		m, asked, err := transcode.Request(request(method, path, kind, body))
		if err == nil && (m == nil || asked.Body == nil) {
			t.Error("no message and no error")
		}
	})
}
