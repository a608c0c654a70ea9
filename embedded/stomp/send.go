package stomp

// send puts a message where it is to go, now or when its transaction is
// committed.
func (c *conn) send(f frame) error {
	to, ok := f.headers.find("destination")
	if !ok {
		return wrong("SEND received without a Destination specified!")
	}
	t, err := c.transOf(f)
	if err != nil {
		return err
	}
	all, err := parseDest(to, c.temp)
	if err != nil {
		return err
	}
	m, err := c.newMail(f)
	if err != nil {
		return err
	}
	if len(all) > 1 {
		m.original = together(all)
	}
	if t != nil {
		err = c.keep(t, all, m)
	} else {
		err = c.s.routes.send(all, m)
	}
	if err != nil {
		return err
	}
	c.receipt(f)
	return nil
}

// maxTemps bounds the temporary destinations of a connection.
const maxTemps = 1000

// temp is the name in the broker of a temporary destination of this connection.
// It is made when it is named first, and ends with the connection.
func (c *conn) temp(k kind, own string) (string, error) {
	key := forms[k].owner + own
	if d, ok := c.temps[key]; ok {
		return d.name, nil
	}
	if len(c.temps) >= maxTemps {
		return "", wrong("%d temporary destinations are the most of a connection", maxTemps)
	}
	d := dest{k, c.id + ":" + itoa(len(c.temps)+1)}
	if err := c.s.routes.addTemp(d); err != nil {
		return "", err
	}
	c.temps[key] = d
	c.mu.Lock()
	c.names[d.String()] = key
	c.mu.Unlock()
	return d.name, nil
}
