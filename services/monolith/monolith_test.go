package monolith_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/internal/service"
	"github.com/msc-sim/msc-sim/services/monolith"
	"github.com/msc-sim/msc-sim/sim"
)

// shout answers with what echo makes of a word, louder.
func shout(env *sim.Env, _ sim.ServiceSpec) sim.Service {
	return service.Rules{service.On(func(ctx context.Context, in *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
		out, err := sim.AskFor[*wrapperspb.StringValue](ctx, env.Call, "echo", sim.NewMessage(in))
		if err != nil {
			return nil, err
		}
		return wrapperspb.String(strings.ToUpper(out.GetValue())), nil
	})}
}

func echo(env *sim.Env, _ sim.ServiceSpec) sim.Service {
	return service.Rules{service.On(func(ctx context.Context, in *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
		if in.GetValue() == "" {
			return nil, sim.Invalidf("nothing to say")
		}
		return in, env.Store.Do(ctx, func(tx sim.Tx) error { tx.Effect("echo " + in.GetValue()); return nil })
	})}
}

func say(t *testing.T, s sim.Service, word string) (string, error) {
	t.Helper()
	m := sim.NewMessage(wrapperspb.String(word))
	reply, err := s.Handlers()[m.Type](t.Context(), m)
	if err != nil {
		return "", err
	}
	return reply.Body.(*wrapperspb.StringValue).GetValue(), nil
}

func TestPartsCallEachOtherAndNobodyElse(t *testing.T) {
	env := envtest.New("shop")
	s := monolith.Of("shout", map[string]monolith.Make{"shout": shout, "echo": echo})(&env.Env, sim.ServiceSpec{})
	if got, err := say(t, s, "hi"); got != "HI" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := say(t, s, ""); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("a part's no is %v", err)
	}
	if calls := env.Others.Calls(); len(calls) > 0 {
		t.Errorf("messages left the program: %v", calls)
	}
	if diff := cmp.Diff([]string{"echo hi"}, env.Store.Effects()); diff != "" {
		t.Errorf("the memory is not the one of the program (-want +got):\n%s", diff)
	}
}

func TestAPartThatIsMissingIsNotLinked(t *testing.T) {
	env := envtest.New("shop")
	s := monolith.Of("shout", map[string]monolith.Make{"shout": shout})(&env.Env, sim.ServiceSpec{})
	if _, err := say(t, s, "hi"); !errors.Is(err, sim.ErrNoLink) {
		t.Errorf("%v", err)
	}
}
