// Package profile shows customers what is known about them. It keeps nothing: it
// asks user, every time.
package profile

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/services/internal/service"
	profilev1 "github.com/msc-sim/msc-sim/services/profile/v1"
	userv1 "github.com/msc-sim/msc-sim/services/user/v1"
	"github.com/msc-sim/msc-sim/sim"
)

type profile struct{ env *sim.Env }

// New is the profile service.
func New(env *sim.Env, _ sim.ServiceSpec) sim.Service {
	return service.Rules{service.On(profile{env}.get)}
}

func (p profile) get(ctx context.Context, req *profilev1.GetProfile) (*profilev1.Profile, error) {
	if err := service.ID("user_id", req.GetUserId()); err != nil {
		return nil, err
	}
	u, err := sim.AskFor[*userv1.User](ctx, p.env.Call, "user", sim.NewMessage(&userv1.GetUser{Id: req.GetUserId()}))
	if sim.CodeOf(err) == sim.NotFound && sim.AsError(err).Remote {
		return nil, sim.Errorf(sim.NotFound, "there is no profile %s", req.GetUserId())
	}
	if err != nil {
		return nil, service.Upstream("user", err)
	}
	return &profilev1.Profile{UserId: u.GetId(), DisplayName: short(u.GetName()), EmailHint: hint(u.GetEmail())}, nil
}

// short is a name with its last word as an initial: "Ada B.".
func short(name string) string {
	words := strings.Fields(name)
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	initial, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return words[0] + " " + string(initial) + "."
}

// hint is an address of which only its owner knows the rest: "a…@example.com".
func hint(email string) string {
	local, host, _ := strings.Cut(email, "@")
	first, _ := utf8.DecodeRuneInString(local)
	if local == "" {
		return ""
	}
	return string(first) + "…@" + host
}
