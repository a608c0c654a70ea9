package part

// label is a horizontal piece of a wire that is its own, where its texts stand:
// cells x to x+w-1 of row y.
type label struct {
	x, y, w      int
	bent         bool // it begins at a turn, not at a box
	clear, clean int  // where the rows above and below it are free: the first cell, and how many
}

// texts is where words have room beside a piece of wire: the first column, the
// row of the wire, and how many cells.
func (l label) texts() (x, y, w int) {
	if l.w < 12 && l.bent {
		return l.clear, l.y, min(l.clean, l.x+l.w-1-l.clear)
	}
	x = max(l.clear, l.x+1)
	return x, l.y, min(l.clear+l.clean, l.x+l.w-1) - x
}

// ownPieces gives every wire the longest level piece of it that no other link
// shares. All that is said of a link stands there.
func (p *Plan) ownPieces() {
	users := map[point]int{} // the link that has a cell; several = -1
	for _, w := range p.wires {
		for _, c := range w.path {
			if l, ok := users[c]; ok && l != w.link {
				users[c] = -1
			} else {
				users[c] = w.link
			}
		}
	}
	free := func(x, y int) bool {
		if _, line := users[point{x, y}]; line {
			return false
		}
		for _, r := range p.rects {
			if r.Contains(x, y) {
				return false
			}
		}
		return true
	}
	for i := range p.wires {
		w := &p.wires[i]
		w.seg = w.own(users)
		w.seg.clear, w.seg.clean = w.seg.x, 0
		from := w.seg.x
		for x := w.seg.x; x <= w.seg.x+w.seg.w; x++ {
			if x < w.seg.x+w.seg.w && free(x, w.seg.y-1) && free(x, w.seg.y+1) {
				continue
			}
			if x-from > w.seg.clean {
				w.seg.clear, w.seg.clean = from, x-from
			}
			from = x + 1
		}
	}
}

// own is the longest level piece of a path that no other link has; of equal ones
// the last.
func (w *wire) own(users map[point]int) (best label) {
	level := func(i int) bool {
		return users[w.path[i]] == w.link && (i == 0 || w.path[i-1].y == w.path[i].y) && (i+1 == len(w.path) || w.path[i+1].y == w.path[i].y)
	}
	for i := 0; i < len(w.path); i++ {
		if !level(i) {
			continue
		}
		from := i
		for i+1 < len(w.path) && level(i+1) {
			i++
		}
		if n := i - from + 1; n >= best.w {
			best = label{x: min(w.path[from].x, w.path[i].x), y: w.path[i].y, w: n, bent: from > 0 && !w.back || w.back && i+1 < len(w.path)}
		}
	}
	if best.w == 0 && len(w.path) > 0 { // nothing is its own
		end := w.path[len(w.path)-1]
		best = label{x: end.x, y: end.y, w: 1}
	}
	return best
}
