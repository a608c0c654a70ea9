package stomp

import "errors"

// errBye is not wrong: the client said DISCONNECT.
var errBye = errors.New("the client has disconnected")

// do does what one frame says. A *complaint is told to the client.
func (c *conn) do(f frame) error {
	if c.connected {
		return c.command(f)
	}
	switch f.command {
	case "CONNECT", "STOMP":
		return c.connect(f)
	case "DISCONNECT":
		return nil
	case "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT":
		return wrong("Not connected.")
	default:
		return fatal("Unknown STOMP action: %s", f.command)
	}
}

func (c *conn) command(f frame) error {
	if len(c.receipts) >= manyReceipts {
		if err := c.settleReceipts(); err != nil {
			return err
		}
	}
	switch f.command {
	case "SEND":
		return c.send(f)
	case "SUBSCRIBE":
		return c.subscribe(f)
	case "UNSUBSCRIBE":
		return c.unsubscribe(f)
	case "ACK", "NACK":
		return c.acknowledge(f)
	case "BEGIN":
		return c.begin(f)
	case "COMMIT":
		return c.commit(f)
	case "ABORT":
		return c.abort(f)
	case "DISCONNECT":
		c.receipt(f)
		c.end() // with the receipt it knows that others have what it had
		if err := c.settleReceipts(); err != nil {
			return err
		}
		return errBye
	case "CONNECT", "STOMP":
		return wrong("Already connected.")
	default:
		return fatal("Unknown STOMP action: %s", f.command)
	}
}
