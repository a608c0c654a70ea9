package amqp

import (
	"cmp"
	"slices"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// handed is a delivery that a client has not settled.
type handed struct {
	tag      uint64 // of the channel
	delivery *queue.Delivery
}

// unacked are the deliveries of a channel, by ascending tag. Settled ones leave a
// gap behind that is closed when half of the list is gaps.
type unacked struct {
	list []handed
	gaps int
}

func (u *unacked) add(h handed) { u.list = append(u.list, h) }

// take takes out one delivery or, with multiple, all up to it; tag 0 then means
// all there are. ok is false when the tag is not known.
func (u *unacked) take(tag uint64, multiple bool) (all []handed, ok bool) {
	if multiple {
		return u.upTo(tag)
	}
	i, found := u.find(tag)
	if !found || u.list[i].delivery == nil {
		return nil, false
	}
	all = []handed{u.list[i]}
	u.list[i].delivery = nil
	u.gaps++
	u.tidy()
	return all, true
}

func (u *unacked) upTo(tag uint64) (all []handed, ok bool) {
	n := len(u.list)
	if tag != 0 {
		i, found := u.find(tag)
		if !found || u.list[i].delivery == nil {
			return nil, false
		}
		n = i + 1
	}
	for _, h := range u.list[:n] {
		if h.delivery != nil {
			all = append(all, h)
		} else {
			u.gaps--
		}
	}
	u.list = slices.Delete(u.list, 0, n)
	return all, true
}

func (u *unacked) find(tag uint64) (int, bool) {
	return slices.BinarySearchFunc(u.list, tag, func(h handed, tag uint64) int { return cmp.Compare(h.tag, tag) })
}

// tidy closes the gaps at the front, and all of them when they are too many.
func (u *unacked) tidy() {
	front := 0
	for front < len(u.list) && u.list[front].delivery == nil {
		front++
	}
	u.list = u.list[front:]
	if u.gaps -= front; u.gaps > len(u.list)/2 {
		u.list = slices.DeleteFunc(slices.Clone(u.list), func(h handed) bool { return h.delivery == nil })
		u.gaps = 0
	}
}

// restore puts deliveries back that were taken out.
func (u *unacked) restore(all []handed) {
	list := slices.DeleteFunc(append(slices.Clone(u.list), all...), func(h handed) bool { return h.delivery == nil })
	slices.SortFunc(list, func(a, b handed) int { return cmp.Compare(a.tag, b.tag) })
	u.list, u.gaps = list, 0
}
