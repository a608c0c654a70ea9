// Package wire reads and writes AMQP 0-9-1: frames, the values inside them, field
// tables, and the properties of a message.
//
// A connection is a stream of frames, each for one channel:
//
//	0      1         3             7                  size+7
//	┌──────┬─────────┬─────────────┬────────────────────┬──────┐
//	│ type │ channel │ size        │ payload            │ 0xCE │
//	└──────┴─────────┴─────────────┴────────────────────┴──────┘
//
// Source: AMQP 0-9-1 specification, 4.2, and RabbitMQ's errata for field types.
package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Header is what a client says first.
const Header = "AMQP\x00\x00\x09\x01"

// Types of frames.
const (
	FrameMethod    = 1
	FrameHeader    = 2
	FrameBody      = 3
	FrameHeartbeat = 8
)

const (
	// FrameEnd is the last octet of each frame.
	FrameEnd = 0xCE
	// FrameMin is the smallest limit of a frame that two sides may agree on.
	FrameMin = 4096
	// Overhead is what a frame takes besides its payload, in bytes.
	Overhead = 8
)

// Frame is one frame. Payload is valid until the next one is read.
type Frame struct {
	Type    uint8
	Channel uint16
	Payload []byte
}

// TooLarge says that a frame is larger than was agreed.
type TooLarge struct {
	Type       uint8
	Size, Most uint32 // bytes of payload
}

func (e *TooLarge) Error() string {
	return fmt.Sprintf("a frame of %d bytes, and %d are the most", e.Size, e.Most)
}

// ErrFrameEnd says that a frame does not end where it said it would.
var ErrFrameEnd = errors.New("a frame without its end")

// Frames reads frames from one connection, for one goroutine.
type Frames struct {
	r   *bufio.Reader
	buf []byte
	Max uint32 // bytes that a frame may have, with its overhead
}

// NewFrames reads from r.
func NewFrames(r *bufio.Reader, most uint32) *Frames { return &Frames{r: r, Max: most} }

// Next reads one frame. Besides the errors of the connection it returns
// [*TooLarge] and [ErrFrameEnd], after which nothing more can be read.
func (f *Frames) Next() (Frame, error) {
	var h [7]byte
	if _, err := io.ReadFull(f.r, h[:]); err != nil {
		return Frame{}, err
	}
	out := Frame{Type: h[0], Channel: binary.BigEndian.Uint16(h[1:])}
	size := binary.BigEndian.Uint32(h[3:])
	if most := max(f.Max, FrameMin) - Overhead; size > most {
		return out, &TooLarge{Type: out.Type, Size: size, Most: most}
	}
	if n := int(size) + 1; cap(f.buf) < n {
		f.buf = make([]byte, n)
	}
	b := f.buf[:size+1]
	if _, err := io.ReadFull(f.r, b); err != nil {
		return out, unexpected(err)
	}
	if b[size] != FrameEnd {
		return out, ErrFrameEnd
	}
	out.Payload = b[:size]
	return out, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Begin starts a frame at the end of w; what is written until End is its payload.
func (w *Writer) Begin(kind uint8, channel uint16) (at int) {
	w.U8(kind).U16(channel).U32(0)
	return len(w.B)
}

// End ends the frame that Begin started.
func (w *Writer) End(at int) {
	binary.BigEndian.PutUint32(w.B[at-4:], uint32(len(w.B)-at))
	w.U8(FrameEnd)
}

// Frame appends a whole frame.
func (w *Writer) Frame(kind uint8, channel uint16, payload []byte) {
	at := w.Begin(kind, channel)
	w.B = append(w.B, payload...)
	w.End(at)
}
