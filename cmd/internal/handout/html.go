package handout

import (
	"fmt"
	stdhtml "html"
	"io"
	"regexp"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// style is all there is: the file must need no other, on paper and on a screen.
const style = `body{font:16px/1.5 Georgia,serif;max-width:44em;margin:2em auto;padding:0 1em;color:#1c2030;background:#fff}
h1,h2,h3{font-family:system-ui,sans-serif;line-height:1.2}h2{margin-top:2em;border-top:1px solid #c8ccd8;padding-top:.6em}
h2,h3{break-after:avoid}pre,code{font:14px/1.4 ui-monospace,Menlo,Consolas,monospace;background:#f2f3f7}pre{padding:.6em;white-space:pre-wrap}
ol.choices{list-style:none;padding:0}ol.choices li{margin:.2em 0}ol.choices li.right{font-weight:bold}
.write{display:flex;gap:.5em;margin:1.2em 0}.write i{flex:1;border-bottom:1px solid #555}
table{border-collapse:collapse}td,th{border:1px solid #c8ccd8;padding:.2em .6em}
svg{max-width:100%;height:auto}.turn{break-before:page;margin-top:3em}@media print{body{margin:0;max-width:none;font-size:11pt}}`

// html is a page of HTML. The first error of its writer is kept.
type html struct {
	w   io.Writer
	err error
}

func (h *html) print(format string, args ...any) {
	if h.err == nil {
		_, h.err = fmt.Fprintf(h.w, format+"\n", args...)
	}
}

func (h *html) open(title string) {
	h.print("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width\"/><title>%s</title>\n<style>%s</style></head><body>", escape(title), style)
	h.head(1, title)
}

func (h *html) close() error                { h.print("</body></html>"); return h.err }
func (h *html) head(level int, text string) { h.print("<h%d>%s</h%d>", level, inline(text), level) }
func (h *html) turn()                       { h.print(`<div class="turn"></div>`) }

func (h *html) write(label string) {
	h.print(`<p class="write">%s: <i>&nbsp;</i></p>`, escape(label))
}

// text writes paragraphs, lists and tables, as lessons have them.
func (h *html) text(s string) {
	for _, p := range strings.Split(strings.TrimSpace(s), "\n\n") {
		var plain, items []string
		for _, l := range strings.Split(p, "\n") {
			switch {
			case strings.HasPrefix(l, "- "):
				items = append(items, strings.TrimPrefix(l, "- "))
			case strings.HasPrefix(l, "|"):
				items = append(items, strings.Trim(l, "| "))
			case l != "":
				plain = append(plain, inline(l))
			}
		}
		if len(plain) > 0 {
			h.print("<p>%s</p>", strings.Join(plain, "<br/>\n"))
		}
		h.list(items)
	}
}

func (h *html) list(items []string) {
	if len(items) == 0 {
		return
	}
	h.print("<ul>")
	for _, s := range items {
		h.print("<li>%s</li>", inline(s))
	}
	h.print("</ul>")
}

func (h *html) choices(all []string, right int) {
	h.print(`<ol class="choices">`)
	for i, s := range all {
		if i == right {
			h.print(`<li class="right">☑ %d &nbsp;%s</li>`, i+1, inline(s))
		} else {
			h.print(`<li>☐ %d &nbsp;%s</li>`, i+1, inline(s))
		}
	}
	h.print("</ol>")
}

func (h *html) code(lines []string) {
	shown := make([]string, len(lines))
	for i, l := range lines {
		shown[i] = escape(l) // line by line: the end of a line is none of the signs that are made visible
	}
	h.print("<pre>%s</pre>", strings.Join(shown, "\n"))
}

func (h *html) picture(l *lessons.Ladder, filled bool) { h.print("%s", drawSVG(l, filled)) }

func escape(s string) string { return stdhtml.EscapeString(sim.Visible(s)) }

var (
	codeSpan = regexp.MustCompile("`([^`]+)`")
	strong   = regexp.MustCompile(`\*\*(.+?)\*\*`)
	emphasis = regexp.MustCompile(`\*([^*\s](?:[^*]*[^*\s])?)\*`)
)

// inline turns light Markdown into HTML. What stands in code is left as it is.
func inline(s string) string {
	s = escape(s)
	var b strings.Builder
	at := 0
	for _, m := range codeSpan.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(stressed(s[at:m[0]]) + "<code>" + s[m[2]:m[3]] + "</code>")
		at = m[1]
	}
	return b.String() + stressed(s[at:])
}

func stressed(s string) string {
	return emphasis.ReplaceAllString(strong.ReplaceAllString(s, "<strong>$1</strong>"), "<em>$1</em>")
}
