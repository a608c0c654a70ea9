package part

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
)

// Brokered reports whether the message was on its way to a broker or from one.
func (i Inspector) Brokered() bool { return i.Exchange.From != "" }

// Halves are the words for the two halves of the exchange.
func (i Inspector) Halves() [2]string {
	if i.Brokered() {
		return [2]string{"message", "receipt"}
	}
	return [2]string{"request", "answer"}
}

// opens say what the first word of a message means that goes to a broker or comes
// from one, and what that of its receipt.
var opens = map[string]string{
	"basic.publish": "keep this, for who will take it",
	"basic.return":  "nobody keeps this, take it back",
	"basic.deliver": "a message, to be acknowledged",
	"basic.get-ok":  "a message, as you asked for one",
	"HPUB":          "publish this; it has headers",
	"HMSG":          "a message; it has headers",
	"SEND":          "keep this, for who will take it",
	"MESSAGE":       "a message, to be acknowledged",
	"Produce":       "append this record",
	"Fetch":         "a record, as you asked for some",
	"POST":          "keep this, for who will take it",
	"HTTP/1.1":      "messages, as you asked for some",
}

// receipts say the same of what acknowledges a message that was published, and of
// one that was delivered.
var receipts = [2]map[string]string{{
	"basic.ack":  "the broker has it",
	"basic.nack": "the broker could not take it",
	"MSG":        "the broker has it, or says why not",
	"HMSG":       "the broker says why not",
	"RECEIPT":    "the broker has it",
	"ERROR":      "the broker refuses it",
	"Produce":    "where it was appended",
	"HTTP/1.1":   "the broker has it, or says why not",
}, {
	"basic.ack":    "it is done, forget it",
	"basic.nack":   "it is not done",
	"basic.reject": "it is not done",
	"PUB":          "what became of it",
	"ACK":          "it is done, forget it",
	"NACK":         "it is not done",
	"OffsetCommit": "the group has read so far",
	"POST":         "what became of it",
}}

// brokered explains the first line of a message, or of its receipt.
func (i Inspector) brokered(m sim.Captured) string {
	word, _, _ := strings.Cut(m.Start, " ")
	if !i.Answer {
		return opens[word]
	}
	first, _, _ := strings.Cut(i.Exchange.Request.Start, " ")
	switch first {
	case "basic.deliver", "basic.get-ok", "HMSG", "MESSAGE", "Fetch", "HTTP/1.1":
		return receipts[1][word]
	}
	return receipts[0][word]
}

// brokeredMeanings say what the arguments and headers are for that brokers know.
var brokeredMeanings = map[string]string{
	"ack":                   "the name to acknowledge it by",
	"amz-sdk-invocation-id": "the same for all tries of one call",
	"amz-sdk-request":       "which try it is, of how many",
	"consumer-tag":          "which subscription it is for",
	"correlation-id":        "an answer has that of its request",
	"deadline":              "when nobody waits for it any more",
	"delivery-mode":         "2: kept on disk until it is done",
	"delivery-tag":          "the number to acknowledge it by",
	"destination":           "which queue, or which topic",
	"error":                 "what went wrong",
	"exchange":              `who sorts it; "" leads to a queue`,
	"expires":               "when it is dropped; 0: never",
	"from":                  "who sent it",
	"generation":            "changes with every rebalance",
	"group":                 "who reads it together",
	"id":                    "what is acknowledged",
	"key":                   "same key, same partition, in order",
	"mandatory":             "to come back if no queue takes it",
	"member":                "which one of the group",
	"message-id":            "a name for this message",
	"multiple":              "and all those before it",
	"offset":                "its place in the partition",
	"partition":             "which part; order holds within it",
	"persistent":            "kept on disk until it is done",
	"receipt":               "to be confirmed by this name",
	"receipt-id":            "what is confirmed",
	"redelivered":           "it was handed out before",
	"reply-to":              "where its answer shall go",
	"requeue":               "to be handed out again",
	"routing-key":           "by which it is sorted",
	"subscription":          "which subscription it is for",
	"timestamp":             "when it was made",
	"topic":                 "which log of records",
	"type":                  "the contract of the body",
	"x-amz-date":            "when it was asked",
	"x-amz-target":          "which operation of SQS",
	"x-amzn-query-mode":     "errors in the words of the older protocol",
	"x-amzn-requestid":      "a name for this answer",
	"x-delivery-count":      "how often it was handed out before",
}

// meaning is what a header is for, here.
func (i Inspector) meaning(name, value string) string {
	if status, err := strconv.Atoi(value); err == nil && strings.EqualFold(name, "grpc-status") {
		if status == 0 {
			return "the call succeeded: 0 OK"
		}
		return "the call failed: " + sim.StatusText(status)
	}
	if says := brokeredMeanings[strings.ToLower(name)]; i.Brokered() && says != "" {
		return says
	}
	return meaning(name)
}

// IsProtobuf reports whether a body is protobuf: in gRPC's frames, or alone as
// messages have it that a broker carries.
func IsProtobuf(m sim.Captured) bool { return isGRPC(m) || isPlainProtobuf(m) }

func isPlainProtobuf(m sim.Captured) bool {
	return m.Header("content-type") == "application/x-protobuf"
}

// brokeredBody shows the body of a message: protobuf by the contract that its
// type names, and all else as bodies are shown.
func (i Inspector) brokeredBody(m sim.Captured, width int) []row {
	switch {
	case len(m.Body) == 0 && i.Answer:
		return nil
	case len(m.Body) == 0 || !isPlainProtobuf(m):
		return bodyRows(m, width)
	}
	var known proto.Message
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(m.Header("type")))
	if err == nil && !i.Numbers {
		known = kind.New().Interface()
	}
	return append([]row{plain("protobuf", theme.Dim)}, messageRows(m.Body, known, width)...)
}
