package queue

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-stomp/stomp/v3/frame"
)

// Headers of a frame that are the broker's, and such that mean something to it.
var brokersHeaders = []string{
	"ack", "content-length", "destination", "dlqDeliveryFailureCause", "expires", "id", "JMSXDeliveryCount", "message-id", "original-destination",
	"originalExpiration", "persistent", "priority", "receipt", "redelivered", "scheduledJobId", "selector", "subscription", "timestamp",
	"transaction", "transformation",
}

func brokers(key string) bool {
	return slices.Contains(brokersHeaders, key) || strings.HasPrefix(key, "AMQ_") || strings.HasPrefix(key, "JMS")
}

// A header of a message that would be taken for the broker's gets ownSign before
// its name. ActiveMQ keeps one value of a name: of a header with several, that is
// manySign and the name, and all of them as JSON.
const (
	ownSign  = "own."
	manySign = "many."
)

// sendFrame makes the SEND of a parcel.
func sendFrame(to string, p parcel) *frame.Frame {
	f := frame.New(frame.SEND, frame.Destination, to, frame.ContentLength, itoa(len(p.body)))
	f.Body = p.body
	for key, values := range p.header {
		switch {
		case len(values) > 1:
			all, _ := json.Marshal(values) // strings always encode
			f.Header.Add(manySign+key, string(all))
		case len(values) == 1 && (brokers(key) || strings.HasPrefix(key, ownSign) || strings.HasPrefix(key, manySign)):
			f.Header.Add(ownSign+key, values[0])
		case len(values) == 1:
			f.Header.Add(key, values[0])
		}
	}
	return f
}

// parcelIn reads the parcel in a MESSAGE.
func parcelIn(f *frame.Frame) parcel {
	p := parcel{header: make(map[string][]string, f.Header.Len()), body: f.Body, size: sizeOf(f)}
	for i := range f.Header.Len() {
		key, value := f.Header.GetAt(i)
		values := []string{value}
		if name, many := strings.CutPrefix(key, manySign); many && json.Unmarshal([]byte(value), &values) == nil {
			p.header[name] = values
		} else if !brokers(key) {
			p.header[strings.TrimPrefix(key, ownSign)] = []string{value}
		}
	}
	return p
}

// encode writes a frame as it will be sent; nil is a heart-beat.
func encode(f *frame.Frame) []byte {
	var b bytes.Buffer
	_ = frame.NewWriter(&b).Write(f) // a buffer takes everything
	return b.Bytes()
}

// sizeOf is how many bytes a frame took that came from the broker. It writes a
// line end after the NUL.
func sizeOf(f *frame.Frame) int64 {
	n := len(f.Command) + len("\n\n\x00\n") + len(f.Body)
	for i := range f.Header.Len() {
		key, value := f.Header.GetAt(i)
		n += len(key) + len(":\n") + len(value)
		for _, c := range []string{"\\", ":", "\n", "\r"} {
			n += strings.Count(value, c)
		}
	}
	return int64(n)
}
