package wire

import (
	"encoding/binary"
	"fmt"

	amqp "github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/sim"
)

// amqpSpeech shows messages of AMQP 0-9-1.
type amqpSpeech struct{}

func (amqpSpeech) text(p *post) []byte { return p.message.raw }

func (amqpSpeech) read(p *post) sim.Exchange { return p.exchange("AMQP 0-9-1", "rabbitmq", readAMQP) }

// readAMQP reads the frames of one message, or one method.
func readAMQP(r run) (m sim.Captured) {
	for b := r.raw; len(b) > 0; {
		if len(b) < amqpHead {
			return m // cut off
		}
		size := int(min(binary.BigEndian.Uint32(b[3:]), amqpLargest))
		payload := b[amqpHead:][:min(size, len(b)-amqpHead)]
		f := sim.Frame{Flags: fmt.Sprintf("channel %d", binary.BigEndian.Uint16(b[1:])), Size: size + amqp.Overhead}
		switch b[0] {
		case amqp.FrameMethod:
			f.Name = readMethod(&m, payload)
		case amqp.FrameHeader:
			f.Name = "content header"
			f.Flags += readContentHeader(&m, payload)
		case amqp.FrameBody:
			f.Name = "body"
			m.Body = append(m.Body, payload...)
		default:
			f.Name = fmt.Sprintf("frame of type %d", b[0])
		}
		if len(m.Frames) < mostFrames {
			m.Frames = append(m.Frames, f)
		}
		b = b[min(len(b), amqpHead+size+1):]
	}
	return m
}

// readMethod reads a method and returns its name. Its arguments come before all
// other fields.
func readMethod(m *sim.Captured, payload []byte) (name string) {
	name, args, err := amqp.Describe(payload)
	if err != nil {
		m.Notes = append(m.Notes, "a method that cannot be read: "+err.Error())
	}
	m.Start = name
	for _, a := range args {
		if a[1] == "" {
			a[1] = `""`
		}
		m.Lines = append(m.Lines, sim.Field{Name: a[0], Value: a[1]})
	}
	return name
}

// readContentHeader reads the properties of a message and says how long its body is.
func readContentHeader(m *sim.Captured, payload []byte) string {
	r := amqp.Read(payload)
	r.U32() // class and weight
	size := r.U64()
	for _, p := range r.Properties().Pairs() {
		m.Lines = append(m.Lines, sim.Field{Name: p[0], Value: p[1]})
	}
	if err := r.Err(); err != nil {
		m.Notes = append(m.Notes, "properties that cannot be read: "+err.Error())
	}
	return fmt.Sprintf(", a body of %d bytes", size)
}
