package share

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"syscall"

	"github.com/msc-sim/msc-sim/sim"
)

// maxText bounds what is kept of foreign text, in bytes.
const maxText = 512

// Visible is foreign text as people may see it.
func Visible(s string) string { return sim.Visible(s[:min(len(s), maxText)]) }

// Broken says how a connection ended: "connection refused" when nobody listens,
// "connection reset" when the other side threw it away, "connection lost" when it
// ended before the answer did.
func Broken(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "connection lost"
	}
	return "connection lost: " + Visible(err.Error())
}

// Span is the span of ctx, or one with an identity of its own.
func Span(ctx context.Context) *sim.Span {
	if s := sim.SpanFrom(ctx); s != nil {
		return s
	}
	return FreshSpan()
}

// FreshSpan draws an identity for a message that came without one.
func FreshSpan() *sim.Span {
	s := &sim.Span{ID: FreshID()}
	binary.LittleEndian.PutUint64(s.Trace[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(s.Trace[8:], uint64(FreshID()))
	return s
}

// FreshID draws one of a span.
func FreshID() sim.SpanID { return sim.SpanID(rand.Uint64() | 1) }
