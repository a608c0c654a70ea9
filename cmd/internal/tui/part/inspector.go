package part

import (
	"fmt"
	"math"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
)

// Inspector shows what crossed a connection for one attempt: who spoke, how
// many bytes were headers and how many body, every header with its meaning, the
// body, or all of it as bytes.
type Inspector struct {
	Exchange sim.Exchange
	Answer   bool // the answer instead of the request
	Hex      bool // raw bytes
	Numbers  bool // protobuf as it is read without the contract: numbers, no names
	Scroll   int  // the first row drawn
}

// message is the half that is shown.
func (i Inspector) message() sim.Captured {
	if i.Answer {
		return i.Exchange.Response
	}
	return i.Exchange.Request
}

// Len is how many rows there are at a width; scroll within it.
func (i Inspector) Len(width int) int { return len(i.rows(width)) }

// Draw draws the rows from Scroll on.
func (i Inspector) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	rows := i.rows(r.W)
	for n := range r.H {
		if k := i.Scroll + n; k >= 0 && k < len(rows) {
			rows[k].draw(g, r.X, r.Y+n, r.W)
		}
	}
}

// Width from which a header and its meaning stand side by side, and the width
// of the longest meaning.
const sideBySide, meaningW = 70, 38

func (i Inspector) rows(width int) []row {
	if width < 1 {
		return nil
	}
	m := i.message()
	rows := i.head(m, width)
	switch {
	case m.Total == 0 && len(m.Raw) == 0:
		rows = append(rows, plain("nothing crossed", theme.Dim))
	case i.Hex:
		rows = append(rows, hexRows(m.Raw, width)...)
	default:
		rows = append(rows, i.text(m, width)...)
	}
	if more := m.Total - int64(len(m.Raw)); more > 0 && len(m.Raw) > 0 {
		rows = append(rows, plain(fmt.Sprintf("and %s bytes more, not kept", number(more)), theme.Dim))
	}
	for _, n := range m.Notes {
		rows = append(rows, plain(sim.Visible(n), theme.Dim))
	}
	return rows
}

func plain(s string, st grid.Style) row { return row{runs: []run{{s, st}}} }

// head says who spoke to whom, and draws headers and body to scale.
func (i Inspector) head(m sim.Captured, width int) []row {
	from, to := i.Exchange.Link.From(), i.Exchange.Link.To()
	if i.Brokered() {
		from, to = i.Exchange.From, i.Exchange.To
	}
	what := i.Halves()[0]
	if i.Answer {
		from, to, what = to, from, i.Halves()[1]
	}
	title := fitRuns(width, []run{
		{what + "  ", theme.Accent},
		{sim.Visible(from) + " → " + sim.Visible(to), theme.Title},
		{"  " + number(m.Total) + " bytes", theme.Text},
		{"  " + i.protocol(), theme.Dim},
	})
	body := int64(len(m.Body))
	head := max(m.Total-body, 0)
	if m.Total == 0 {
		return []row{title, {}}
	}
	names := []run{
		{"  headers " + number(head), theme.Dim},
		{"  body " + number(body), theme.Text},
	}
	room := min(width-grid.Width(names[0].text+names[1].text), 40)
	if room < 6 {
		return []row{title, {}}
	}
	full := int(math.Round(float64(room) * float64(head) / float64(m.Total)))
	bar := row{runs: append([]run{
		{strings.Repeat("▮", full), theme.BoxEdge},
		{strings.Repeat("▯", room-full), theme.Accent},
	}, names...)}
	bar.runs[3].style = theme.Accent
	return []row{title, bar, {}}
}

// protocol is the protocol as people write it: that of HTTP is known by the names
// of RFC 7301.
func (i Inspector) protocol() string {
	switch p := i.Exchange.Protocol; {
	case p == "h2" && isGRPC(i.Exchange.Request):
		return "gRPC over HTTP/2"
	case p == "h2":
		return "HTTP/2"
	case p == "http/1.1":
		return "HTTP/1.1"
	default:
		return sim.Visible(p)
	}
}

// fitRuns leaves out what does not fit, from the end.
func fitRuns(width int, runs []run) row {
	for len(runs) > 2 && (chunk{runs: runs}).width() > width {
		runs = runs[:len(runs)-1]
	}
	return row{runs: runs}
}

// text shows the message as HTTP/1.1 and its relatives write it; what brokers
// speak is shown alike.
func (i Inspector) text(m sim.Captured, width int) []row {
	if m.Start == "" && len(m.Lines) == 0 {
		return hexRows(m.Raw, width)
	}
	frames := frameRows(m, width)
	left := grid.Width(sim.Visible(m.Start))
	for _, f := range m.Lines {
		left = max(left, grid.Width(sim.Visible(f.Name+": "+f.Value)))
	}
	left = min(left, width-meaningW-2)
	begins := opening(m, i.Answer)
	switch {
	case i.Brokered():
		begins = i.brokered(m)
	case i.Answer && isGRPC(i.Exchange.Request):
		begins = "of HTTP alone: grpc-status says more"
	}
	rows := append(frames, explained([]run{{sim.Visible(m.Start), theme.Title}}, begins, theme.Accent, left, width)...)
	for _, f := range m.Lines {
		runs := []run{{sim.Visible(f.Name) + ": ", theme.Name}, {sim.Visible(f.Value), theme.Text}}
		rows = append(rows, explained(runs, i.meaning(f.Name, f.Value), theme.Dim, left, width)...)
	}
	if isGRPC(i.Exchange.Request) {
		known := i.contract()
		if i.Numbers {
			known = nil
		}
		return append(append(rows, row{}), protobufRows(m.Body, known, width)...)
	}
	if i.Brokered() {
		return append(append(rows, row{}), i.brokeredBody(m, width)...)
	}
	rows = append(rows, explained(nil, "an empty line: the headers end", theme.Dim, left, width)...)
	return append(rows, bodyRows(m, width)...)
}

// explained puts a meaning beside the text, or below it where it is narrow.
func explained(runs []run, note string, st grid.Style, left, width int) []row {
	if width < sideBySide {
		rows := fill(runs, 0, width)
		if note != "" && len(runs) > 0 {
			rows = append(rows, row{indent: 2, runs: []run{{note, st}}})
		}
		return rows
	}
	rows := fill(runs, 0, left)
	for k := 1; k < len(rows); k++ {
		rows[k].indent = 2
	}
	if note == "" {
		return rows
	}
	for k, n := range noted(note, st, width-left-2) {
		if k == len(rows) {
			rows = append(rows, row{})
		}
		used := rows[k].indent
		for _, r := range rows[k].runs {
			used += grid.Width(r.text)
		}
		rows[k].runs = append(append(rows[k].runs, run{strings.Repeat(" ", left+2-used), theme.Plain}), n.runs...)
	}
	return rows
}

// noted is a note in rows of a width; one that has room is left as it is, with its
// indent and its gaps.
func noted(note string, st grid.Style, width int) []row {
	if grid.Width(note) <= width {
		return []row{plain(note, st)}
	}
	return fill([]run{{note, st}}, 0, width)
}

// hexRows are offset, bytes and letters, 16 or 8 a row.
func hexRows(raw []byte, width int) []row {
	n := 16
	if width < 76 {
		n = 8
	}
	var rows []row
	for at := 0; at < len(raw); at += n {
		line := raw[at:min(at+n, len(raw))]
		var hex, letters strings.Builder
		for k := range n {
			if k == n/2 {
				hex.WriteByte(' ')
			}
			if k >= len(line) {
				hex.WriteString("   ")
				continue
			}
			fmt.Fprintf(&hex, "%02x ", line[k])
			if c := line[k]; c >= 0x20 && c < 0x7f {
				letters.WriteByte(c)
			} else {
				letters.WriteRune('·')
			}
		}
		rows = append(rows, row{runs: []run{
			{fmt.Sprintf("%06x  ", at), theme.Dim}, {hex.String() + " ", theme.Code}, {letters.String(), theme.Text},
		}})
	}
	return rows
}
