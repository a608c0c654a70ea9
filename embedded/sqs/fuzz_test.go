package sqs

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// fuzzed answers one request and checks what holds for every answer. Polls do
// not wait: their client is gone already.
func fuzzed(t *testing.T, s *Server, target, path, body string) {
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", strings.NewReader(body))
	r.URL.Path = path
	if target != "" {
		r.Header["X-Amz-Target"] = []string{"AmazonSQS." + target}
	}
	w := httptest.NewRecorder()
	s.reply(w, r.WithContext(s.ctx))
	switch {
	case w.Code >= http.StatusInternalServerError:
		t.Errorf("%d: %s", w.Code, w.Body)
	case target != "" && !json.Valid(w.Body.Bytes()):
		t.Errorf("no JSON: %q", w.Body)
	case target == "" && xml.Unmarshal(w.Body.Bytes(), new(struct{})) != nil:
		t.Errorf("no XML: %q", w.Body)
	}
}

// fuzzDesk has a queue of each kind, with a message, and takes little memory.
func fuzzDesk(f *testing.F) *Server {
	s := &Server{queues: map[string]*box{}, moves: map[string][]*mover{}}
	ctx, cancel := f.Context(), func() {}
	s.ctx, s.cancel = ctx, cancel
	if err := s.open(Options{MaxBytes: 1 << 20}); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		s.work.Wait()
		_ = s.engine.Close()
	})
	c := call{Server: s, ctx: ctx, base: "http://desk/"}
	for name, set := range map[string]map[string]string{"q": nil, "q.fifo": {fifoQueue: "true", contentDedup: "true"}} {
		if _, err := c.createQueue(&createQueue{QueueName: name, Attributes: set}); err != nil {
			f.Fatal(err)
		}
	}
	return s
}

func FuzzJSON(f *testing.F) {
	s := fuzzDesk(f)
	for name := range operations {
		f.Add(name, `{"QueueUrl":"http://x/q"}`)
	}
	f.Add("SendMessage", `{"QueueUrl":"/q","MessageBody":"b","MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":"AQI="}}}`)
	f.Add("SendMessageBatch", `{"QueueUrl":"/q.fifo","Entries":[{"Id":"1","MessageBody":"b","MessageGroupId":"g"}]}`)
	f.Add("CreateQueue", `{"QueueName":"q","Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:::q\",\"maxReceiveCount\":\"3\"}"},"tags":{"a":"b"}}`)
	f.Add("ReceiveMessage", `{"QueueUrl":"/q","MaxNumberOfMessages":10,"MessageAttributeNames":["a.*"]}`)
	f.Add("DeleteMessage", `{"QueueUrl":"/q","ReceiptHandle":"cSAyIDM"}`)
	f.Fuzz(func(t *testing.T, target, body string) {
		if target != "" {
			fuzzed(t, s, target, "/", body)
		}
	})
}

func FuzzQuery(f *testing.F) {
	s := fuzzDesk(f)
	for name := range operations {
		f.Add("/000000000000/q", "Action="+name)
	}
	f.Add("/", "Action=SendMessage&QueueUrl=/q&MessageBody=b&MessageAttribute.1.Name=k&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v")
	f.Add("/", "Action=SendMessageBatch&QueueUrl=/q.fifo&SendMessageBatchRequestEntry.1.Id=1&SendMessageBatchRequestEntry.1.MessageBody=b&SendMessageBatchRequestEntry.1.MessageGroupId=g")
	f.Add("/", "Action=SetQueueAttributes&QueueUrl=/q&Attribute.Name=DelaySeconds&Attribute.Value=0")
	f.Add("/", "Action=TagQueue&QueueUrl=/q&Tag.1.Key=a&Tag.1.Value=b")
	f.Add("/", "Action=ReceiveMessage&QueueUrl=/q&AttributeName.1=All&MaxNumberOfMessages=10")
	f.Fuzz(func(t *testing.T, path, body string) { fuzzed(t, s, "", path, body) })
}

func FuzzHandle(f *testing.F) {
	f.Add(handle{"orders", 1, 2}.String())
	f.Add("cSAyIDM")
	f.Fuzz(func(t *testing.T, s string) {
		if h, ok := readHandle(s); ok {
			if again, ok := readHandle(h.String()); !ok || again != h {
				t.Errorf("%q is %+v, and that is %+v", s, h, again)
			}
		}
	})
}
