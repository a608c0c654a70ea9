package nats

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Letter is a dead letter, for people.
type Letter struct {
	ID      string // its place in its stream
	Headers [][2]string
	Body    []byte
	Why     string
	At      time.Time // since when it is one

	seq     uint64 // its place among the dead
	subject string // where it had been sent
	header  nats.Header
}

// Peek looks at up to n dead letters of one consumer, the oldest first, and
// leaves them where they are.
func (s *Server) Peek(stream, consumer string, n int) (letters []Letter, err error) {
	for next := uint64(1); len(letters) < n; {
		l, ok, err := s.watch.letter(stream, next)
		if err != nil || !ok {
			return letters, err
		}
		next = l.seq + 1
		if l.header.Get(HeaderConsumer) == consumer {
			letters = append(letters, l)
		}
	}
	return letters, nil
}

// letter is the first dead letter of a stream from a place on; ok is false when
// there is none.
func (w *watch) letter(stream string, from uint64) (l Letter, ok bool, err error) {
	var kept struct {
		Error *struct {
			Code int `json:"code"`
		} `json:"error"`
		Message struct {
			Seq    uint64    `json:"seq"`
			Header []byte    `json:"hdrs"`
			Data   []byte    `json:"data"`
			Time   time.Time `json:"time"`
		} `json:"message"`
	}
	ask, err := json.Marshal(map[string]any{"seq": from, "next_by_subj": DeadStream + "." + stream})
	if err != nil {
		return l, false, err
	}
	m, err := w.ask(&nats.Msg{Subject: "$JS.API.STREAM.MSG.GET." + DeadStream, Data: ask})
	if err == nil {
		err = json.Unmarshal(m.Data, &kept)
	}
	switch {
	case err != nil:
		return l, false, fmt.Errorf("the dead letters of %s: %w", stream, err)
	case kept.Error != nil && kept.Error.Code == 404:
		return l, false, nil
	case kept.Error != nil:
		return l, false, refusal(m.Data)
	}
	l = Letter{Body: kept.Message.Data, At: kept.Message.Time, seq: kept.Message.Seq}
	if l.header, err = nats.DecodeHeadersMsg(kept.Message.Header); err != nil {
		return l, false, fmt.Errorf("a dead letter of %s: %w", stream, err)
	}
	l.ID, l.Why, l.subject = l.header.Get(HeaderSequence), l.header.Get(HeaderReason), l.header.Get(HeaderSubject)
	for _, name := range slices.Sorted(maps.Keys(l.header)) {
		if !ours(name) {
			l.Headers = append(l.Headers, [2]string{name, strings.Join(l.header[name], ", ")})
		}
	}
	return l, true, nil
}

// ours reports whether a header was added when the message was buried.
func ours(name string) bool { return strings.HasPrefix(name, "Dead-") || name == nats.MsgIdHdr }

// Redrive sends the dead letters of one consumer to where they had been sent, and
// says how many. From a stream with several consumers all of them get it.
func (s *Server) Redrive(stream, consumer string) (n int, err error) {
	letters, err := s.Peek(stream, consumer, keepDead)
	if err != nil {
		return 0, err
	}
	for _, l := range letters {
		m := nats.NewMsg(l.subject)
		m.Data = l.Body
		for name, values := range l.header {
			if !ours(name) {
				m.Header[name] = values
			}
		}
		m.Header.Set(nats.MsgIdHdr, DeadStream+"/"+strconv.FormatUint(l.seq, 10)) // once, however often it is asked
		reply, err := s.watch.ask(m)
		if err == nil {
			err = refusal(reply.Data)
		}
		if err == nil { // it is stored there before it is forgotten here
			err = s.watch.api("STREAM.MSG.DELETE."+DeadStream, map[string]any{"seq": l.seq, "no_erase": true}, nil)
		}
		if err != nil {
			return n, fmt.Errorf("dead letter %s of %s cannot be sent again: %w", l.ID, stream, err)
		}
		n++
	}
	return n, nil
}
