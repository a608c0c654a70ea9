package stomp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whatever a client says is read within bounds, and what was read can be written
// so that it is read as the same.
func FuzzDecoder(f *testing.F) {
	for _, seed := range []string{
		"CONNECT\naccept-version:1.2\n\n\x00\n", "\r\n\nSEND\r\ndestination:/queue/a\r\ncontent-length:3\r\n\r\na\x00b\x00",
		"SEND\nk:a\\cb\\n\\\\\\r\\t\\\nempty:\n:noname\nnocolon\n\nbody\x00SEND\n\n\x00", "SEND\ncontent-length:99999999999\n\n\x00",
		"SEND\ncontent-length:-1\n\n\x00", "X", "\x00", "ACK\nid:1\n\n", strings.Repeat("h", 2000),
	} {
		for v := range uint8(3) {
			f.Add([]byte(seed), v)
		}
	}
	f.Fuzz(func(t *testing.T, said []byte, v uint8) {
		d := decoder{r: bufio.NewReader(bytes.NewReader(said)), version: version(v % 3), maxBody: 1 << 10}
		for {
			got, err := d.next()
			var why *complaint
			switch {
			case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
				return
			case errors.As(err, &why):
				if why.message == "" || !why.fatal {
					t.Fatalf("%+v", why)
				}
				return
			case err != nil:
				t.Fatal(err)
			case len(got.body) > 1<<10 || len(got.headers) > maxHeaders || len(got.command) > maxCommand:
				t.Fatalf("too big: %d, %d, %d", len(got.command), len(got.headers), len(got.body))
			}
			d.more()
			if d.version == v12 {
				sameAgain(t, got)
			}
		}
	})
}

// sameAgain writes a frame as a message of 1.2 and reads it.
func sameAgain(t *testing.T, f frame) {
	t.Helper()
	if diff := cmp.Diff(f.headers, headersOf(appendHeaders(nil, f.headers, v12)), cmp.AllowUnexported(header{})); diff != "" && len(f.headers) > 0 {
		t.Fatalf("in a queue:\n%s", diff)
	}
	f.headers = append(f.headers.without("content-length"), header{"content-length", itoa(len(f.body))})
	f.command = "SEND"
	raw := append(append(appendHead(nil, f, v12), f.body...), end...)
	d := decoder{r: bufio.NewReader(bytes.NewReader(raw)), version: v12, maxBody: 1 << 10}
	back, err := d.next()
	var why *complaint
	if errors.As(err, &why) && strings.Contains(why.message, "header") {
		return // escapes made it longer than the bounds
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f.headers, back.headers, cmp.AllowUnexported(header{})); diff != "" || !bytes.Equal(f.body, back.body) {
		t.Fatalf("%q\n%s", raw, diff)
	}
}

func FuzzSelector(f *testing.F) {
	for _, s := range []string{"a = 'b'", "a='it''s' AND b = 5 and c=TRUE", "a = ", "= 'b'", "a = 'b' OR c = 'd'", "a = 'b' AND", "1a = 2", "a <> 'b'", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		wanted, err := parseSelector(s)
		if err != nil {
			return
		}
		distinct := headers{}
		for _, one := range wanted {
			if _, known := distinct.find(one.key); !known {
				distinct = append(distinct, one)
			}
		}
		if len(distinct) == len(wanted) && !wanted.wants(distinct) {
			t.Errorf("%q does not want what it asks for: %v", s, wanted)
		}
	})
}

func TestSelectors(t *testing.T) {
	for s, want := range map[string]selector{
		"":                                   nil,
		"a = 'it''s'":                        {{"a", "it's"}},
		"a=5 AND JMSType = 'x' and b = TRUE": {{"a", "5"}, {"type", "x"}, {"b", "true"}},
	} {
		if got, err := parseSelector(s); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"a", "a =", "a = b", "a = 'b", "a = 'b' OR c = 'd'", "a <> 'b'", "a > 5", "a = 'b' AND", "a LIKE 'b%'", "1a = 2"} {
		if got, err := parseSelector(s); err == nil {
			t.Errorf("%q is %v", s, got)
		}
	}
	if !(selector{{"n", "5"}}).wants(headers{{"n", "5.0"}}) || (selector{{"n", "5"}}).wants(headers{{"n", "x"}}) || (selector{{"n", "5"}}).wants(nil) {
		t.Error("numbers are compared as numbers")
	}
}

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"a.b", "a.b", true},
		{"a.b", "a", false},
		{"a", "a.b", false},
		{"a.*", "a.b", true},
		{"a.*", "a", false},
		{"a.*", "a.b.c", false},
		{"a.>", "a", true},
		{"a.>", "a.b.c", true},
		{">", "x", true},
		{"*.b", "a.b", true},
		{"a.*.c", "a.b.c", true},
		{"a.*.c", "a.b.d", false},
		{"", "a", false},
		{"a.b.>", "a", false},
	} {
		if got := matches(tt.pattern, tt.name); got != tt.want {
			t.Errorf("%q stands for %q: %v", tt.pattern, tt.name, got)
		}
	}
}
