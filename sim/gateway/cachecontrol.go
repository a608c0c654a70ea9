package gateway

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// directives are those of Cache-Control (RFC 9111 §5.2) by their lower-case names.
type directives map[string]string

// parseDirectives reads the lines of a header. A directive that is given more than once
// with other values is as strict as its strictest: the smallest number counts.
func parseDirectives(lines []string) directives {
	d := directives{}
	for _, line := range lines {
		for _, item := range splitQuoted(line) {
			name, value, _ := strings.Cut(item, "=")
			name = strings.ToLower(strings.TrimSpace(name))
			value = strings.TrimSpace(value)
			if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
				value = value[1 : len(value)-1]
			}
			if name == "" {
				continue
			}
			if before, twice := d[name]; twice && seconds64(before) <= seconds64(value) {
				continue
			}
			d[name] = value
		}
	}
	return d
}

// splitQuoted parts a list at its commas, but for those inside quotes.
func splitQuoted(line string) (all []string) {
	from, quoted := 0, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			all = append(all, line[from:i])
			from = i + 1
		}
	}
	return append(all, line[from:])
}

func (d directives) has(name string) bool { _, ok := d[name]; return ok }

// lasts is a number of seconds: ok is false where the directive is missing. What is no
// number makes a response stale.
func (d directives) lasts(name string) (_ time.Duration, ok bool) {
	v, ok := d[name]
	return time.Duration(max(seconds64(v), 0)) * time.Second, ok
}

// seconds64 reads delta-seconds (RFC 9111 §1.2.2); -1 for what is none, and at most 2³¹.
func seconds64(s string) int64 {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return -1
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > math.MaxInt32 {
		return 1 << 31
	}
	return n
}

// ruling are the directives that a shared cache obeys in a response: those of
// CDN-Cache-Control, where it can be read (RFC 9213), else those of Cache-Control.
// Expires counts only with the latter.
func ruling(h sim.Header) (d directives, targeted bool) {
	if lines := h["cdn-cache-control"]; len(lines) > 0 {
		if d, ok := parseTargeted(strings.Join(lines, ",")); ok {
			return d, true
		}
	}
	return parseDirectives(h["cache-control"]), false
}

// parseTargeted reads a dictionary of structured fields (RFC 9651); ok is false for
// what is none, which is then ignored as a whole.
func parseTargeted(line string) (d directives, ok bool) {
	d = directives{}
	for _, item := range splitQuoted(line) {
		item = strings.TrimSpace(item)
		if at := strings.IndexByte(item, ';'); at >= 0 { // parameters say nothing here
			item = item[:at]
		}
		name, value, valued := strings.Cut(item, "=")
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.*") != "" {
			return nil, false
		}
		if !valued {
			value = "?1"
		}
		switch {
		case value == "?1":
			value = ""
		case value == "?0":
			delete(d, name)
			continue
		case value == "" || seconds64(strings.TrimPrefix(value, "-")) < 0 && !isToken(value) && !(len(value) > 1 && value[0] == '"' && strings.HasSuffix(value, `"`)):
			return nil, false
		}
		if _, numbers := map[string]bool{"max-age": true, "s-maxage": true}[name]; numbers && seconds64(strings.TrimPrefix(value, "-")) < 0 {
			return nil, false
		}
		d[name] = value
	}
	return d, len(d) > 0
}

func isToken(s string) bool {
	return s != "" && (s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z' || s[0] == '*') && !strings.ContainsAny(s, " \"(){}[]@<>\\,;=?&$")
}

// date reads a date of HTTP as it must be written (RFC 9110 §5.6.7), and no other.
func date(lines []string) (time.Time, bool) {
	if len(lines) != 1 {
		return time.Time{}, false
	}
	for _, layout := range []string{http.TimeFormat, time.RFC850, time.ANSIC} {
		if t, err := time.Parse(layout, lines[0]); err == nil && strings.EqualFold(t.UTC().Format(strings.Replace(layout, "MST", "GMT", 1)), lines[0]) {
			return t, true
		}
	}
	return time.Time{}, false
}

// age reads an Age header: its first value, and 0 for what is no number.
func age(h sim.Header) time.Duration {
	first, _, _ := strings.Cut(h.Get("age"), ",")
	return time.Duration(max(seconds64(strings.TrimSpace(first)), 0)) * time.Second
}
