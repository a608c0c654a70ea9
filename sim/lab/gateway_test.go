package lab_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// call makes one request with an HTTP client that is not ours.
func call(t testing.TB, method, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestGatewayHandsRequestsOn(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	at := "http://" + endpoint(t, l, "gateway", "http")
	endpoint(t, l, "gateway", "grpc")
	direct, want := call(t, "GET", "http://"+endpoint(t, l, "product", "http")+"/products/101", "")
	res, got := call(t, "GET", at+"/products/101", "", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if got != want || res.Header.Get("Etag") != direct.Header.Get("Etag") || res.Header.Get("X-Request-Id") == "" {
		t.Errorf("through the gateway %s %v, direct %s %v", got, res.Header, want, direct.Header)
	}
	e := await(t, l, 0, func(e sim.Event) bool { _, ok := e.Fact.(sim.Answered); return ok && e.Link == "gateway:product" })
	if e.Trace.String() != "0af7651916cd43dd8448eb211c80319c" {
		t.Errorf("the call behind the gateway belongs to the trace %s", e.Trace)
	}
	res, _ = call(t, "GET", at+"/products/101", "", "If-None-Match", direct.Header.Get("Etag"))
	if res.StatusCode != http.StatusNotModified {
		t.Errorf("with the ETag: %s", res.Status)
	}
	res, got = call(t, "GET", at+"/products/nothing", "")
	if res.StatusCode != 404 || !strings.Contains(got, "there is no product nothing") {
		t.Errorf("the service's own refusal: %s %s", res.Status, got)
	}
	res, got = call(t, "GET", at+"/nowhere", "")
	if res.StatusCode != 404 || res.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(got, "no route leads to /nowhere") {
		t.Errorf("an unknown route: %s %s", res.Status, got)
	}
	res, got = call(t, "BREW", at+"/echo/tea?sugar=2", "\xffhot", "X-A", "1", "X-A", "2", "X_Client_Id", "admin", "X-Client-Id", "admin")
	var seen struct {
		Method, Path string
		Headers      map[string][]string
		Base64       string `json:"body_base64"`
	}
	if err := json.Unmarshal([]byte(got), &seen); err != nil {
		t.Fatal(err)
	}
	if seen.Method != "BREW" || seen.Path != "/echo/tea?sugar=2" || seen.Base64 != "/2hvdA==" || strings.Join(seen.Headers["x-a"], ",") != "1,2" {
		t.Errorf("%s %s", res.Status, got)
	}
	for _, name := range []string{"x-client-id", "x_client_id"} {
		if seen.Headers[name] != nil {
			t.Errorf("a client said %s, and the service got it", name)
		}
	}
	if res, _ := call(t, "POST", at+"/echo", strings.Repeat("a", 300<<10)); res.StatusCode != 413 {
		t.Errorf("a body of 300 KiB: %s", res.Status)
	}
	if res, got := call(t, "GET", at+"/echo?"+strings.Repeat("a", 200<<10), ""); res.StatusCode != 414 || !strings.Contains(got, "the path is longer") {
		t.Errorf("a path of 200 KiB: %s %s", res.Status, got)
	}
	if res, got := call(t, "GET", at+"/echo", "", "X-A", strings.Repeat("a", 200<<10)); res.StatusCode != 431 || !strings.Contains(got, "the headers are larger") {
		t.Errorf("a header of 200 KiB: %s %s", res.Status, got)
	}
}

// HTTP/2 without TLS, as gRPC tools and load generators speak it.
func TestGatewaySpeaksHTTP2(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	tr := &http.Transport{Protocols: new(http.Protocols)}
	tr.Protocols.SetUnencryptedHTTP2(true)
	defer tr.CloseIdleConnections()
	for range 2 {
		res, err := (&http.Client{Transport: tr, Timeout: 20 * time.Second}).Get("http://" + endpoint(t, l, "gateway", "http") + "/products/101")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.ProtoMajor != 2 || !strings.Contains(string(body), "Blue mug") {
			t.Errorf("%s %s %s", res.Proto, res.Status, body)
		}
	}
}

func TestGatewayNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	at := "http://" + endpoint(t, l, "gateway", "http")
	do(t, l, sim.Kill{Target: "product"})
	if res, got := call(t, "GET", at+"/products/101", ""); res.StatusCode != 502 || !strings.Contains(got, "product cannot be reached") {
		t.Errorf("killed: %s %s", res.Status, got)
	}
	do(t, l, sim.Start{Target: "product"})
	if res, got := call(t, "GET", at+"/products/101", ""); res.StatusCode != 200 {
		t.Errorf("started again: %s %s", res.Status, got)
	}
}

// What the front of a chain reads otherwise than its end can be used to smuggle a
// request past it (RFC 9112 §6.1): the connection ends after a chunked body.
func TestGatewayEndsAConnectionAfterChunks(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	c, err := net.Dial("tcp", endpoint(t, l, "gateway", "http"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.WriteString(c, "POST /echo HTTP/1.1\r\nHost: gw\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /echo HTTP/1.1\r\nHost: gw\r\n\r\n")
	r := bufio.NewReader(c)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	if rest, _ := io.ReadAll(r); len(rest) > 0 {
		t.Errorf("a second response: %s", rest)
	}
}

func TestGatewayAuthenticates(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	at := "http://" + endpoint(t, l, "gateway", "http")
	res, got := call(t, "GET", at+"/.well-known/oauth-authorization-server", "")
	if res.StatusCode != 200 || !strings.Contains(got, `"issuer":"`+at+`"`) {
		t.Errorf("metadata: %s %s", res.Status, got)
	}
	tokens := map[string]string{}
	for _, c := range l.Clients() {
		tokens[c.ID] = "Bearer " + do(t, l, sim.Login{Client: c.ID}).Text
		_, got := call(t, "POST", at+"/token", "grant_type=client_credentials&client_id="+c.ID+"&client_secret="+c.Secret, "Content-Type", "application/x-www-form-urlencoded")
		var said struct {
			Token string `json:"access_token"`
		}
		if err := json.Unmarshal([]byte(got), &said); err != nil || said.Token == "" {
			t.Fatal(got)
		}
	}
	const body = `{"customer_id":"c-1","items":[{"product_id":"101","quantity":1}]}`
	for _, c := range []struct {
		method, path, client string
		status               int
	}{
		{"POST", "/orders", "", 401},
		{"POST", "/orders", "reporting", 403},
		{"POST", "/orders", "shop-app", 201},
		{"GET", "/orders/o-1", "", 401},
		{"GET", "/orders/o-1", "shop-app", 200},
		{"GET", "/orders/o-1", "partner", 403},
		{"GET", "/orders/o-2", "partner", 404},
	} {
		send, header := "", []string{"Content-Type", "application/json"}
		if c.method == "POST" {
			send = body
		}
		if c.client != "" {
			header = append(header, "Authorization", tokens[c.client])
		}
		res, got := call(t, c.method, at+c.path, send, header...)
		if res.StatusCode != c.status || c.status == 401 && res.Header.Get("Www-Authenticate") == "" {
			t.Errorf("%s %s as %q: %s %v %s, want %d", c.method, c.path, c.client, res.Status, res.Header, got, c.status)
		}
	}
	res, got = call(t, "GET", "http://"+endpoint(t, l, "order", "http")+"/orders/o-1", "")
	if res.StatusCode != 200 {
		t.Errorf("past the gateway: %s %s", res.Status, got)
	}
	do(t, l, sim.Kill{Target: "identity"})
	if res, got := call(t, "GET", at+"/orders/o-1", "", "Authorization", tokens["shop-app"]); res.StatusCode != 200 {
		t.Errorf("the issuer is killed, its keys are known: %s %s", res.Status, got)
	}
	if _, err := l.Do(t.Context(), sim.Login{Client: "shop-app"}); err == nil {
		t.Error("a killed issuer gives tokens")
	}
	do(t, l, sim.Start{Target: "identity"})
	if res, got := call(t, "GET", at+"/orders/o-1", "", "Authorization", "Bearer "+do(t, l, sim.Login{Client: "shop-app"}).Text); res.StatusCode != 200 {
		t.Errorf("started again: %s %s", res.Status, got)
	}
}

// What a person or a lesson sends from inside the world, with the token of a client.
func TestUseCasesCarryTokens(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	for _, c := range []struct{ client, flaw, sees string }{
		{"shop-app", "", "answered"},
		{"", "", "this path needs a token with the scope orders:write"},
		{"reporting", "", "reporting may not do this: the scope orders:write is missing"},
		{"shop-app", "expired", "the token has expired"},
		{"shop-app", "tampered", "the signature of the token is wrong"},
		{"shop-app", "unsigned", "the algorithm of the token is not that of its key"},
	} {
		r := do(t, l, sim.Send{UseCase: "order.place", Fields: map[string]string{"client": c.client, "flaw": c.flaw}})
		if r.Text != c.sees {
			t.Errorf("%s %s: %s, want %s", c.client, c.flaw, r.Text, c.sees)
		}
	}
	if _, err := l.Do(t.Context(), sim.Send{UseCase: "order.place", Fields: map[string]string{"client": "nobody"}}); err == nil {
		t.Error("an unknown client got a token")
	}
	if s := l.LinkStats("gateway:order"); s.Sent != 1 {
		t.Errorf("%d of six requests reached the order service, want 1", s.Sent)
	}
}

func TestGatewayCountsAndLogs(t *testing.T) {
	t.Parallel()
	lines := make(chan sim.Access, 10)
	l := open(t, "edge", lab.Options{Access: func(a sim.Access) { lines <- a }})
	at := "http://" + endpoint(t, l, "gateway", "http")
	call(t, "GET", at+"/products/101", "", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if a := <-lines; a.Route != "products" || a.Status != 200 || a.Trace != "0af7651916cd43dd8448eb211c80319c" || a.Gateway != "gateway" || a.ID == "" {
		t.Errorf("%+v", a)
	}
	for _, r := range do(t, l, sim.Show{What: "routes"}).Data.([]sim.RouteStats) {
		if want := map[string]int64{"products": 1}[r.Route]; r.Requests != want {
			t.Errorf("%s: %d requests, want %d", r.Route, r.Requests, want)
		}
	}
	res, got := call(t, "GET", at+"/openapi.json", "")
	if res.StatusCode != 200 || !strings.Contains(got, `"/products/{id}"`) || !strings.Contains(got, `"shop.product.v1.Product"`) {
		t.Errorf("%s %.300s", res.Status, got)
	}
}

// A token is for the gateways of a world, whichever instance it was issued through,
// and also when that has another port since.
func TestTokensOfSeveralGateways(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	token := "Bearer " + do(t, l, sim.Login{Client: "shop-app"}).Text
	try := func(gateway string) int {
		t.Helper()
		res, _ := call(t, "GET", "http://"+endpoint(t, l, gateway, "http")+"/orders/o-1", "", "Authorization", token)
		return res.StatusCode
	}
	do(t, l, sim.Scale{Service: "gateway", N: 2})
	if one, two := try("gateway"), try("gateway#2"); one != 404 || two != 404 { // let in; there is no such order
		t.Errorf("two gateways: %d and %d", one, two)
	}
	for range 3 {
		do(t, l, sim.Restart{Target: "gateway"})
	}
	if one, two := try("gateway"), try("gateway#2"); one != 404 || two != 404 {
		t.Errorf("started again: %d and %d", one, two)
	}
}
