package wire

import "strings"

// http2 reads HTTP/2. What one header block says depends on all before it (RFC
// 7541 §2.3.2), so there is no beginning in the middle.
type http2 struct {
	calls   *calls
	out, in frameReader
	streams map[uint32]*call
	piece   crossing // the one being read
}

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" // RFC 9113 §3.4

// beginsHTTP2 reports whether a connection whose first bytes are p speaks
// HTTP/2: a client says the preface, a server SETTINGS on stream 0.
func beginsHTTP2(way direction, p []byte) bool {
	if way == out {
		return len(p) >= 4 && strings.HasPrefix(preface, string(p[:min(len(p), len(preface))]))
	}
	return len(p) >= frameHead && p[0] == 0 && p[1] == 0 && p[2]%6 == 0 && p[3] == frameSettings && p[4] == 0 &&
		string(p[5:9]) == "\x00\x00\x00\x00"
}

func newHTTP2(k *calls) *http2 {
	h := &http2{calls: k, streams: map[uint32]*call{}}
	h.out.begin(len(preface))
	h.in.begin(0)
	return h
}
