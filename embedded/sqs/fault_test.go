package sqs_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/embedded/sqs"
)

// ask sends one request in one of the two protocols and returns the word of the
// error, "" for none, and the answer.
func ask(t *testing.T, s *sqs.Server, header http.Header, body string) (status int, word, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.Addr()+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header, r.Close = header, true
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	if header.Get("X-Amz-Target") != "" {
		word, _, _ = strings.Cut(res.Header.Get("X-Amzn-Query-Error"), ";")
		if !json.Valid(b) {
			t.Errorf("no JSON: %q", b)
		}
		return res.StatusCode, word, string(b)
	}
	var no struct {
		Code string `xml:"Error>Code"`
	}
	if err := xml.Unmarshal(b, &no); err != nil {
		t.Errorf("no XML: %q: %v", b, err)
	}
	return res.StatusCode, no.Code, string(b)
}

// form writes a request of JSON as one of the Query protocol; both say the same.
func form(action string, request map[string]any) string {
	v := url.Values{"Action": {action}, "Version": {"2012-11-05"}}
	put(v, "", request)
	return v.Encode()
}

func put(v url.Values, name string, what any) {
	dot := ""
	if name != "" {
		dot = name + "."
	}
	names := map[string]string{"Attributes": "Attribute", "AttributeNames": "AttributeName", "Entries": "SendMessageBatchRequestEntry", "MessageAttributes": "MessageAttribute", "MessageSystemAttributes": "MessageSystemAttribute"}
	switch what := what.(type) {
	case map[string]any:
		if name == "Attribute" || strings.HasSuffix(name, "MessageAttribute") || strings.HasSuffix(name, "MessageSystemAttribute") {
			n := 0
			for key, value := range what {
				n++
				v.Set(fmt.Sprint(dot, n, ".Name"), key)
				put(v, fmt.Sprint(dot, n, ".Value"), value)
			}
			return
		}
		for key, value := range what {
			if other, ok := names[key]; ok {
				key = other
			}
			put(v, dot+key, value)
		}
	case []any:
		for i, value := range what {
			put(v, fmt.Sprint(dot, i+1), value)
		}
	default:
		v.Set(name, fmt.Sprint(what))
	}
}

type j = map[string]any

func entries(n int, body string) (all []any) {
	for i := range n {
		all = append(all, j{"Id": fmt.Sprint(i), "MessageBody": body})
	}
	return all
}

func TestFaults(t *testing.T) {
	s := start(t, sqs.Options{})
	both := func(t *testing.T, action string, request j, want string) {
		t.Helper()
		b, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		status, word, answer := ask(t, s, http.Header{"X-Amz-Target": {"AmazonSQS." + action}, "Content-Type": {"application/x-amz-json-1.0"}}, string(b))
		if word != want || (status == 200) != (want == "") {
			t.Errorf("JSON: %d %s, want %q: %s", status, word, want, answer)
		}
		status, word, answer = ask(t, s, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form(action, request))
		if word != want || (status == 200) != (want == "") {
			t.Errorf("Query: %d %s, want %q: %s", status, word, want, answer)
		}
	}
	const q, f = "http://x/000000000000/orders", "http://x/000000000000/orders.fifo"
	both(t, "CreateQueue", j{"QueueName": "orders", "Attributes": j{"MaximumMessageSize": "2048"}}, "")
	both(t, "CreateQueue", j{"QueueName": "orders.fifo", "Attributes": j{"FifoQueue": "true"}}, "")
	value := func(kind, text string) j { return j{"DataType": kind, "StringValue": text} }
	many := j{}
	for i := range 11 {
		many[fmt.Sprint("a", i)] = value("String", "x")
	}
	for _, c := range []struct {
		name, action string
		request      j
		want         string
	}{
		{"unknown action", "Fly", j{}, "InvalidAction"},
		{"no name", "CreateQueue", j{}, "MissingParameter"},
		{"a bad name", "CreateQueue", j{"QueueName": "a b"}, "InvalidParameterValue"},
		{"a long name", "CreateQueue", j{"QueueName": strings.Repeat("a", 81)}, "InvalidParameterValue"},
		{"fifo without the suffix", "CreateQueue", j{"QueueName": "a", "Attributes": j{"FifoQueue": "true"}}, "InvalidParameterValue"},
		{"the suffix without fifo", "CreateQueue", j{"QueueName": "a.fifo"}, "InvalidParameterValue"},
		{"fifo things without fifo", "CreateQueue", j{"QueueName": "a", "Attributes": j{"ContentBasedDeduplication": "true"}}, "InvalidAttributeName"},
		{"an unknown attribute", "CreateQueue", j{"QueueName": "a", "Attributes": j{"Colour": "red"}}, "InvalidAttributeName"},
		{"a bad attribute", "CreateQueue", j{"QueueName": "a", "Attributes": j{"VisibilityTimeout": "43201"}}, "InvalidAttributeValue"},
		{"another one of that name", "CreateQueue", j{"QueueName": "orders", "Attributes": j{"MaximumMessageSize": "4096"}}, "QueueAlreadyExists"},
		{"the same again", "CreateQueue", j{"QueueName": "orders"}, ""},
		{"no such dead letters", "SetQueueAttributes", j{"QueueUrl": q, "Attributes": j{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":3}`}}, "InvalidParameterValue"},
		{"dead letters of another kind", "SetQueueAttributes", j{"QueueUrl": q, "Attributes": j{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:orders.fifo","maxReceiveCount":3}`}}, "InvalidParameterValue"},
		{"a policy without a number", "SetQueueAttributes", j{"QueueUrl": q, "Attributes": j{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:orders"}`}}, "InvalidParameterValue"},
		{"a policy that is none", "SetQueueAttributes", j{"QueueUrl": q, "Attributes": j{"RedrivePolicy": "x"}}, "InvalidAttributeValue"},
		{"what is only told", "SetQueueAttributes", j{"QueueUrl": q, "Attributes": j{"QueueArn": "x"}}, "InvalidAttributeName"},
		{"becoming fifo", "SetQueueAttributes", j{"QueueUrl": q, "Attributes": j{"FifoQueue": "true"}}, "InvalidAttributeName"},
		{"an unknown one is asked for", "GetQueueAttributes", j{"QueueUrl": q, "AttributeNames": []any{"Colour"}}, "InvalidAttributeName"},
		{"no queue is named", "PurgeQueue", j{}, "MissingParameter"},
		{"a queue that is not there", "PurgeQueue", j{"QueueUrl": "http://x/1/none"}, "AWS.SimpleQueueService.NonExistentQueue"},
		{"too many results", "ListQueues", j{"MaxResults": 1001}, "InvalidParameterValue"},
		{"a token of nobody", "ListQueues", j{"MaxResults": 1, "NextToken": "/"}, "InvalidParameterValue"},

		{"no body", "SendMessage", j{"QueueUrl": q}, "MissingParameter"},
		{"a forbidden character", "SendMessage", j{"QueueUrl": q, "MessageBody": "a\ufffe"}, "InvalidMessageContents"},
		{"a long body", "SendMessage", j{"QueueUrl": q, "MessageBody": strings.Repeat("x", 2049)}, "InvalidParameterValue"},
		{"attributes count too", "SendMessage", j{"QueueUrl": q, "MessageBody": strings.Repeat("x", 2040), "MessageAttributes": j{"k": value("String", "vvv")}}, "InvalidParameterValue"},
		{"a long delay", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "DelaySeconds": 901}, "InvalidParameterValue"},
		{"too many attributes", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "MessageAttributes": many}, "InvalidParameterValue"},
		{"a reserved name", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "MessageAttributes": j{"AWS.x": value("String", "v")}}, "InvalidParameterValue"},
		{"an unknown type", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "MessageAttributes": j{"k": value("Text", "v")}}, "InvalidParameterValue"},
		{"no value", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "MessageAttributes": j{"k": j{"DataType": "String"}}}, "InvalidParameterValue"},
		{"no number", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "MessageAttributes": j{"k": value("Number", "v")}}, "InvalidParameterValue"},
		{"a system attribute that is none", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "MessageSystemAttributes": j{"k": value("String", "v")}}, "InvalidParameterValue"},
		{"deduplication without fifo", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "MessageDeduplicationId": "d"}, "InvalidParameterValue"},
		{"a group without fifo", "SendMessage", j{"QueueUrl": q, "MessageBody": "x", "MessageGroupId": "g"}, ""},
		{"fifo without a group", "SendMessage", j{"QueueUrl": f, "MessageBody": "x"}, "MissingParameter"},
		{"fifo without deduplication", "SendMessage", j{"QueueUrl": f, "MessageBody": "x", "MessageGroupId": "g"}, "InvalidParameterValue"},
		{"fifo with a delay", "SendMessage", j{"QueueUrl": f, "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 1}, "InvalidParameterValue"},
		{"a group with a blank", "SendMessage", j{"QueueUrl": f, "MessageBody": "x", "MessageGroupId": "a b", "MessageDeduplicationId": "d"}, "InvalidParameterValue"},

		{"an empty batch", "SendMessageBatch", j{"QueueUrl": q}, "AWS.SimpleQueueService.EmptyBatchRequest"},
		{"a large batch", "SendMessageBatch", j{"QueueUrl": q, "Entries": entries(11, "x")}, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
		{"a long batch", "SendMessageBatch", j{"QueueUrl": q, "Entries": entries(10, strings.Repeat("x", 110_000))}, "AWS.SimpleQueueService.BatchRequestTooLong"},
		{"a bad id", "SendMessageBatch", j{"QueueUrl": q, "Entries": []any{j{"Id": "a b", "MessageBody": "x"}}}, "AWS.SimpleQueueService.InvalidBatchEntryId"},
		{"ids twice", "SendMessageBatch", j{"QueueUrl": q, "Entries": append(entries(1, "x"), entries(1, "x")...)}, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},

		{"too many at once", "ReceiveMessage", j{"QueueUrl": q, "MaxNumberOfMessages": 11}, "InvalidParameterValue"},
		{"a long wait", "ReceiveMessage", j{"QueueUrl": q, "WaitTimeSeconds": 21}, "InvalidParameterValue"},
		{"an attempt without fifo", "ReceiveMessage", j{"QueueUrl": q, "ReceiveRequestAttemptId": "a"}, "InvalidParameterValue"},
		{"no handle", "DeleteMessage", j{"QueueUrl": q}, "MissingParameter"},
		{"a handle that is none", "DeleteMessage", j{"QueueUrl": q, "ReceiptHandle": "x"}, "ReceiptHandleIsInvalid"},
		{"a handle that is none, hidden", "ChangeMessageVisibility", j{"QueueUrl": q, "ReceiptHandle": "x", "VisibilityTimeout": 1}, "ReceiptHandleIsInvalid"},
		{"no task", "CancelMessageMoveTask", j{}, "MissingParameter"},
		{"a task that is none", "CancelMessageMoveTask", j{"TaskHandle": "x"}, "InvalidParameterValue"},
		{"no such source", "ListMessageMoveTasks", j{"SourceArn": "x"}, "ResourceNotFoundException"},
	} {
		t.Run(c.name, func(t *testing.T) { both(t, c.action, c.request, c.want) })
	}
}

// What is no request at all.
func TestMalformed(t *testing.T) {
	s := start(t, sqs.Options{})
	target := http.Header{"X-Amz-Target": {"AmazonSQS.SendMessage"}}
	text := http.Header{}
	for _, c := range []struct {
		name   string
		header http.Header
		body   string
		want   string
	}{
		{"no JSON", target, "{", "MalformedInput"},
		{"a number for a text", target, `{"MessageBody":5}`, "MalformedInput"},
		{"no UTF-8", target, "{\"MessageBody\":\"\xff\"}", "MalformedInput"},
		{"another service", http.Header{"X-Amz-Target": {"DynamoDB.ListTables"}}, "{}", "InvalidAction"},
		{"too long", target, strings.Repeat(" ", 9<<20), "RequestEntityTooLarge"},
		{"nothing", text, "", "InvalidAction"},
		{"another version", text, "Action=ListQueues&Version=2009-02-01", "InvalidAction"},
		{"a bad escape", text, "Action=%zz", "MalformedInput"},
		{"a text for a number", text, "Action=ListQueues&MaxResults=two", "MalformedInput"},
		{"no base64", text, "Action=SendMessage&MessageAttribute.1.Name=k&MessageAttribute.1.Value.BinaryValue=%21", "MalformedInput"},
		{"too many parameters", text, "Action=ListQueues" + strings.Repeat("&a=b", 3000), "MalformedInput"},
		{"too deep", text, "Action=ListQueues&a" + strings.Repeat(".1", 100) + "=x", "MalformedInput"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if status, word, answer := ask(t, s, c.header, c.body); word != c.want || status < 400 {
				t.Errorf("%d %s, want %s: %s", status, word, c.want, answer)
			}
		})
	}
}
