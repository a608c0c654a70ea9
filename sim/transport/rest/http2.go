package rest

import (
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"golang.org/x/net/http2/hpack"
)

// maxFrame is the longest frame of HTTP/2 that is read: the smallest that the
// protocol allows to name (RFC 9113 §4.2).
const maxFrame = 16 << 10

// maxRawHeader is how large a head may be that a handler of requests as they are
// judges itself: it can tell a long path (414) from large headers (431).
const maxRawHeader = 256 << 10

// speakHTTP2 lets a server that takes requests as they are speak HTTP/2 as well,
// without TLS and from the first byte on ("prior knowledge").
func speakHTTP2(hs *http.Server) {
	hs.Protocols = new(http.Protocols)
	hs.Protocols.SetHTTP1(true)
	hs.Protocols.SetUnencryptedHTTP2(true)
	hs.HTTP2 = &http.HTTP2Config{MaxReadFrameSize: maxFrame}
}

// watching watches what comes on its connections for requests of HTTP/2 that are
// malformed, which net/http answers as if they were not.
type watching struct{ net.Listener }

func (l watching) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &watched{Conn: c}, nil
}

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// Frames that carry headers, and their flags (RFC 9113 §6.2, §6.10).
const (
	frameHead         = 9
	frameHeaders      = 1
	frameContinuation = 9
	flagEndHeaders    = 0x4
	flagPadded        = 0x8
	flagPriority      = 0x20
)

var errMalformed = errors.New("a malformed request of HTTP/2")

// watched is a connection that ends with the first malformed request. That is a
// stream error, which a server may treat as one of the connection (RFC 9113 §5.4.2).
type watched struct {
	net.Conn
	begun int    // bytes of the preface so far
	over  bool   // nothing is watched any more
	held  []byte // of the frame that is coming
	table *hpack.Decoder
	open  bool // the headers of the last frame go on in the next one
	bad   bool
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if !w.over && n > 0 {
		if w.watch(p[:n]); w.bad {
			w.end()
			return 0, errMalformed
		}
	}
	return n, err
}

// lingerTime is how long an ending connection takes what is still to come: closed with
// unread bytes, its end would be a reset.
const lingerTime = 100 * time.Millisecond

// end ends the connection so that its peer reads an end.
func (w *watched) end() {
	if c, ok := w.Conn.(interface{ CloseWrite() error }); ok && c.CloseWrite() == nil {
		_ = w.Conn.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, w.Conn, maxRawHeader)
	}
	_ = w.Conn.Close()
}

func (w *watched) watch(p []byte) {
	if w.begun < len(preface) {
		k := min(len(preface)-w.begun, len(p))
		if string(p[:k]) != preface[w.begun:w.begun+k] { // HTTP/1.1
			w.over = true
			return
		}
		w.begun += k
		p = p[k:]
	}
	w.held = append(w.held, p...)
	for len(w.held) >= frameHead {
		size := int(w.held[0])<<16 | int(w.held[1])<<8 | int(w.held[2])
		if size > maxFrame { // net/http ends the connection itself
			w.stop()
			return
		}
		if len(w.held) < frameHead+size {
			return
		}
		w.frame(w.held[3], w.held[4], w.held[frameHead:frameHead+size])
		if w.over || w.bad {
			w.held = nil
			return
		}
		w.held = append(w.held[:0], w.held[frameHead+size:]...)
	}
}

func (w *watched) stop() { w.over, w.held, w.table = true, nil, nil }

// frame reads the headers in a frame. What cannot be read is for net/http to refuse.
func (w *watched) frame(kind, flags byte, payload []byte) {
	switch kind {
	case frameHeaders:
		pad := 0
		if flags&flagPadded != 0 && len(payload) > 0 {
			pad, payload = int(payload[0]), payload[1:]
		}
		if flags&flagPriority != 0 {
			payload = payload[min(5, len(payload)):]
		}
		if pad > len(payload) {
			w.stop()
			return
		}
		payload = payload[:len(payload)-pad]
	case frameContinuation:
		if !w.open { // it continues nothing (RFC 9113 §6.10)
			w.bad = true
			return
		}
	default:
		return
	}
	w.open = flags&flagEndHeaders == 0
	if w.table == nil {
		w.table = hpack.NewDecoder(4096, w.field)
		w.table.SetMaxStringLength(maxRawHeader)
	}
	if _, err := w.table.Write(payload); err != nil {
		w.stop()
	}
}

// ofHTTP1 are headers about a connection, of which HTTP/2 has none (RFC 9113 §8.2.2).
var ofHTTP1 = []string{"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"}

func (w *watched) field(f hpack.HeaderField) {
	if slices.Contains(ofHTTP1, f.Name) || f.Name == "te" && f.Value != "trailers" {
		w.bad = true
	}
}
