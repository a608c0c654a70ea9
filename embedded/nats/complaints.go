package nats

import (
	"fmt"
	"sync"

	"github.com/nats-io/nats-server/v2/server"
)

// complaints is the server's log. It keeps what keeps the server from running
// and nothing else.
type complaints struct {
	mu  sync.Mutex
	err error
}

var _ server.Logger = (*complaints)(nil)

// Fatalf implements [server.Logger]. The server calls it when it cannot listen.
func (c *complaints) Fatalf(format string, v ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = fmt.Errorf(format, v...)
	}
}

func (c *complaints) Noticef(string, ...any) {}
func (c *complaints) Warnf(string, ...any)   {}
func (c *complaints) Errorf(string, ...any)  {}
func (c *complaints) Debugf(string, ...any)  {}
func (c *complaints) Tracef(string, ...any)  {}

func (c *complaints) fatal() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
