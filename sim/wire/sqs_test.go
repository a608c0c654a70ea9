package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

// said is a request to SQS and its answer, as one turn of a connection.
func said(n uint32, operation, body, answer string) turn {
	request := fmt.Sprintf("POST / HTTP/1.1\r\nX-Amz-Target: AmazonSQS.%s\r\nX-Amz-Security-Token: secret\r\nContent-Length: %d\r\n\r\n%s", operation, len(body), body)
	response := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
	t := turn{n: n}
	t.out.raw, t.out.total, t.out.first = []byte(request), int64(len(request)), 1
	t.in.raw, t.in.total, t.in.first = []byte(response), int64(len(response)), 2
	return t
}

func attributes(more string) string {
	return `"MessageAttributes":{"traceparent":{"DataType":"String","StringValue":"` + tracing + `"}` + more + `}`
}

func TestSQSIsFoundInsideHTTP(t *testing.T) {
	another := `{"ReceiptHandle":"h0","Body":"other"}`
	mine := `{"ReceiptHandle":"h1","Body":"mine",` + attributes("") + `}`
	turns := func(settle turn) map[uint32][]turn {
		return map[uint32][]turn{
			1: {said(1, "SendMessage", `{"MessageBody":"mine",`+attributes("")+`}`, `{"MessageId":"1"}`)},
			2: {said(1, "ReceiveMessage", `{}`, `{"Messages":[`+another+","+mine+`]}`)},
			3: {settle},
		}
	}
	for name, tt := range map[string]struct {
		settle turn
		want   string
	}{
		"deleted":    {said(1, "DeleteMessage", `{"ReceiptHandle":"h1"}`, `{}`), "DeleteMessage"},
		"in a batch": {said(1, "DeleteMessageBatch", `{"Entries":[{"ReceiptHandle":"h0"},{"ReceiptHandle":"h1"}]}`, `{}`), "DeleteMessageBatch"},
		"given back": {said(1, "ChangeMessageVisibility", `{"ReceiptHandle":"h1","VisibilityTimeout":0}`, `{}`), "ChangeMessageVisibility"},
		"in hand":    {said(1, "DeleteMessage", `{"ReceiptHandle":"h0"}`, `{}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			all := sqs{}.find(turns(tt.settle), map[uint32]string{1: "order", 2: "payment", 3: "payment"}, 7)
			slices.SortFunc(all, func(a, b sim.Exchange) int { return strings.Compare(b.To, a.To) })
			if len(all) != 2 {
				t.Fatalf("found %d crossings", len(all))
			}
			for i, want := range [][2]string{{"order", "sqs"}, {"sqs", "payment"}} {
				x := all[i]
				if got := [2]string{x.From, x.To}; got != want || string(x.Request.Body) != "mine" {
					t.Errorf("%q went from %v, want mine from %v", x.Request.Body, got, want)
				}
				if strings.Contains(string(x.Request.Raw)+fmt.Sprint(x.Request.Lines), "secret") {
					t.Error("what proves who asks is shown")
				}
			}
			got := ""
			if f := all[1].Response.Frames; len(f) > 0 {
				got = f[0].Name
			}
			if got != tt.want {
				t.Errorf("it was settled by %q, want %q", got, tt.want)
			}
			if other := (sqs{}).find(turns(tt.settle), map[uint32]string{1: "order", 2: "payment"}, 8); other != nil {
				t.Errorf("found %d crossings of another span", len(other))
			}
		})
	}
}

// What has no attribute of its own, and a body that is no text, are read as well.
func TestSQSUnpacks(t *testing.T) {
	rest := `,"headers":{"DataType":"String","StringValue":"\"{\\\"key\\\":[\\\"k\\\"],\\\"body-form\\\":[\\\"base64\\\"]}\""}`
	turns := map[uint32][]turn{1: {said(1, "SendMessage", `{"MessageBody":"AAEC",`+attributes(rest)+`}`, `{}`)}}
	all := sqs{}.find(turns, map[uint32]string{1: "order"}, 7)
	if len(all) != 1 {
		t.Fatalf("found %d crossings", len(all))
	}
	if d := cmp.Diff([]byte{0, 1, 2}, all[0].Request.Body); d != "" || all[0].Request.Header("key") != "k" {
		t.Errorf("key %q, body (-want +got):\n%s", all[0].Request.Header("key"), d)
	}
}

func FuzzSQS(f *testing.F) {
	f.Add([]byte(`{"Messages":[{"ReceiptHandle":"h",`+attributes("")+`}]}`), []byte(`{"Entries":[{"ReceiptHandle":"h"}]}`))
	f.Add([]byte(`{"Messages":[{"Body":"a",`+attributes("")+`},{"Bo`), []byte(`{"ReceiptHandle":`))
	f.Fuzz(func(t *testing.T, answer, settle []byte) {
		turns := map[uint32][]turn{1: {
			said(1, "SendMessage", string(settle), "{}"), said(2, "ReceiveMessage", "{}", string(answer)), said(3, "DeleteMessage", string(settle), "{}"),
		}}
		for _, x := range (sqs{}).find(turns, map[uint32]string{1: "order"}, 7) {
			if x.Request.Total == 0 || x.From == "" || x.To == "" {
				t.Errorf("an exchange without a message: %+v", x)
			}
		}
	})
}
