package amqp

import "github.com/msc-sim/msc-sim/embedded/amqp/wire"

// confirms are what a channel owes its publisher: a word for each message, said
// once what was published with it is stored.
type confirms struct {
	said    uint64 // the last one confirmed
	waiting []bool // those after it: taken, or refused
}

// add notes what became of the next message. A nil receiver owes nothing.
func (k *confirms) add(ch *channel, taken bool) {
	if k == nil {
		return
	}
	if len(k.waiting) == 0 {
		ch.conn.unconfirmed = append(ch.conn.unconfirmed, ch)
	}
	ch.conn.owed++
	k.waiting = append(k.waiting, taken)
}

func (ch *channel) doConfirm(method uint16, r *wire.Reader) error {
	if method != confirmSelect {
		return errUnknownMethod
	}
	noWait := r.Bits().Has(0)
	switch {
	case r.Err() != nil:
		return nil
	case ch.tx != nil:
		return precondition("cannot switch from tx to confirm mode")
	case ch.confirm == nil:
		ch.confirm = &confirms{}
	}
	if !noWait {
		ch.ok(classConfirm, confirmSelectOK)
	}
	return nil
}

// confirmed says what became of the messages that wait for it: one word for each
// run of equal ones.
func (ch *channel) confirmed() {
	k := ch.confirm
	if k == nil || ch.closing {
		return
	}
	for i := 0; i < len(k.waiting); {
		taken, from := k.waiting[i], i
		for i < len(k.waiting) && k.waiting[i] == taken {
			i++
		}
		method, multiple := uint16(basicAck), i-from > 1
		if !taken {
			method = basicNack
		}
		ch.answer(classBasic, method, func(w *wire.Writer) { w.U64(k.said + uint64(i)).Bool(multiple) })
	}
	k.said += uint64(len(k.waiting))
	k.waiting = k.waiting[:0]
}
