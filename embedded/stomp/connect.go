package stomp

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// connect lets a client in.
func (c *conn) connect(f frame) error {
	v, err := negotiate(f.headers)
	if err != nil {
		return err
	}
	theirs, ours, err := heartBeats(f.headers)
	if err != nil {
		return err
	}
	if err := c.s.login(f.headers); err != nil {
		return err
	}
	c.clientID = f.headers.get("client-id")
	if c.clientID == "" {
		c.clientID = c.id
	}
	if err := c.s.claim(c.clientID, c); err != nil {
		return err
	}
	answer := headers{
		{"server", "ActiveMQ/5.17.2 (embedded)"},
		{"heart-beat", fmt.Sprintf("%d,%d", ours.Milliseconds(), theirs.Milliseconds())},
		{"session", c.clientID},
		{"version", v.String()},
	}
	id, ok := f.headers.find("request-id")
	if !ok {
		id, ok = f.headers.find("receipt")
	}
	if ok {
		answer = append(answer, header{"response-id", id}, header{"receipt-id", id})
	}
	c.say(frame{command: "CONNECTED", headers: answer})
	c.connected, c.in.version = true, v
	c.by, c.silent = time.Time{}, theirs+theirs/2
	if ours > 0 {
		c.beat <- max(ours-ours/4, minBeat)
	}
	return nil
}

// negotiate takes the highest version that both know. Who names none knows 1.0.
func negotiate(h headers) (version, error) {
	accepted, ok := h.find("accept-version")
	if !ok {
		return v10, nil
	}
	offered := strings.Split(accepted, ",")
	for _, v := range []version{v12, v11, v10} {
		if slices.ContainsFunc(offered, func(s string) bool { return strings.TrimSpace(s) == v.String() }) {
			return v, nil
		}
	}
	return 0, fatal("Invalid Protocol version[%s], supported versions are: [1.2, 1.1, 1.0]", accepted)
}

// Bounds of heart-beats.
const (
	minBeat = 10 * time.Millisecond
	maxBeat = 24 * time.Hour
)

// heartBeats is how often the client wants to speak, and how often it wants to
// hear something; 0 = never. The broker agrees with both.
func heartBeats(h headers) (theirs, ours time.Duration, err error) {
	text, ok := h.find("heart-beat")
	if !ok {
		return 0, 0, nil
	}
	text = strings.TrimSpace(text)
	a, b, _ := strings.Cut(text, ",")
	x, err := strconv.ParseUint(a, 10, 63)
	y, err2 := strconv.ParseUint(b, 10, 63)
	if err != nil || err2 != nil {
		return 0, 0, fatal("Invalid heart-beat header:%s", text)
	}
	return beat(x), beat(y), nil
}

func beat(ms uint64) time.Duration {
	return time.Duration(min(ms, uint64(maxBeat.Milliseconds()))) * time.Millisecond
}

// login checks who a client is.
func (s *Server) login(h headers) error {
	name, named := h.find("login")
	pass, given := h.find("passcode")
	if !named && !given && !s.o.NeedLogin {
		return nil
	}
	want, known := s.o.Users[name]
	if known && subtle.ConstantTimeCompare([]byte(pass), []byte(want)) == 1 {
		return nil
	}
	c := fatal("User name [%s] or password is invalid.", name)
	c.detail = c.message
	return c
}
