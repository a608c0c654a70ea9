package nats

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

// DeadStream keeps the dead letters of all streams. Those of stream ORDERS have
// the subject DEAD.ORDERS, the body and the headers they had, and besides:
const (
	DeadStream = "DEAD"

	HeaderReason   = "Dead-Reason"   // why it was given up, for people
	HeaderSubject  = "Dead-Subject"  // where it had been sent
	HeaderSequence = "Dead-Sequence" // its place in its stream
	HeaderConsumer = "Dead-Consumer" // who could not handle it
)

// keepDead bounds how many dead letters are kept; the oldest go first.
const keepDead = 10_000

// patience is how long the server may take to answer itself. A busy machine, or a
// cluster whose leader has just gone, may need longer: it is asked again until then.
const (
	patience = 2 * time.Second
	longer   = 5 * patience
)

// bury makes the stream of the dead letters and takes into it whatever was
// handed out as often as its consumer allows.
//
//	consumer ──5th time, no ack──▶ advisory ──▶ copy to DEAD, remove from its stream
//
// Only a work queue loses it: in other streams it may still be waited for by
// other consumers.
//
// The server sends the advisory when the message would be handed out once more,
// so while nobody waits for messages it stays where it is.
func (w *watch) bury() error {
	config := map[string]any{
		"name": DeadStream, "subjects": []string{DeadStream + ".>"}, "retention": "limits", "storage": "file",
		"discard": "old", "max_msgs": keepDead, "num_replicas": len(w.s.nodes), "max_age": 0, "max_bytes": -1, "max_consumers": -1,
	}
	if err := w.api("STREAM.CREATE."+DeadStream, config, nil); err != nil {
		return fmt.Errorf("the stream of the dead letters: %w", err)
	}
	_, err := w.nc.Subscribe("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>", func(m *nats.Msg) {
		var a advisory
		if json.Unmarshal(m.Data, &a) == nil {
			w.move(a)
		}
	})
	return err
}

// advisory is what the server says of a message that it gives up.
type advisory struct {
	Stream     string `json:"stream"`
	Consumer   string `json:"consumer"`
	Seq        uint64 `json:"stream_seq"`
	Deliveries int    `json:"deliveries"`
}

// stored is a message as the server keeps it.
type stored struct {
	Message struct {
		Subject string `json:"subject"`
		Header  []byte `json:"hdrs"`
		Data    []byte `json:"data"`
	} `json:"message"`
}

// move takes one message to the dead letters. When it cannot, the message stays
// in its stream, where no consumer gets it any more.
func (w *watch) move(a advisory) {
	var old stored
	if a.Stream == DeadStream || w.api("STREAM.MSG.GET."+a.Stream, map[string]any{"seq": a.Seq}, &old) != nil {
		return
	}
	why := fmt.Sprintf("delivered %d times and never acknowledged", a.Deliveries)
	m := nats.NewMsg(DeadStream + "." + a.Stream)
	if h, err := nats.DecodeHeadersMsg(old.Message.Header); err == nil {
		m.Header = h
	}
	known := map[string][]string{}
	for k, v := range m.Header {
		known[k] = v
	}
	m.Data = old.Message.Data
	m.Header.Set(HeaderReason, why)
	m.Header.Set(HeaderSubject, old.Message.Subject)
	m.Header.Set(HeaderSequence, strconv.FormatUint(a.Seq, 10))
	m.Header.Set(HeaderConsumer, a.Consumer)
	m.Header.Set(nats.MsgIdHdr, a.Stream+"/"+a.Consumer+"/"+strconv.FormatUint(a.Seq, 10)) // buried once, whatever happens in between
	if reply, err := w.ask(m); err != nil || refusal(reply.Data) != nil {
		return
	}
	if w.isWorkQueue(a.Stream) {
		_ = w.api("STREAM.MSG.DELETE."+a.Stream, map[string]any{"seq": a.Seq, "no_erase": true}, nil) // other consumers may have removed it
	}
	w.say(Move{Stream: a.Stream, Consumer: a.Consumer, What: Buried, Header: known, Tries: a.Deliveries, Why: why})
}

// isWorkQueue reports whether a stream keeps messages for one consumer each.
func (w *watch) isWorkQueue(stream string) bool {
	var info struct {
		Config struct {
			Retention string `json:"retention"`
		} `json:"config"`
	}
	return w.api("STREAM.INFO."+stream, nil, &info) == nil && info.Config.Retention == "workqueue"
}

// api asks JetStream for something and reads its answer into reply, if not nil.
func (w *watch) api(what string, request, reply any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	m, err := w.ask(&nats.Msg{Subject: "$JS.API." + what, Data: body})
	if err != nil {
		return err
	}
	if err := refusal(m.Data); err != nil || reply == nil {
		return err
	}
	return json.Unmarshal(m.Data, reply)
}

// ask sends m and waits for the answer. On a busy machine and in a cluster m may be
// sent several times: what it asks for must be the same when it is asked twice.
func (w *watch) ask(m *nats.Msg) (reply *nats.Msg, err error) {
	for late := time.Now().Add(longer); ; {
		reply, err = w.nc.RequestMsg(m, patience/4)
		nobody := errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders)
		if !nobody || time.Now().After(late) {
			return reply, err
		}
		select {
		case <-w.stop:
			return nil, err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// refusal is the no in an answer of JetStream, nil when it says yes.
func refusal(answer []byte) error {
	var a struct {
		Error *struct {
			Number      int    `json:"err_code"`
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return err
	}
	switch {
	case a.Error == nil:
		return nil
	case a.Error.Number == notNow:
		return fmt.Errorf("%w: %s", errNotNow, a.Error.Description)
	}
	return fmt.Errorf("the server says: %s", a.Error.Description)
}

// notNow is the number of "JetStream system temporarily unavailable" in JetStream's
// errors.json: a node that has just started does not know yet who leads.
const notNow = 10008

var errNotNow = errors.New("the server says")
