package amqp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

func TestTopicMatches(t *testing.T) {
	for pattern, keys := range map[string]map[string]bool{
		"a.b":     {"a.b": true, "a": false, "a.b.c": false, "b.a": false, "": false},
		"*":       {"a": true, "": true, "a.b": false},
		"#":       {"": true, "a": true, "a.b.c": true},
		"a.#":     {"a": true, "a.b": true, "a.b.c": true, "b.a": false},
		"#.a":     {"a": true, "b.a": true, "a.b": false, "a.b.a": true},
		"a.#.c":   {"a.c": true, "a.b.c": true, "a.b.b.c": true, "a.c.b": false},
		"#.b.#":   {"b": true, "a.b.c": true, "a.c": false},
		"a.*.#.d": {"a.b.d": true, "a.d": false, "a.b.c.d": true},
		"#.#":     {"": true, "a": true},
		"*.#":     {"a": true, "a.b": true},
		"":        {"": true, "a": false},
	} {
		for key, want := range keys {
			if got := topicMatches(strings.Split(pattern, "."), strings.Split(key, ".")); got != want {
				t.Errorf("%q lets %q through: %t", pattern, key, got)
			}
		}
	}
}

// The quick way says what the plain one says.
func FuzzTopicMatches(f *testing.F) {
	f.Add("a.#.*.b", "a.x.y.b")
	f.Add("#.#.a", "a")
	f.Fuzz(func(t *testing.T, pattern, key string) {
		if len(pattern)+len(key) > 40 {
			return
		}
		p, k := strings.Split(pattern, "."), strings.Split(key, ".")
		if got, want := topicMatches(p, k), plainly(p, k); got != want {
			t.Errorf("%q lets %q through: %t", pattern, key, got)
		}
	})
}

func plainly(pattern, words []string) bool {
	switch {
	case len(pattern) == 0:
		return len(words) == 0
	case pattern[0] == "#":
		return plainly(pattern[1:], words) || len(words) > 0 && plainly(pattern, words[1:])
	default:
		return len(words) > 0 && (pattern[0] == "*" || pattern[0] == words[0]) && plainly(pattern[1:], words[1:])
	}
}

func TestHeadersMatch(t *testing.T) {
	h := wire.Table{"a": "1", "n": int32(7), "x-y": "z"}
	for name, c := range map[string]struct {
		args wire.Table
		want bool
	}{
		"nothing asked":       {wire.Table{}, true},
		"any of nothing":      {wire.Table{"x-match": "any"}, false},
		"all":                 {wire.Table{"a": "1", "n": int64(7)}, true},
		"not all":             {wire.Table{"a": "1", "b": "2"}, false},
		"any":                 {wire.Table{"x-match": "any", "a": "1", "b": "2"}, true},
		"void":                {wire.Table{"a": nil}, true},
		"void and not there":  {wire.Table{"b": nil}, false},
		"x- does not count":   {wire.Table{"x-y": "other"}, true},
		"x- counts":           {wire.Table{"x-match": "all-with-x", "x-y": "other"}, false},
		"a text is no number": {wire.Table{"n": "7"}, false},
	} {
		if got := headersMatch(c.args, h); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestUnacked(t *testing.T) {
	var u unacked
	for tag := range uint64(10) {
		u.add(handed{tag + 1, &queue.Delivery{}})
	}
	take := func(tag uint64, multiple bool) (tags []uint64) {
		all, _ := u.take(tag, multiple)
		for _, h := range all {
			tags = append(tags, h.tag)
		}
		return tags
	}
	for i, c := range []struct {
		tag      uint64
		multiple bool
		want     []uint64
	}{
		{3, false, []uint64{3}},
		{3, false, nil},
		{3, true, nil},
		{11, false, nil},
		{0, false, nil},
		{4, true, []uint64{1, 2, 4}},
		{7, false, []uint64{7}},
		{9, false, []uint64{9}},
		{6, false, []uint64{6}},
		{0, true, []uint64{5, 8, 10}},
		{0, true, nil},
	} {
		if diff := cmp.Diff(c.want, take(c.tag, c.multiple)); diff != "" {
			t.Errorf("step %d:\n%s", i, diff)
		}
	}
	u.add(handed{12, &queue.Delivery{}})
	u.restore([]handed{{11, &queue.Delivery{}}})
	if diff := cmp.Diff([]uint64{11, 12}, take(12, true)); diff != "" || len(u.list) > 0 || u.gaps != 0 {
		t.Errorf("%d left, %d gaps:\n%s", len(u.list), u.gaps, diff)
	}
}
