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
	return [2]string{"request", "response"}
}

// opens say what the first word of a message means that goes to a broker or comes
// from one, and what that of its receipt.
var opens = map[string]string{
	"basic.publish": "store this message in a queue",
	"basic.return":  "no queue takes this message",
	"basic.deliver": "a message, to be acknowledged",
	"basic.get-ok":  "a message, as requested",
	"HPUB":          "publish this; it has headers",
	"HMSG":          "a message; it has headers",
	"SEND":          "store this message in a queue",
	"MESSAGE":       "a message, to be acknowledged",
	"Produce":       "append this record",
	"Fetch":         "records, as requested",
	"POST":          "store this message in a queue",
	"HTTP/1.1":      "messages, as requested",
}

// receipts say the same of what acknowledges a message that was published, and of
// one that was delivered.
var receipts = [2]map[string]string{{
	"basic.ack":  "the broker stored it",
	"basic.nack": "the broker did not store it",
	"MSG":        "stored by the broker, or an error",
	"HMSG":       "an error of the broker",
	"RECEIPT":    "the broker stored it",
	"ERROR":      "the broker refuses it",
	"Produce":    "where it was appended",
	"HTTP/1.1":   "stored by the broker, or an error",
}, {
	"basic.ack":    "handled: the broker can delete it",
	"basic.nack":   "not handled",
	"basic.reject": "not handled",
	"PUB":          "handled, or not",
	"ACK":          "handled: the broker can delete it",
	"NACK":         "not handled",
	"OffsetCommit": "the group has read so far",
	"POST":         "handled, or not",
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
	"amz-sdk-invocation-id": "the same for all attempts of a call",
	"amz-sdk-request":       "the number of this attempt",
	"consumer-tag":          "the subscription that it is for",
	"correlation-id":        "a response repeats that of its request",
	"deadline":              "the deadline of the caller",
	"delivery-mode":         "2: stored on disk until acknowledged",
	"delivery-tag":          "the number to acknowledge it by",
	"destination":           "which queue, or which topic",
	"error":                 "what went wrong",
	"exchange":              `the exchange; "" leads to a queue`,
	"expires":               "when it is dropped; 0: never",
	"from":                  "the producer",
	"generation":            "changes with every rebalance",
	"group":                 "the consumer group",
	"id":                    "what is acknowledged",
	"key":                   "same key: same partition, in sequence",
	"mandatory":             "return it if no queue takes it",
	"member":                "which one of the group",
	"message-id":            "a name for this message",
	"multiple":              "and all those before it",
	"offset":                "its position in the partition",
	"partition":             "the partition; in sequence within it",
	"persistent":            "stored on disk until acknowledged",
	"receipt":               "to be confirmed by this name",
	"receipt-id":            "what is confirmed",
	"redelivered":           "it was delivered before",
	"reply-to":              "the queue for the response",
	"requeue":               "to be delivered again",
	"routing-key":           "the exchange routes by this key",
	"subscription":          "the subscription that it is for",
	"timestamp":             "when it was made",
	"topic":                 "which log of records",
	"type":                  "the contract of the body",
	"x-amz-date":            "when it was asked",
	"x-amz-target":          "which operation of SQS",
	"x-amzn-query-mode":     "errors in the words of the older protocol",
	"x-amzn-requestid":      "a name for this answer",
	"x-delivery-count":      "how often it was delivered before",
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
	if says := claims(value); says != "" && strings.EqualFold(name, "authorization") {
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
