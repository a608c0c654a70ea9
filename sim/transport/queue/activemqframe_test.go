package queue

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-stomp/stomp/v3/frame"
	"github.com/google/go-cmp/cmp"
)

// Whatever a header is called, and however many values it has, it comes out of a
// frame as it went in; and a frame of anybody else is read without harm.
func FuzzStompParcel(f *testing.F) {
	f.Add("priority", "a", "b", []byte("body\x00"))
	f.Add("own.x", "", "", []byte(nil))
	f.Add("many.x", "[]", "[1]", []byte("x"))
	f.Add("a:b\r\n", "c\\c\r\n", "\x00", []byte{0})
	f.Fuzz(func(t *testing.T, key, one, two string, body []byte) {
		if key == "" || strings.ToValidUTF8(one+two, "") != one+two {
			return // no header has no name; JSON keeps text
		}
		for _, values := range [][]string{{one}, {one, two}} {
			want := map[string][]string{key: values}
			raw := encode(sendFrame("/queue/q", parcel{header: want, body: body}))
			back, err := frame.NewReader(bytes.NewReader(raw)).Read()
			if err != nil {
				t.Fatal(err)
			}
			got := parcelIn(back)
			if diff := cmp.Diff(want, got.header); diff != "" || !bytes.Equal(body, got.body) {
				t.Errorf("%q\n%s", raw, diff)
			}
		}
		parcelIn(frame.New(frame.MESSAGE, key, one, manySign+key, two))
	})
}
