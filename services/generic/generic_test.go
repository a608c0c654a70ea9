package generic_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/generic"
	genericv1 "github.com/msc-sim/msc-sim/services/generic/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/sim"
)

// group is a sim.Group whose work the test can wait for.
type group struct {
	dead bool
	wg   sync.WaitGroup
}

func (g *group) Go(_ string, f func(context.Context)) bool {
	if !g.dead {
		g.wg.Go(func() { f(context.Background()) })
	}
	return !g.dead
}

func node(calls ...[]string) (*envtest.Env, *group, sim.Service) {
	env, g := envtest.New("a"), &group{}
	env.Group = g
	return env, g, generic.New(&env.Env, sim.ServiceSpec{Name: "a", Kind: "generic", Calls: calls})
}

func ask(ctx context.Context, s sim.Service, path string) (*genericv1.Reply, error) {
	return envtest.Ask[*genericv1.Reply](ctx, s, &genericv1.Call{Path: path, Payload: "pp"}, nil)
}

func fine(context.Context, sim.Message) (proto.Message, error) { return &genericv1.Reply{}, nil }

func TestALeafAnswers(t *testing.T) {
	env, _, s := node()
	for _, path := range []string{"a/buy", "a/buy/now", "a"} {
		got, err := ask(t.Context(), s, path)
		if diff := cmp.Diff(&genericv1.Reply{Service: "a"}, got, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", path, err, diff)
		}
	}
	if calls := env.Others.Calls(); len(calls) > 0 {
		t.Errorf("it called %v", calls)
	}
}

func TestANodeAnswersForItselfOnly(t *testing.T) {
	_, _, s := node()
	for _, path := range []string{"b/buy", "", "ab/buy", "/a"} {
		if _, err := ask(t.Context(), s, path); sim.CodeOf(err) != sim.NotFound {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestItCallsGroupAfterGroupWithTheSameUseCase(t *testing.T) {
	env, _, s := node([]string{"b"}, []string{"c"}, []string{"b"})
	var asked []string
	for _, name := range []string{"b", "c"} {
		env.Others.Answers(name, func(_ context.Context, m sim.Message) (proto.Message, error) {
			asked = append(asked, m.Body.(*genericv1.Call).GetPath()+" "+m.Body.(*genericv1.Call).GetPayload())
			return &genericv1.Reply{}, nil
		})
	}
	got, err := ask(t.Context(), s, "a/buy/now")
	want := &genericv1.Reply{Service: "a", Calls: []string{"b", "c", "b"}}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"b/buy/now pp", "c/buy/now pp", "b/buy/now pp"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// Each member answers only when all have been asked: one after another would
// hang for ever, which synctest notices.
func TestMembersOfAGroupAreCalledAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env, g, s := node([]string{"b", "c", "d"}, []string{"e"})
		var all sync.WaitGroup
		all.Add(3)
		for _, name := range []string{"b", "c", "d"} {
			env.Others.Answers(name, func(ctx context.Context, m sim.Message) (proto.Message, error) {
				all.Done()
				all.Wait()
				return fine(ctx, m)
			})
		}
		env.Others.Answers("e", fine)
		got, err := ask(t.Context(), s, "a/buy")
		want := &genericv1.Reply{Service: "a", Calls: []string{"b", "c", "d", "e"}}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if calls := env.Others.Calls(); len(calls) != 4 || calls[3] != "ask e Call" {
			t.Errorf("it called %v", calls)
		}
		g.wg.Wait()
	})
}

func TestTheFirstFailureEndsTheOthersAndWhatStandsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env, g, s := node([]string{"slow", "bad", "slow"}, []string{"after"})
		var ended sync.WaitGroup
		ended.Add(2)
		env.Others.Answers("slow", func(ctx context.Context, _ sim.Message) (proto.Message, error) {
			<-ctx.Done()
			ended.Done()
			return nil, ctx.Err()
		})
		env.Others.Answers("bad", func(context.Context, sim.Message) (proto.Message, error) {
			synctest.Wait() // until the slow ones stand
			return nil, sim.Errorf(sim.Unavailable, "connection refused")
		})
		env.Others.Answers("after", fine)
		_, err := ask(t.Context(), s, "a/buy")
		if sim.CodeOf(err) != sim.Unavailable || err.Error() != "bad cannot be reached: connection refused" {
			t.Errorf("%v", err)
		}
		ended.Wait()
		g.wg.Wait()
		if calls := env.Others.Calls(); len(calls) != 3 {
			t.Errorf("it called %v", calls)
		}
	})
}

func TestItFailsAsWhatItCallsFails(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want sim.Code
	}{
		{sim.Errorf(sim.Timeout, "no answer in time"), sim.Timeout},
		{sim.Errorf(sim.Unavailable, "nobody there"), sim.Unavailable},
		{sim.Errorf(sim.Exhausted, "too much"), sim.Unavailable},
		{sim.Errorf(sim.NotFound, "there is no /b/buy here"), sim.Internal},
		{sim.ErrKilled, sim.Unavailable},
	} {
		env, _, s := node([]string{"b"})
		env.Others.Answers("b", func(context.Context, sim.Message) (proto.Message, error) { return nil, tt.err })
		if _, err := ask(t.Context(), s, "a/buy"); sim.CodeOf(err) != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%v becomes %v", tt.err, err)
		}
	}
}

func TestItGivesUpWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env, g, s := node([]string{"b", "c"})
		ctx, giveUp := context.WithCancel(t.Context())
		for _, name := range []string{"b", "c"} {
			env.Others.Answers(name, func(ctx context.Context, _ sim.Message) (proto.Message, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
		}
		g.wg.Go(func() {
			synctest.Wait() // until both stand
			giveUp()
		})
		if _, err := ask(ctx, s, "a/buy"); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		g.wg.Wait()
	})
}

func TestADeadInstanceCallsNobody(t *testing.T) {
	env, g, s := node([]string{"b", "c"})
	g.dead = true
	if _, err := ask(t.Context(), s, "a/buy"); !errors.Is(err, sim.ErrKilled) || len(env.Others.Calls()) > 0 {
		t.Errorf("%v after %v", err, env.Others.Calls())
	}
}
