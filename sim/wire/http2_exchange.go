package wire

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// exchange is the call as people read it; it shares nothing with c.
func (c *call) exchange() sim.Exchange {
	x := sim.Exchange{Protocol: "h2", SentAt: c.out.first, DoneAt: c.in.last, Request: c.out.captured(), Response: c.in.captured()}
	field := x.Request.Header
	x.Request.Start = strings.TrimSpace(field(":method") + " " + field(":path") + " HTTP/2")
	if status := x.Response.Header(":status"); status != "" {
		x.Response.Start = "HTTP/2 " + status
	}
	if c.in.total == 0 {
		x.Response.Notes = []string{"no answer came, so far"}
	}
	return x
}

// captured is a message with what is to be said about it.
func (m *half) captured() sim.Captured {
	c := sim.Captured{
		Raw: slices.Clone(m.raw), Total: m.total, Lines: slices.Clone(m.fields), Body: bodyOf(m.raw),
	}
	for _, raw := range m.frames {
		c.Frames = append(c.Frames, readHead(raw).shown())
	}
	if m.blocks > 0 {
		plain := 0
		for _, f := range m.fields {
			plain += len(f.Name) + len(f.Value) + len(": \r\n")
		}
		c.Notes = append(c.Notes, fmt.Sprintf("headers: %d bytes as text, %d as they crossed", plain, m.blocks))
	}
	if m.trailers > 0 {
		c.Notes = append(c.Notes, "trailers: from "+m.fields[m.trailers].Name+" on, after the body")
	}
	switch {
	case m.reset != "":
		c.Notes = append(c.Notes, "ended here by RST_STREAM: "+m.reset)
	case !m.ended:
		c.Notes = append(c.Notes, "not complete, so far")
	}
	if int64(len(m.raw)) < m.total {
		c.Notes = append(c.Notes, fmt.Sprintf("cut after %d bytes: %d crossed", len(m.raw), m.total))
	}
	return c
}

// bodyOf joins the payload of the DATA frames in raw.
func bodyOf(raw []byte) (body []byte) {
	for len(raw) >= frameHead {
		h := readHead([frameHead]byte(raw))
		raw = raw[frameHead:]
		payload := raw[:min(h.length, len(raw))]
		raw = raw[len(payload):]
		if h.kind == frameData {
			body = append(body, unpad(h, payload)...)
		}
	}
	return body
}
