package amqp

import "github.com/msc-sim/msc-sim/embedded/amqp/wire"

// awaitRoom blocks a connection that has published while the broker has little
// room: nothing more is read from it until there is room again, or it ends. The
// client is told so if it has asked for that. RabbitMQ does the same when its
// memory alarm is on; connections that only consume go on.
//
// https://www.rabbitmq.com/docs/connection-blocked
func (c *conn) awaitRoom() error {
	free := c.broker.engine.Tight()
	if free == nil {
		return nil
	}
	if err := c.settle(); err != nil { // what was accepted so far is confirmed
		return err
	}
	told, _ := c.hears["connection.blocked"].(bool)
	if told {
		c.out.method(0, classConnection, connectionBlocked, func(w *wire.Writer) { w.Short("low on memory") })
	}
	select {
	case <-free:
	case <-c.out.gone:
		return nil // the next read says why
	}
	if told {
		c.out.method(0, classConnection, connectionUnblocked, nil)
	}
	return nil
}
