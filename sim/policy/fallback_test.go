package policy_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

func thing(id string) sim.Message { return sim.NewMessage(&conformv1.GetThing{Id: id}) }

func TestFallbackGivesTheLastKnownAnswer(t *testing.T) {
	var r recorder
	broken := false
	h := made(t, "fallback use=last", r.deps()).Around()(func(_ context.Context, m sim.Message) (sim.Message, error) {
		if broken {
			return sim.Message{}, unavailable()
		}
		return sim.NewMessage(&conformv1.Thing{Id: m.Body.(*conformv1.GetThing).GetId()}), nil
	})
	first, err := h(t.Context(), thing("7"))
	if err != nil || first.Header.Get(policy.HeaderDegraded) != "" {
		t.Fatalf("%v, %v", first.Header, err)
	}
	first.Body.(*conformv1.Thing).Id = "changed by the one who got it"
	broken = true
	again, err := h(t.Context(), thing("7"))
	if err != nil || again.Body.(*conformv1.Thing).GetId() != "7" || again.Header.Get(policy.HeaderDegraded) != "last known response" {
		t.Errorf("%v, %v", again, err)
	}
	if d := cmp.Diff([]sim.Fact{sim.Degraded{By: "fallback"}}, r.taken()); d != "" {
		t.Error(d)
	}
	if _, err := h(t.Context(), thing("8")); err == nil || len(r.taken()) != 0 {
		t.Errorf("nobody ever asked for this: %v", err)
	}
}

func TestFallbackRemembersSoMany(t *testing.T) {
	broken := false
	h := made(t, "fallback", policy.Deps{}).Around()(func(context.Context, sim.Message) (sim.Message, error) {
		if broken {
			return sim.Message{}, unavailable()
		}
		return sim.NewMessage(&conformv1.Thing{}), nil
	})
	for i := range 1001 {
		_, _ = h(t.Context(), thing(fmt.Sprint(i)))
	}
	broken = true
	_, oldest := h(t.Context(), thing("0"))
	_, second := h(t.Context(), thing("1"))
	if oldest == nil || second != nil {
		t.Errorf("the oldest: %v; the next one: %v", oldest, second)
	}
}

func TestFallbackStaticAndError(t *testing.T) {
	fails := func(err error) sim.Handler {
		return func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, err }
	}
	static := made(t, `fallback use=static body="{\"id\":\"0\"}"`, policy.Deps{}).Around()
	reply, err := static(fails(unavailable()))(t.Context(), thing("7"))
	if err != nil || reply.Type != "sim.conform.v1.Thing" || reply.Body.(*conformv1.Thing).GetId() != "0" || reply.Header.Get(policy.HeaderDegraded) == "" {
		t.Errorf("%v, %v", reply, err)
	}
	if _, err := static(fails(&sim.Error{Code: sim.NotFound, Remote: true}))(t.Context(), thing("7")); sim.CodeOf(err) != sim.NotFound {
		t.Errorf("a no is an answer: %v", err)
	}
	if _, err := static(fails(sim.ErrKilled))(t.Context(), thing("7")); !errors.Is(err, sim.ErrKilled) {
		t.Errorf("nobody is there to take an answer: %v", err)
	}
	wrong := made(t, `fallback use=static body="{\"nope\":1}"`, policy.Deps{}).Around()
	if _, err := wrong(fails(unavailable()))(t.Context(), thing("7")); sim.CodeOf(err) != sim.Internal || !strings.Contains(err.Error(), "sim.conform.v1.Thing") {
		t.Errorf("a body of another contract: %v", err)
	}
	text := made(t, `fallback use=error text="come back later"`, policy.Deps{}).Around()
	if _, err := text(fails(unavailable()))(t.Context(), thing("7")); err == nil || err.Error() != "come back later" || sim.CodeOf(err) != sim.Unavailable {
		t.Errorf("%v", err)
	}
}
