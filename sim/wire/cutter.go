package wire

import "slices"

// longestHead bounds the head of a frame; a connection with a longer one is read
// no further.
const longestHead = 64 << 10

// framing is how one direction of a connection is made of frames: a head, whose
// end is found by reading it, and a body, whose length the head tells.
type framing interface {
	// head says how long the head is with which p begins, and how many bytes follow
	// it. n = 0 asks for more bytes. An error says that p is no frame.
	head(p []byte) (n int, body int64, err error)
	// begin is given each head, part what follows it, as it comes; end is called
	// after that.
	begin(head []byte)
	part(p []byte)
	end()
}

// cutter cuts what crosses in one direction into frames, however it is split.
type cutter struct {
	waits  []byte // the beginning of a head
	left   int64  // of the body under way
	open   bool
	broken bool // it is read no further
}

// cut reports whether p broke it: nothing of this direction can be read from here on.
func (c *cutter) cut(p []byte, f framing) (broke bool) {
	ours := false // p is a part of what waits
	for !c.broken {
		switch {
		case c.open:
			piece := p[:min(int64(len(p)), c.left)]
			f.part(piece)
			p, c.left = p[len(piece):], c.left-int64(len(piece))
			if c.left > 0 {
				return false
			}
			c.open = false
			f.end()
			continue
		case len(p) == 0:
			return false
		case c.waits != nil:
			p, c.waits, ours = append(c.waits, p...), nil, true
		}
		n, body, err := f.head(p)
		switch {
		case err != nil || body < 0 || n == 0 && len(p) > longestHead:
			c.broken = true
			return true
		case n == 0 && ours:
			c.waits = p
			return false
		case n == 0:
			c.waits = slices.Clone(p)
			return false
		default:
			f.begin(p[:n])
			p, c.left, c.open = p[n:], body, true
		}
	}
	return false
}
