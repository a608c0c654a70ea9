package grid

// Rect is a rectangle of cells. A rectangle without width or height is empty
// and everything drawn into it is lost, so callers need not check sizes.
type Rect struct{ X, Y, W, H int }

// Empty reports whether nothing can be drawn into r.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Right is the first column beyond r.
func (r Rect) Right() int { return r.X + r.W }

// Bottom is the first row beyond r.
func (r Rect) Bottom() int { return r.Y + r.H }

// Inset takes dx columns off the left and right and dy rows off top and bottom.
func (r Rect) Inset(dx, dy int) Rect {
	return Rect{r.X + dx, r.Y + dy, max(r.W-2*dx, 0), max(r.H-2*dy, 0)}
}

// Contains reports whether the cell x, y lies in r.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && y >= r.Y && x < r.Right() && y < r.Bottom()
}

// Meets reports whether r and o share a cell.
func (r Rect) Meets(o Rect) bool {
	return !r.Empty() && !o.Empty() && r.X < o.Right() && o.X < r.Right() && r.Y < o.Bottom() && o.Y < r.Bottom()
}

// SplitLeft cuts n columns off the left side; n is bounded by the width.
func (r Rect) SplitLeft(n int) (left, rest Rect) {
	n = min(max(n, 0), r.W)
	return Rect{r.X, r.Y, n, r.H}, Rect{r.X + n, r.Y, r.W - n, r.H}
}

// SplitRight cuts n columns off the right side; n is bounded by the width.
func (r Rect) SplitRight(n int) (rest, right Rect) {
	return r.SplitLeft(r.W - min(max(n, 0), r.W))
}

// SplitTop cuts n rows off the top; n is bounded by the height.
func (r Rect) SplitTop(n int) (top, rest Rect) {
	n = min(max(n, 0), r.H)
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// SplitBottom cuts n rows off the bottom; n is bounded by the height.
func (r Rect) SplitBottom(n int) (rest, bottom Rect) {
	return r.SplitTop(r.H - min(max(n, 0), r.H))
}
