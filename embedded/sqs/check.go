package sqs

import (
	"regexp"
	"strconv"
	"strings"
)

// traceHeader is the one system attribute that senders set.
const traceHeader = "AWSTraceHeader"

const maxAttributes = 10

// checkAttributes checks the message attributes of one message.
func checkAttributes(all map[string]attribute) error {
	if len(all) > maxAttributes {
		return no.invalidParameter.because("Number of message attributes [%d] exceeds the allowed maximum [%d].", len(all), maxAttributes)
	}
	for name, a := range all {
		if !attributeName(name) {
			return no.invalidParameter.because("Message attribute name '%s' is invalid: up to 256 letters, digits and . - _, no dot at an end or beside another, not beginning with AWS. or Amazon.", name)
		}
		if err := a.check(name); err != nil {
			return err
		}
	}
	return nil
}

func checkSystemAttributes(all map[string]attribute) error {
	for name, a := range all {
		if name != traceHeader {
			return no.invalidParameter.because("Message system attribute name '%s' is invalid.", name)
		}
		if a.DataType != "String" {
			return no.invalidParameter.because("The message system attribute '%s' must be of type String.", name)
		}
		if err := a.check(name); err != nil {
			return err
		}
	}
	return nil
}

func attributeName(name string) bool {
	lower := strings.ToLower(name)
	return name != "" && len(name) <= 256 && only(name, "-_.") &&
		!strings.HasPrefix(name, ".") && !strings.HasSuffix(name, ".") && !strings.Contains(name, "..") &&
		!strings.HasPrefix(lower, "aws.") && !strings.HasPrefix(lower, "amazon.")
}

// check checks the type and the value of one attribute.
func (a attribute) check(name string) error {
	kind, _, _ := strings.Cut(a.DataType, ".")
	switch {
	case a.StringListValues != nil || a.BinaryListValues != nil:
		return no.unsupported.because("Message attribute list values in SendMessage operation are not supported.")
	case kind != "String" && kind != "Number" && kind != "Binary" || len(a.DataType) > 256:
		return no.invalidParameter.because("The type of message (user) attribute '%s' is invalid. You must use only the following supported type prefixes: Binary, Number, String.", name)
	case kind == "Binary" && len(a.BinaryValue) == 0:
		return no.invalidParameter.because("The message attribute '%s' with type 'Binary' must use field 'Binary'.", name)
	case kind != "Binary" && a.text() == "":
		return no.invalidParameter.because("The message attribute '%s' with type '%s' must use field 'String'.", name, kind)
	case kind != "Binary" && !characters(a.text()):
		return no.invalidContents.plain()
	case kind == "Number" && !number(a.text()):
		return no.invalidParameter.because("Can't cast the value of message attribute '%s' to a number.", name)
	}
	return nil
}

func number(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// only reports whether s has nothing but ASCII letters, digits, and what is
// in also.
func only(s, also string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte(also, c) < 0 {
			return false
		}
	}
	return true
}

// token checks an id that the sender chose: up to 128 letters, digits and
// punctuation.
func token(parameter, value string) error {
	if len(value) > 128 || !only(value, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") {
		return invalid(parameter, value, parameter+" can only include alphanumeric and punctuation characters. 1 to 128 in length.")
	}
	return nil
}

// inRange checks an optional number.
func inRange(parameter string, n *int, low, high int) error {
	if n == nil || *n >= low && *n <= high {
		return nil
	}
	return invalid(parameter, *n, "Must be between "+strconv.Itoa(low)+" and "+strconv.Itoa(high)+", if provided.")
}

var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

const maxBatch = 10

// checkBatch checks what all batches have in common.
func checkBatch[E any](entries []E, id func(E) string) error {
	switch {
	case len(entries) == 0:
		return no.emptyBatch.plain()
	case len(entries) > maxBatch:
		return no.tooManyEntries.because("Maximum number of entries per request are %d. You have sent %d.", maxBatch, len(entries))
	}
	seen := map[string]bool{}
	for _, e := range entries {
		switch {
		case !entryID.MatchString(id(e)):
			return no.invalidEntryID.plain()
		case seen[id(e)]:
			return no.batchIDsNotDistinct.because("Id %s repeated.", id(e))
		}
		seen[id(e)] = true
	}
	return nil
}

// failed says of one entry of a batch why it came to nothing.
func failed(id string, err error) failure {
	f := asFault(err)
	return failure{Id: id, SenderFault: f.sender(), Code: f.query, Message: f.detail}
}
