// Package identity is the kind of service that knows the clients of a world and
// gives them tokens. How is in sim/identity.
package identity

import (
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/identity"
)

// Settings are what a world file may say of it.
func Settings() []form.Param {
	return []form.Param{
		{Name: "rotate", Kind: form.Duration, Min: form.Second, Max: 24 * form.Hour, About: "how long a key signs before the next one does; by default 1h"},
		{Name: "token_life", Kind: form.Duration, Min: form.Second, Max: 24 * form.Hour, About: "how long a token is valid; by default 5m"},
	}
}

// New is an authorization server for the clients of its world file.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service { return identity.New(env, spec) }
