package wire

import (
	"bytes"
	"encoding/binary"
	"time"

	amqp "github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/sim"
)

// amqpWire reads AMQP 0-9-1. A message is a method, a content header and, unless
// it is empty, a body, all on one channel:
//
//	basic.publish │ content header │ body │ body …
//
// What was published is confirmed by its number, which nobody says: both sides
// count from confirm.select on. So it is read from the first byte.
type amqpWire struct {
	posts    *posts
	who      string
	out, in  amqpLane
	channels map[uint16]*amqpChannel
}

// amqpChannel is what is known of a channel.
type amqpChannel struct {
	confirms  bool
	published uint64 // messages since confirm.select
	waits     []tagged
	hands     []tagged
	silent    map[string]bool // consumers that acknowledge nothing
	content   [in + 1]amqpContent
}

// tagged is a post with the number by which it will be acknowledged.
type tagged struct {
	tag  uint64
	post *post
}

// amqpContent is a message under way: its header is to come, or so much of its body.
type amqpContent struct {
	post *post
	left uint64
}

// amqpLane is one direction.
type amqpLane struct {
	cutter
	wire    *amqpWire
	way     direction
	at      time.Duration
	kind    byte
	channel uint16
	size    int    // of the payload
	frame   []byte // the beginning of the frame; all of a method
	post    *post  // that the frame belongs to
}

// Methods as class and number, AMQP 0-9-1 §1.3; confirms are RabbitMQ's.
const (
	channelOpen    = 20<<16 | 10
	channelClose   = 20<<16 | 40
	channelCloseOK = 20<<16 | 41
	basicConsume   = 60<<16 | 20
	basicPublish   = 60<<16 | 40
	basicReturn    = 60<<16 | 50
	basicDeliver   = 60<<16 | 60
	basicGetOK     = 60<<16 | 71
	basicAck       = 60<<16 | 80
	basicReject    = 60<<16 | 90
	basicNack      = 60<<16 | 120
	confirmSelect  = 85<<16 | 10
)

const (
	amqpHead    = 7       // type, channel, size
	amqpLargest = 1 << 20 // of a payload; RabbitMQ agrees on 128 KiB
)

func beginsAMQP(way direction, p []byte) bool {
	return way == out && bytes.HasPrefix(p, []byte("AMQP"))
}

func newAMQP(who string, k *posts) *amqpWire {
	w := &amqpWire{posts: k, who: who, channels: map[uint16]*amqpChannel{}}
	w.out, w.in = amqpLane{wire: w, way: out}, amqpLane{wire: w, way: in}
	return w
}

func (w *amqpWire) decode(way direction, at time.Duration, p []byte) {
	l := &w.out
	if way == in {
		l = &w.in
	}
	l.at = at
	if l.cut(p, l) {
		w.posts.unread++
	}
}

func (l *amqpLane) head(p []byte) (n int, body int64, err error) {
	switch {
	case len(p) < amqpHead:
		return 0, 0, nil
	case p[0] == 'A': // the protocol's own header, which comes before all frames
		if len(p) < len(amqp.Header) {
			return 0, 0, nil
		}
		return len(amqp.Header), 0, nil
	}
	size := binary.BigEndian.Uint32(p[3:])
	if size > amqpLargest || p[0] == 0 || p[0] > amqp.FrameHeartbeat {
		return 0, 0, sim.Invalidf("no frame of AMQP")
	}
	return amqpHead, int64(size) + 1, nil
}

func (l *amqpLane) begin(head []byte) {
	l.post, l.kind, l.size, l.frame = nil, 0, 0, append(l.frame[:0], head...)
	if head[0] == 'A' {
		return
	}
	l.kind, l.channel, l.size = head[0], binary.BigEndian.Uint16(head[1:]), int(binary.BigEndian.Uint32(head[3:]))
	if l.kind == amqp.FrameHeader || l.kind == amqp.FrameBody {
		if l.post = l.wire.channel(l.channel).content[l.way].post; l.post != nil {
			l.post.says(l.at, head)
		}
	}
}

func (l *amqpLane) part(p []byte) {
	if l.post != nil {
		l.post.says(l.at, p)
	}
	if l.kind != amqp.FrameBody {
		l.frame = append(l.frame, p[:min(len(p), longestHead-len(l.frame))]...)
	}
}

func (l *amqpLane) end() {
	ch := l.wire.channel(l.channel)
	c := &ch.content[l.way]
	switch l.kind {
	case amqp.FrameMethod:
		l.method(ch, amqp.Read(l.frame[amqpHead:]))
	case amqp.FrameHeader:
		r := amqp.Read(l.frame[amqpHead:])
		r.U32() // class and weight
		if c.left = r.U64(); c.left == 0 {
			c.post = nil
		}
	case amqp.FrameBody:
		if c.left -= min(c.left, uint64(l.size)); c.left == 0 {
			c.post = nil
		}
	}
}

// method takes a whole method.
func (l *amqpLane) method(ch *amqpChannel, r *amqp.Reader) {
	switch id := r.U32(); id {
	case channelOpen, channelClose, channelCloseOK:
		delete(l.wire.channels, l.channel)
	case confirmSelect:
		ch.confirms, ch.published = true, 0
	case basicConsume:
		r.U16()
		r.Short()
		if tag := r.Short(); r.Bits().Has(1) && len(ch.silent) < mostOpen {
			ch.silent[tag] = true
		}
	case basicPublish:
		p := l.open(ch)
		if p.silent = !ch.confirms; ch.confirms {
			ch.published++
			ch.waits = l.number(ch.waits, ch.published, p)
		}
	case basicReturn:
		l.open(ch).silent = true
	case basicDeliver, basicGetOK:
		silent := id == basicDeliver && ch.silent[r.Short()]
		p := l.open(ch)
		p.silent = silent
		if tag := r.U64(); !silent {
			ch.hands = l.number(ch.hands, tag, p)
		}
	case basicAck, basicReject, basicNack:
		list := &ch.waits
		if l.way == out {
			list = &ch.hands
		}
		tag := r.U64()
		*list = l.acknowledge(*list, tag, id != basicReject && r.Bits().Has(0))
	}
}

// open begins a message on a channel.
func (l *amqpLane) open(ch *amqpChannel) *post {
	p := l.wire.posts.open(l.wire.who, l.way, amqpSpeech{})
	p.says(l.at, l.frame)
	ch.content[l.way] = amqpContent{post: p}
	return p
}

// number notes by which number a post will be acknowledged.
func (l *amqpLane) number(list []tagged, tag uint64, p *post) []tagged {
	if len(list) >= mostOpen {
		list = list[1:]
	}
	return append(list, tagged{tag, p})
}

// acknowledge gives the method under way to those it acknowledges: the one with
// this number or, with multiple, all up to it (0 = all there are).
func (l *amqpLane) acknowledge(list []tagged, tag uint64, multiple bool) []tagged {
	kept := list[:0]
	for _, t := range list {
		if t.tag == tag || multiple && (t.tag < tag || tag == 0) {
			t.post.hears(l.at, l.frame)
		} else {
			kept = append(kept, t)
		}
	}
	clear(list[len(kept):])
	return kept
}

func (w *amqpWire) channel(n uint16) *amqpChannel {
	ch := w.channels[n]
	if ch == nil {
		if len(w.channels) >= mostOpen {
			clear(w.channels) // somebody opens channels and lets them lie
		}
		ch = &amqpChannel{silent: map[string]bool{}}
		w.channels[n] = ch
	}
	return ch
}
