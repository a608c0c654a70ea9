package eureka

import (
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/embedded/directory"
)

// served is a server on a socket.
func served(t *testing.T, o Options) (*Server, func(method, path, body string, header ...string) (int, string, http.Header)) {
	t.Helper()
	if o.Directory == nil {
		o.Directory = directory.New(directory.Options{})
	}
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, func(method, path, body string, header ...string) (int, string, http.Header) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(header); i += 2 {
			if header[i] == "Host" {
				r.Host = header[i+1]
			}
			r.Header.Set(header[i], header[i+1])
		}
		a, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		text, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a.StatusCode, string(text), a.Header
	}
}

// One instance from its registration to its end, over HTTP.
func TestLife(t *testing.T) {
	s, do := served(t, Options{})
	want := func(code int, method, path, body string, header ...string) string {
		t.Helper()
		got, text, _ := do(method, path, body, header...)
		if got != code {
			t.Errorf("%s %s: %d %s, want %d", method, path, got, text, code)
		}
		return text
	}
	const at = "/eureka/apps/P/h:p:1"
	want(404, "PUT", at, "")
	want(404, "DELETE", at, "")
	want(204, "POST", "/eureka/apps/p", inJSON)
	want(200, "PUT", at+"?status=UP&lastDirtyTimestamp=1700000000000", "")
	want(404, "PUT", at+"?lastDirtyTimestamp=1700000000001", "")
	want(409, "PUT", at+"?lastDirtyTimestamp=1", "", "x-netflix-discovery-replication", "true")
	want(400, "PUT", at+"?lastDirtyTimestamp=soon", "")
	if text := want(200, "GET", "/eureka/apps/", ""); !strings.Contains(text, `"apps__hashcode":"UP_1_","application":[{"name":"P","instance":[{"instanceId":"h:p:1"`) {
		t.Error(text)
	}
	if text := want(200, "GET", "/eureka/v2/instances/h%3Ap%3A1", ""); !strings.Contains(text, `{"instance":{"instanceId":"h:p:1"`) ||
		!strings.Contains(text, `"port":{"$":8080,"@enabled":"true"}`) || !strings.Contains(text, `"lastDirtyTimestamp":"1700000000000"`) ||
		!strings.Contains(text, `"renewalIntervalInSecs":1,"durationInSecs":3`) {
		t.Error(text)
	}
	want(200, "GET", "/eureka/vips/p", "")
	want(404, "GET", "/eureka/vips/q", "")
	want(404, "GET", "/eureka/apps/Q", "")
	want(200, "PUT", at+"/status?value=OUT_OF_SERVICE", "")
	want(400, "PUT", at+"/status?value=SLEEPY", "")
	want(200, "PUT", at+"/metadata?color=blue", "")
	if text := want(200, "GET", at, "", "Accept", "application/xml"); !strings.Contains(text, "<status>OUT_OF_SERVICE</status><overriddenstatus>OUT_OF_SERVICE</overriddenstatus>") ||
		!strings.Contains(text, `<port enabled="true">8080</port>`) || !strings.Contains(text, "<color>blue</color>") {
		t.Error(text)
	}
	if i := s.o.Directory.Get("h:p:1"); i.Status != directory.Disabled || i.Service != "p" || i.Zone != "a" || i.Meta["color"] != "blue" {
		t.Errorf("in the registry: %+v", i)
	}
	want(200, "DELETE", at+"/status?value=UP", "")
	want(200, "DELETE", at, "")
	want(404, "GET", at, "")
	want(404, "GET", "/", "")
	want(400, "GET", "/eureka//apps", "")
	want(403, "GET", "/eureka/apps", "", "Host", "example.org")
	want(403, "GET", "/eureka/apps", "", "Origin", "http://127.0.0.1")
	want(405, "PATCH", at, "")
}

// What is missing is said, as Eureka does.
func TestRegisterBad(t *testing.T) {
	s, do := served(t, Options{Directory: directory.New(directory.Options{Max: 1})})
	var doc map[string]map[string]any
	for drop, says := range map[string]string{
		"instanceId": "Missing instanceId", "hostName": "Missing hostname", "ipAddr": "Missing ip address", "app": "Missing appName", "dataCenterInfo": "Missing dataCenterInfo",
	} {
		doc = nil
		if err := json.Unmarshal([]byte(inJSON), &doc); err != nil {
			t.Fatal(err)
		}
		delete(doc["instance"], drop)
		body, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if code, text, _ := do("POST", "/eureka/apps/P", string(body)); code != 400 || !strings.Contains(text, says) {
			t.Errorf("without %s: %d %s", drop, code, text)
		}
	}
	if code, text, _ := do("POST", "/eureka/apps/OTHER", inJSON); code != 400 || !strings.Contains(text, "expecting OTHER but was P") {
		t.Errorf("another application: %d %s", code, text)
	}
	if code, _, _ := do("POST", "/eureka/apps/P", `{"instance":{"x":"`+strings.Repeat("x", maxBody)+`"}}`); code != 413 {
		t.Errorf("too big: %d, want 413", code)
	}
	if code, _, _ := do("POST", "/eureka/apps/P", inXML, "Content-Type", "application/xml"); code != 204 {
		t.Errorf("XML: %d, want 204", code)
	}
	if code, text, _ := do("POST", "/eureka/apps/P", strings.ReplaceAll(inJSON, "h:p:1", "h:p:2")); code != 503 {
		t.Errorf("a full registry: %d %s, want 503", code, text)
	}
	if s.o.Directory.Len() != 1 {
		t.Errorf("%d registered, want 1", s.o.Directory.Len())
	}
}

// applications is what clients read, in both forms.
type applications struct {
	Version string `json:"versions__delta" xml:"versions__delta"`
	Hash    string `json:"apps__hashcode" xml:"apps__hashcode"`
	Apps    []struct {
		Name      string `json:"name" xml:"name"`
		Instances []struct {
			ID     string `json:"instanceId" xml:"instanceId"`
			Status string `json:"status" xml:"status"`
			Action string `json:"actionType" xml:"actionType"`
		} `json:"instance" xml:"instance"`
	} `json:"application" xml:"application"`
}

func (a applications) String() (s string) {
	for _, app := range a.Apps {
		for _, i := range app.Instances {
			s += fmt.Sprintf("%s/%s %s %s; ", app.Name, i.ID, i.Status, i.Action)
		}
	}
	return s + a.Hash
}

// Readers get the same in JSON and in XML, zipped or not; whoever registered it.
func TestForms(t *testing.T) {
	d := directory.New(directory.Options{})
	_, do := served(t, Options{Directory: d})
	for _, i := range []directory.Instance{
		{ID: "order-1", Service: "order", Addr: "127.0.0.1", Port: 1, Face: "consul", Meta: map[string]string{"a b": "1", "c": "<&>"}},
		{ID: "order-2", Service: "order", Addr: "127.0.0.1", Port: 2, Status: directory.Critical},
	} {
		if _, err := d.Put(i); err != nil {
			t.Fatal(err)
		}
	}
	const want = "ORDER/order-1 UP ADDED; ORDER/order-2 DOWN ADDED; DOWN_1_UP_1_"
	_, text, _ := do("GET", "/eureka/apps", "")
	var in struct{ Applications applications }
	if err := json.Unmarshal([]byte(text), &in); err != nil || in.Applications.String() != want {
		t.Errorf("JSON: %v %s", err, in.Applications)
	}
	_, text, _ = do("GET", "/eureka/apps", "", "Accept", "*/*")
	var out applications
	if err := xml.Unmarshal([]byte(text), &out); err != nil || out.String() != want {
		t.Errorf("XML: %v %s", err, out)
	}
	_, zipped, header := do("GET", "/eureka/apps", "", "Accept", "application/xml", "Accept-Encoding", "gzip")
	r, err := gzip.NewReader(strings.NewReader(zipped))
	if err != nil || header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("zipped: %v, %v", err, header)
	}
	if plain, err := io.ReadAll(r); err != nil || string(plain) != text {
		t.Errorf("zipped: %v %s", err, plain)
	}
	_, compact, _ := do("GET", "/eureka/apps", "", "X-Eureka-Accept", "compact")
	if strings.Contains(compact, "metadata") || !strings.Contains(compact, `"vipAddress":"order"`) {
		t.Errorf("compact: %s", compact)
	}
}

// A reader of a warm cache sees a change when the time of the cache is over, and deltas
// tell it for three minutes; the hash is always of everything.
func TestCacheAndDeltas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, d := running(t, Options{})
		put := func(i directory.Instance) {
			if _, err := d.Put(i); err != nil {
				t.Fatal(err)
			}
		}
		get := func(path string) string {
			body, _ := c.cache.get(request{path: path})
			var in struct{ Applications applications }
			if err := json.Unmarshal(body, &in); err != nil {
				t.Fatal(err)
			}
			return in.Applications.String()
		}
		a := directory.Instance{ID: "a", Service: "p"}
		put(a)
		if got := get("apps"); got != "P/a UP ADDED; UP_1_" {
			t.Errorf("the first read: %s", got)
		}
		time.Sleep(10 * time.Second)
		put(directory.Instance{ID: "b", Service: "p", Status: directory.Starting})
		d.SetStatus("a", directory.Critical, "")
		if got := get("apps"); got != "P/a UP ADDED; UP_1_" {
			t.Errorf("within the time of the cache: %s", got)
		}
		if got := get("delta"); got != "P/a DOWN ADDED; P/b STARTING ADDED; DOWN_1_STARTING_1_" {
			t.Errorf("the first delta is made at once: %s", got)
		}
		time.Sleep(20*time.Second + time.Millisecond)
		synctest.Wait()
		d.Remove("b", "") // after the refresh: it is not seen before the next one
		if got := get("apps"); got != "P/a DOWN ADDED; P/b STARTING ADDED; DOWN_1_STARTING_1_" {
			t.Errorf("after it: %s", got)
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if got := get("delta"); got != "P/a DOWN ADDED; P/b STARTING DELETED; DOWN_1_" {
			t.Errorf("the next delta: %s", got)
		}
		time.Sleep(4 * time.Minute)
		synctest.Wait()
		if got := get("delta"); got != "DOWN_1_" {
			t.Errorf("old changes are told: %s", got)
		}
	})
}

// Ten thousand registrations from one client, at a time with readers: bounded and all there.
func TestMany(t *testing.T) {
	s, do := served(t, Options{})
	const n = 10000
	for i := range n {
		p := product(i)
		p.InstanceID = fmt.Sprint("many-", i)
		if err := s.leases.register(p); err != nil {
			t.Fatal(err)
		}
	}
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			if _, text, _ := do("GET", "/eureka/apps", ""); !strings.Contains(text, `"apps__hashcode":"UP_10000_"`) {
				t.Errorf("%d bytes without the hash", len(text))
			}
			for i := range 1000 {
				s.leases.renew(keyOf("PRODUCT", fmt.Sprint("many-", i)), 0, false)
			}
		})
	}
	work.Wait()
	for i := range maxDocuments + 10 { // of what is not there
		s.cache.get(request{path: fmt.Sprint("apps/", i)})
	}
	if kept := len(s.cache.kept); kept > maxDocuments {
		t.Errorf("%d documents are kept", kept)
	}
}

// A port that is taken, or not of this machine, is refused.
func TestStart(t *testing.T) {
	d := directory.New(directory.Options{})
	s, _ := served(t, Options{Directory: d})
	for _, addr := range []string{s.Addr(), "0.0.0.0:0"} {
		if two, err := Start(t.Context(), Options{Directory: d, Addr: addr}); err == nil {
			t.Errorf("%s was opened: %v", addr, two.Close())
		}
	}
}
