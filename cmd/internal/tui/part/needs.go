package part

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim/lab"
)

// leastFoot is how many rows below the boxes say what is new and name the signs.
const leastFoot = 2

// need is how many rows a stage wants, kept until what it shows changes.
type need struct {
	show                 []string
	boxes, links, queues int
	topics               int // rows of all of them
	width                int
	rows                 int
}

// Needs is how many rows the stage needs at a width so that all its boxes have frames.
func (s Stage) Needs(width int) int {
	if s.Picture == nil {
		return 0
	}
	p := s.Plan
	if p == nil {
		p = &Plan{}
	}
	n := need{show: s.Show, boxes: len(s.Picture.Boxes), links: len(s.Picture.Links), width: width}
	for i := range s.Picture.Links {
		if queued(s.Picture.Links[i].Transport) {
			n.queues++
		}
	}
	for i := range s.Picture.Topics {
		n.topics += rowsOfTopic(s.Picture, &s.Picture.Topics[i])
	}
	if k := p.need; k.rows > 0 && slices.Equal(k.show, n.show) && k.boxes == n.boxes && k.links == n.links && k.queues == n.queues && k.topics == n.topics && k.width == width {
		return k.rows
	}
	n.rows = columnsOf(graphWithin(s.Picture, s.Show, width), 3, true, true).tallest(1) + leastFoot + s.shelfRows()
	p.need = n
	return n.rows
}

// Least is how many rows of the boxes none is left out of, at a width: boxes of
// one row, without a gap.
func (s Stage) Least(width int) int {
	if s.Picture == nil {
		return 0
	}
	return columnsOf(graphWithin(s.Picture, s.Show, width), 1, true, true).tallest(0)
}

// keeps reports whether a transport leaves messages with a broker that keeps them
// also when they were handled.
func keeps(transport string) bool { return lab.Can(transport).Replay }

// confirmed reports whether the sender hears from the broker that it has a message.
func confirmed(transport string) bool { return !lab.Can(transport).Transient }

// queued reports whether a transport leaves messages with a broker.
func queued(transport string) bool { return lab.Can(transport).Queued() }
