package rest

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// broken says how a connection ended: "connection refused" when nobody listens,
// "connection reset" when the other side threw it away, "connection lost" when
// it ended before the answer did.
func broken(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "connection lost"
	}
	return "connection lost: " + visible(err.Error())
}
