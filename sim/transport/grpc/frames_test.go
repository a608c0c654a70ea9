package grpc

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"
)

// Split anywhere, a conversation has the same frames, and every byte is in one.
func FuzzFrames(f *testing.F) {
	var b bytes.Buffer
	w := http2.NewFramer(&b, nil)
	_ = w.WriteSettings()
	_ = w.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte("block"), EndHeaders: true})
	_ = w.WriteData(1, true, []byte("data"))
	_ = w.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, EndHeaders: true, EndStream: true})
	f.Add(b.Bytes(), uint8(3))
	f.Add([]byte{0xff, 0xff, 0xff, 1, 0, 0x80, 0, 0, 1, 'x'}, uint8(0))
	f.Fuzz(func(t *testing.T, said []byte, step uint8) {
		read := func(step int) (all []frame) {
			var s frames
			for p := said; len(p) > 0; p = p[min(step, len(p)):] {
				s.read(p[:min(step, len(p))], func(f frame) {
					f.seen = bytes.Clone(f.seen)
					all = append(all, f)
				})
			}
			return all
		}
		whole := read(1 << 20)
		if d := cmp.Diff(whole, read(1+int(step)), cmp.AllowUnexported(frame{})); d != "" {
			t.Errorf("split differently it reads differently (-whole +split):\n%s", d)
		}
		size := 0
		for _, f := range whole[:max(0, len(whole)-1)] {
			size += f.size
		}
		if size > len(said) {
			t.Errorf("%d bytes in frames, %d were said", size, len(said))
		}
	})
}
