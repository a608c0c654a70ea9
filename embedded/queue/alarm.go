package queue

import (
	"container/heap"
	"time"
)

// alarm is a moment at which its owner is called. The zero value is not set.
type alarm struct {
	at    time.Time
	place int // in the heap, from 1; 0 = not set
	owner ringer
}

// ringer is called when an alarm goes off, by which it is no longer set.
type ringer interface{ ring(now time.Time) }

// alarms are all alarms that are set, the next one first.
type alarms struct {
	heap   alarmHeap
	sooner bool // the next one changed since the loop last asked
}

// set sets an alarm, or moves it; the zero time takes it away.
func (as *alarms) set(a *alarm, at time.Time) {
	switch {
	case at.IsZero() && a.place == 0:
		return
	case at.IsZero():
		heap.Remove(&as.heap, a.place-1)
		return
	case a.place == 0:
		a.at = at
		heap.Push(&as.heap, a)
	default:
		a.at = at
		heap.Fix(&as.heap, a.place-1)
	}
	as.sooner = as.sooner || a.place == 1
}

// ring calls the owners of all alarms that are due.
func (as *alarms) ring(now time.Time) {
	for len(as.heap) > 0 && !now.Before(as.heap[0].at) {
		a := heap.Pop(&as.heap).(*alarm)
		a.owner.ring(now)
	}
	as.sooner = false
}

// next is when the next alarm goes off.
func (as *alarms) next() (time.Time, bool) {
	if len(as.heap) == 0 {
		return time.Time{}, false
	}
	return as.heap[0].at, true
}

// alarmHeap implements [heap.Interface].
type alarmHeap []*alarm

func (h alarmHeap) Len() int           { return len(h) }
func (h alarmHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }

func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i+1, j+1
}

func (h *alarmHeap) Push(x any) {
	a := x.(*alarm)
	*h = append(*h, a)
	a.place = len(*h)
}

func (h *alarmHeap) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	a.place = 0
	return a
}
