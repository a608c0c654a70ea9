package grid

// Paste copies the rows of page from first on into r: how something longer
// than the screen is scrolled. A wide rune that r's edge would cut becomes a blank.
func (g *Grid) Paste(r Rect, page *Grid, first int) {
	for y := max(-first, 0); y < min(r.H, page.h-first); y++ {
		for x := range min(r.W, page.w) {
			c := page.cells[(first+y)*page.w+x]
			if c.r == 0 && x == 0 || runeWidth(c.r) == 2 && x == r.W-1 {
				c = blank
			}
			g.Set(r.X+x, r.Y+y, c.r, c.s)
		}
	}
}
