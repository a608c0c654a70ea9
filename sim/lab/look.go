package lab

import (
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/world"
)

// Receipts are those of all faults that are armed and of the last ones that
// were cleared, in the order they were armed.
func (l *Lab) Receipts() []world.Receipt { return l.world.Receipts() }

// Guards says what stands around the calls of every link, and how it is doing.
func (l *Lab) Guards() []world.Guards { return l.world.Guards() }

// Choices lists the transports that a link may be swapped to, and why not to others.
func (l *Lab) Choices(id sim.LinkID) []world.Choice { return l.world.Choices(id) }

// Topics lists the topics as they are kept now, with the services that hear them now.
func (l *Lab) Topics() []sim.TopicSpec { return l.world.Topics() }
