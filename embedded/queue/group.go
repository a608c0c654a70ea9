package queue

import "slices"

// group keeps messages of one Message.Group in order. Only its first message
// stands in the line of the queue, and none while one of the group is in hand or
// was put back for later.
type group struct {
	queue   *Queue
	name    string
	waiting []*entry // by ID
	shown   *entry   // in the line of the queue: the first of them, or nil
	locked  int      // messages for which the others wait
}

func (q *Queue) group(name string) *group {
	g := q.groups[name]
	if g == nil {
		g = &group{queue: q, name: name}
		q.groups[name] = g
	}
	return g
}

func (g *group) add(m *entry) {
	i, _ := slices.BinarySearchFunc(g.waiting, m, byID)
	g.waiting = slices.Insert(g.waiting, i, m)
	g.refresh()
}

func (g *group) remove(m *entry) {
	if g.waiting[0] == m { // most leave from the front
		g.waiting[0], g.waiting = nil, g.waiting[1:]
	} else {
		i, _ := slices.BinarySearchFunc(g.waiting, m, byID)
		g.waiting = slices.Delete(g.waiting, i, i+1)
	}
	g.refresh()
}

// lock makes the others of a group wait for m.
func (g *group) lock(m *entry) {
	m.locks = true
	g.locked++
	g.refresh()
}

// unlockGroup ends what lock began, if it did.
func (q *Queue) unlockGroup(m *entry) {
	if m.locks {
		m.locks = false
		g := q.group(m.Group)
		g.locked--
		g.refresh()
	}
}

// refresh shows the message whose turn it is.
func (g *group) refresh() {
	var turn *entry
	if len(g.waiting) > 0 && g.locked == 0 {
		turn = g.waiting[0]
	}
	if turn != g.shown {
		if g.shown != nil {
			g.queue.line.remove(g.shown)
		}
		if turn != nil {
			g.queue.show(turn)
		}
		g.shown = turn
	}
	if len(g.waiting) == 0 && g.locked == 0 {
		delete(g.queue.groups, g.name)
	}
}
