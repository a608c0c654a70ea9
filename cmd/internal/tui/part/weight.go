package part

import "github.com/msc-sim/msc-sim/sim/view"

// Where not all boxes have room, the lightest are left out: first the further
// instances of a service that do what is expected of them, last what waits or fails.
const (
	quietInstance = iota
	quietQueue
	usualBox
	somethingFailed
	somethingWaits
	outOfOrder // it was killed, or stands still
)

// weightOf is that of a box. First says that no instance of its service came before.
func weightOf(b *view.Box, first bool) int {
	switch {
	case b.State != view.Up:
		return outOfOrder
	case b.Counts.Failed > 0:
		return somethingFailed
	case first:
		return usualBox
	default:
		return quietInstance
	}
}

// weightOfQueue is that of a box where messages are kept.
func weightOfQueue(q view.Queue) int {
	switch {
	case q.Buried > 0:
		return outOfOrder
	case q.Ready > 0 || q.Unacked > 0:
		return somethingWaits
	default:
		return quietQueue
	}
}

// weights are those of all that could be on the stage.
func weights(p *view.Picture) (all []int) {
	for i := range p.Boxes {
		b := &p.Boxes[i]
		all = append(all, weightOf(b, i == 0 || p.Boxes[i-1].Instance.Service != b.Instance.Service))
	}
	for i := range p.Links {
		if queued(p.Links[i].Transport) {
			all = append(all, weightOfQueue(queueIn(p, p.Links[i].ID)))
		}
	}
	return all
}
