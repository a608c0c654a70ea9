package queue

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// A message of SQS has at most ten attributes, each with one text. These parts of
// a header get one of their own; all the rest lies as JSON in the tenth.
var sqsOwn = [...]string{
	headType, headContent, headTrace, headCorrelation, headReplyTo, headDeadline, headFrom, headCode, headError,
}

const (
	sqsRest = "headers"   // the tenth
	sqsBody = "body-form" // in there, when the body is not written as it is: base64, or none
)

// sqsMessage writes a parcel as a body and attributes. What SQS does not let
// through as text, such as protobuf, is written in base64; it takes no empty body.
func sqsMessage(p parcel) (body string, attributes map[string]types.MessageAttributeValue) {
	rest := make(map[string][]string, len(p.header))
	for name, values := range p.header {
		rest[name] = values
	}
	attributes = make(map[string]types.MessageAttributeValue, len(sqsOwn)+1)
	for _, name := range sqsOwn {
		if v := rest[name]; len(v) == 1 && sayable(v[0]) {
			attributes[name] = sqsText(v[0])
			delete(rest, name)
		}
	}
	switch body = string(p.body); {
	case body == "":
		body, rest[sqsBody] = "-", []string{"none"}
	case !sayable(body):
		body, rest[sqsBody] = base64.StdEncoding.EncodeToString(p.body), []string{"base64"}
	}
	if len(rest) > 0 {
		all, _ := json.Marshal(rest) // texts always encode
		attributes[sqsRest] = sqsText(strconv.QuoteToASCII(string(all)))
	}
	return body, attributes
}

func sqsText(s string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &s}
}

// sayable reports whether SQS lets s through as it is.
func sayable(s string) bool {
	if s == "" || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return false
		}
	}
	return true
}

// sqsParcel reads a message, also one that others wrote: their attributes are
// headers.
func sqsParcel(m types.Message, size int64) parcel {
	p := parcel{header: make(map[string][]string, len(m.MessageAttributes)+4), body: []byte(aws.ToString(m.Body)), size: size}
	for name, a := range m.MessageAttributes {
		if a.StringValue != nil && name != sqsRest {
			p.set(name, *a.StringValue)
		}
	}
	rest, err := strconv.Unquote(aws.ToString(m.MessageAttributes[sqsRest].StringValue))
	if err != nil {
		return p
	}
	var all map[string][]string
	if json.Unmarshal([]byte(rest), &all) != nil {
		return p
	}
	for name, values := range all {
		p.header[name] = values
	}
	switch p.get(sqsBody) {
	case "none":
		p.body = nil
	case "base64":
		if b, err := base64.StdEncoding.DecodeString(string(p.body)); err == nil {
			p.body = b
		}
	}
	delete(p.header, sqsBody)
	return p
}
