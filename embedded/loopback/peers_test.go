package loopback_test

import (
	"context"
	"testing"

	"github.com/msc-sim/msc-sim/embedded/loopback"
)

func TestLeavingWaitsForTheConnectionsOfThen(t *testing.T) {
	var p loopback.Peers
	p.Enter("a:1")
	p.Enter("a:2")
	wait := p.Leaving([]string{"a:1", "a:2", "nobody:3"})
	p.Leave("a:1")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	waiting := make(chan bool)
	go func() { wait(t.Context()); close(waiting) }()
	wait(ended) // as long as it may
	select {
	case <-waiting:
		t.Error("it did not wait for a:2")
	default:
	}
	p.Leave("a:2")
	p.Enter("a:2") // a later connection from there is another one
	<-waiting
	p.Leave("nobody:3")
}
