package amqp_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// Whatever a client says on an open channel, the broker goes on.
func FuzzConnection(f *testing.F) {
	f.Add(methodFrame(1, 50, 10, func(w *wire.Writer) { w.U16(0).Short("q").U8(0).Table(wire.Table{"x-expires": int32(1)}) }))
	f.Add(append(methodFrame(1, 60, 40, func(w *wire.Writer) { w.U16(0).Short("").Short("q").U8(1) }),
		2, 0, 1, 0, 0, 0, 14, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, wire.FrameEnd))
	f.Add(methodFrame(1, 60, 20, func(w *wire.Writer) { w.U16(0).Short("q").Short("").U8(0).Table(nil) }))
	f.Add(methodFrame(1, 60, 80, func(w *wire.Writer) { w.U64(0).U8(1) }))
	f.Add(methodFrame(1, 90, 10, nil))
	f.Add([]byte{8, 0, 0, 0, 0, 0, 0, wire.FrameEnd})
	s, err := amqp.Start(f.Context(), amqp.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := rawClient(t, url(s)).ready()
		_, _ = r.c.Write(b) // it may have hung up on us
		_ = r.c.Close()
		rawClient(t, url(s)).ready().c.Close()
	})
}
