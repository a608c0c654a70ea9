package wire

import "time"

// Properties are what a message says about itself. A zero value is not sent.
type Properties struct {
	ContentType, ContentEncoding string
	Headers                      Table // nil = none
	DeliveryMode                 uint8 // 2 = persistent
	Priority                     uint8
	CorrelationID, ReplyTo       string
	Expiration                   string // milliseconds, as text
	MessageID                    string
	Timestamp                    time.Time // whole seconds
	Type, UserID, AppID          string
	ClusterID                    string // reserved by the specification
}

// Persistent is the delivery mode of a message that shall survive its broker.
const Persistent = 2

// Flags of the properties that are no text.
const (
	hasHeaders      = 1 << 13
	hasDeliveryMode = 1 << 12
	hasPriority     = 1 << 11
	hasTimestamp    = 1 << 6
	moreFlags       = 1 << 0
)

// Properties takes the flags and the properties they announce.
func (r *Reader) Properties() Properties {
	var p Properties
	flags := r.U16()
	for more := flags; more&moreFlags != 0 && r.err == nil; {
		more = r.U16()
	}
	text := func(flag uint16, s *string) {
		if flags&flag != 0 {
			*s = r.Short()
		}
	}
	text(1<<15, &p.ContentType)
	text(1<<14, &p.ContentEncoding)
	if flags&hasHeaders != 0 {
		p.Headers = r.Table()
	}
	if flags&hasDeliveryMode != 0 {
		p.DeliveryMode = r.U8()
	}
	if flags&hasPriority != 0 {
		p.Priority = r.U8()
	}
	text(1<<10, &p.CorrelationID)
	text(1<<9, &p.ReplyTo)
	text(1<<8, &p.Expiration)
	text(1<<7, &p.MessageID)
	if flags&hasTimestamp != 0 {
		p.Timestamp = time.Unix(int64(r.U64()), 0).UTC()
	}
	text(1<<5, &p.Type)
	text(1<<4, &p.UserID)
	text(1<<3, &p.AppID)
	text(1<<2, &p.ClusterID)
	return p
}

// flags announce the properties that are there.
func (p *Properties) flags() (f uint16) {
	for _, has := range [...]struct {
		is   bool
		flag uint16
	}{
		{p.ContentType != "", 1 << 15},
		{p.ContentEncoding != "", 1 << 14},
		{p.Headers != nil, hasHeaders},
		{p.DeliveryMode != 0, hasDeliveryMode},
		{p.Priority != 0, hasPriority},
		{p.CorrelationID != "", 1 << 10},
		{p.ReplyTo != "", 1 << 9},
		{p.Expiration != "", 1 << 8},
		{p.MessageID != "", 1 << 7},
		{!p.Timestamp.IsZero(), hasTimestamp},
		{p.Type != "", 1 << 5},
		{p.UserID != "", 1 << 4},
		{p.AppID != "", 1 << 3},
		{p.ClusterID != "", 1 << 2},
	} {
		if has.is {
			f |= has.flag
		}
	}
	return f
}

// Properties appends the flags and the properties.
func (w *Writer) Properties(p Properties) *Writer {
	flags := p.flags()
	w.U16(flags)
	text := func(s string) {
		if s != "" {
			w.Short(s)
		}
	}
	text(p.ContentType)
	text(p.ContentEncoding)
	if p.Headers != nil {
		w.Table(p.Headers)
	}
	if p.DeliveryMode != 0 {
		w.U8(p.DeliveryMode)
	}
	if p.Priority != 0 {
		w.U8(p.Priority)
	}
	text(p.CorrelationID)
	text(p.ReplyTo)
	text(p.Expiration)
	text(p.MessageID)
	if flags&hasTimestamp != 0 {
		w.U64(uint64(p.Timestamp.Unix()))
	}
	text(p.Type)
	text(p.UserID)
	text(p.AppID)
	text(p.ClusterID)
	return w
}
