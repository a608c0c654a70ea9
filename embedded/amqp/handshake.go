package amqp

import (
	"crypto/subtle"
	"io"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// What is offered to clients; they may ask for less.
const (
	frameMax    = 128 << 10
	maxChannels = 2047
	heartbeat   = 60 // seconds
)

// properties are what the server says of itself.
func (o *Options) properties() wire.Table {
	return wire.Table{
		"product":  "RabbitMQ",
		"version":  Version + ".0",
		"platform": "msc-sim, built in",
		"capabilities": wire.Table{
			"publisher_confirms": true, "exchange_exchange_bindings": true, "basic.nack": true,
			"consumer_cancel_notify": true, "connection.blocked": true, "consumer_priorities": true,
			"authentication_failure_close": true, "per_consumer_qos": true, "direct_reply_to": true,
		},
	}
}

// handshake introduces both sides to each other and returns how often something
// must be heard of the client.
//
//	AMQP0091 ▸ start ◂ start-ok ▸ tune ◂ tune-ok, open ▸ open-ok
func (c *conn) handshake() (every time.Duration, err error) {
	var hello [len(wire.Header)]byte
	if _, err := io.ReadFull(c.in, hello[:]); err != nil {
		return 0, err
	}
	if string(hello[:]) != wire.Header {
		c.out.put(func(w *wire.Writer) { w.B = append(w.B, wire.Header...) })
		return 0, io.ErrUnexpectedEOF
	}
	c.out.method(0, classConnection, connectionStart, func(w *wire.Writer) {
		w.U8(0).U8(9).Table(c.o.properties()).Long("PLAIN AMQPLAIN").Long("en_US")
	})
	if err := c.login(); err != nil {
		return 0, err
	}
	c.out.method(0, classConnection, connectionTune, func(w *wire.Writer) {
		w.U16(maxChannels).U32(frameMax).U16(heartbeat)
	})
	if every, err = c.tune(); err != nil {
		return 0, err
	}
	r, err := c.expect(connectionOpen)
	if err != nil {
		return 0, err
	}
	if name := r.Short(); name != vhost {
		return 0, at(exceptionf(codeNotAllowed, "vhost %s not found", name), classConnection, connectionOpen)
	}
	c.out.method(0, classConnection, connectionOpenOK, func(w *wire.Writer) { w.Short("") })
	return every, nil
}

// expect reads frames until a method of the connection, which must be this one.
func (c *conn) expect(method uint16) (*wire.Reader, error) {
	for {
		f, err := c.frames.Next()
		if err != nil {
			return nil, c.broken(f, err)
		}
		if f.Type == wire.FrameHeartbeat {
			continue
		}
		r := wire.Read(f.Payload)
		class, got := r.U16(), r.U16()
		switch {
		case f.Type != wire.FrameMethod || f.Channel != 0 || r.Err() != nil:
			return nil, exceptionf(codeUnexpectedFrame, "frame of type %d before the connection is open", f.Type)
		case class == classConnection && got == connectionClose:
			c.out.method(0, classConnection, connectionCloseOK, nil)
			return nil, io.EOF
		case class != classConnection || got != method:
			return nil, at(exceptionf(codeCommandInvalid, "unexpected method before the connection is open"), class, got)
		}
		return r, nil
	}
}

// login takes start-ok and checks who it is.
func (c *conn) login() error {
	r, err := c.expect(connectionStartOK)
	if err != nil {
		return err
	}
	about, mechanism, response := r.Table(), r.Short(), r.Long()
	if r.Short(); r.Err() != nil {
		return at(exceptionf(codeSyntaxError, "start-ok cannot be read"), classConnection, connectionStartOK)
	}
	c.hears, _ = about["capabilities"].(wire.Table)
	var user, password string
	switch mechanism {
	case "PLAIN":
		if parts := strings.Split(response, "\x00"); len(parts) == 3 {
			user, password = parts[1], parts[2]
		}
	case "AMQPLAIN":
		login := wire.Read(new(wire.Writer).Long(response).B).Table()
		user, _ = login.Text("LOGIN")
		password, _ = login.Text("PASSWORD")
	default:
		return at(exceptionf(codeCommandInvalid, "unknown authentication mechanism '%s'", mechanism), classConnection, connectionStartOK)
	}
	if !c.o.knows(user, password) {
		if told, _ := c.hears["authentication_failure_close"].(bool); !told {
			return io.ErrUnexpectedEOF
		}
		e := refused("Login was refused using authentication mechanism %s. For details see the broker logfile.", mechanism)
		return e
	}
	c.user = user
	return nil
}

// knows compares in constant time.
func (o *Options) knows(user, password string) bool {
	wantUser, wantPassword := o.login()
	return subtle.ConstantTimeCompare([]byte(user), []byte(wantUser))&
		subtle.ConstantTimeCompare([]byte(password), []byte(wantPassword)) == 1
}

// tune takes what the client wants of what was offered.
func (c *conn) tune() (every time.Duration, err error) {
	r, err := c.expect(connectionTuneOK)
	if err != nil {
		return 0, err
	}
	channels, size, seconds := int(r.U16()), int(r.U32()), r.U16()
	switch {
	case r.Err() != nil:
		return 0, at(exceptionf(codeSyntaxError, "tune-ok cannot be read"), classConnection, connectionTuneOK)
	case channels > maxChannels:
		err = exceptionf(codeNotAllowed, "negotiated channel_max = %d is higher than the maximum allowed value (%d)", channels, maxChannels)
	case size > frameMax:
		err = exceptionf(codeNotAllowed, "negotiated frame_max = %d is higher than the maximum allowed value (%d)", size, frameMax)
	case size > 0 && size < wire.FrameMin:
		err = exceptionf(codeNotAllowed, "negotiated frame_max = %d is lower than the minimum allowed value (%d)", size, wire.FrameMin)
	}
	if err != nil {
		return 0, at(err, classConnection, connectionTuneOK)
	}
	c.maxChannels, c.frameMax = maxChannels, frameMax
	if channels > 0 {
		c.maxChannels = channels
	}
	if size > 0 {
		c.frameMax = size
	}
	c.frames.Max = uint32(c.frameMax)
	every = time.Duration(seconds) * time.Second
	if every > 0 {
		c.beat <- every / 2
	}
	return every, nil
}
