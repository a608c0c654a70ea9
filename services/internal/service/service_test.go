package service_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/internal/service"
	"github.com/msc-sim/msc-sim/sim"
)

func TestRulesAreHandlersByContract(t *testing.T) {
	double := service.On(func(_ context.Context, n *wrapperspb.Int64Value) (*wrapperspb.StringValue, error) {
		if n.GetValue() < 0 {
			return nil, errors.New("below zero")
		}
		return wrapperspb.String(strings.Repeat("x", int(2*n.GetValue()))), nil
	})
	s := service.Rules{double}
	h := s.Handlers()["google.protobuf.Int64Value"]
	if h == nil || len(s.Handlers()) != 1 || len(s.OnAnswer()) != 0 {
		t.Fatalf("handlers are %v", s.Handlers())
	}
	reply, err := h(t.Context(), sim.NewMessage(wrapperspb.Int64(2)))
	if err != nil || reply.Type != "google.protobuf.StringValue" || reply.Body.(*wrapperspb.StringValue).GetValue() != "xxxx" {
		t.Errorf("the answer is %v, %v", reply, err)
	}
	if _, err := h(t.Context(), sim.NewMessage(wrapperspb.Int64(-1))); sim.CodeOf(err) != sim.Internal || err.Error() != "below zero" {
		t.Errorf("a plain error becomes %v", err)
	}
	if _, err := h(t.Context(), sim.NewMessage(wrapperspb.Bool(true))); sim.CodeOf(err) != sim.Internal {
		t.Errorf("a foreign body gives %v", err)
	}
}

func TestNewIDsNeverMeet(t *testing.T) {
	for _, tt := range []struct {
		instance, life int
		want           []string
	}{
		{0, 0, []string{"o-1", "o-2"}},
		{1, 1, []string{"o-1", "o-2"}},
		{2, 1, []string{"o2-1", "o2-2"}},
		{1, 2, []string{"o1.2-1", "o1.2-2"}},
		{2, 3, []string{"o2.3-1", "o2.3-2"}},
		{12, 1, []string{"o12-1", "o12-2"}},
		{1, 12, []string{"o1.12-1", "o1.12-2"}},
	} {
		env := envtest.New("order")
		env.Self.N, env.Life = tt.instance, tt.life
		var got []string
		err := env.Store.Do(t.Context(), func(tx sim.Tx) error {
			for range tt.want {
				id, err := service.NewID(tx, &env.Env, "o")
				if err != nil {
					return err
				}
				got = append(got, id)
			}
			return nil
		})
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("instance %d, life %d: %v (-want +got):\n%s", tt.instance, tt.life, err, diff)
		}
	}
}

func TestAnIDIsOnlyUsedUpWhenItsTransactionCommits(t *testing.T) {
	env := envtest.New("order")
	take := func(fail error) (id string) {
		_ = env.Store.Do(t.Context(), func(tx sim.Tx) (err error) {
			id, err = service.NewID(tx, &env.Env, "o")
			return errors.Join(err, fail)
		})
		return id
	}
	got := []string{take(nil), take(errors.New("rolled back")), take(nil)}
	if diff := cmp.Diff([]string{"o-1", "o-2", "o-2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUpstream(t *testing.T) {
	for _, tt := range []struct {
		name    string
		err     error
		code    sim.Code
		status  int
		message string
	}{
		{"silence", sim.Errorf(sim.Timeout, "no answer in time"), sim.Timeout, 504, "product did not respond in time"},
		{"a deadline", context.DeadlineExceeded, sim.Timeout, 504, "product did not respond in time"},
		{"nobody there", sim.Errorf(sim.Unavailable, "connection refused"), sim.Unavailable, 503, "product cannot be reached: connection refused"},
		{"not now", &sim.Error{Code: sim.Unavailable, Message: "503 Service Unavailable", Remote: true}, sim.Unavailable, 503, "product is unavailable: 503 Service Unavailable"},
		{"given up", context.Canceled, sim.Unavailable, 503, "product cannot be reached: given up by the caller"},
		{"not sent", &sim.Error{Code: sim.Exhausted, Message: "rate limit is reached", Err: sim.ErrNotSent}, sim.Unavailable, 503, "the request to product was not sent: rate limit is reached"},
		{"too much", sim.Errorf(sim.Exhausted, "slow down"), sim.Unavailable, 503, "product has too much to do"},
		{"its mistake", sim.Errorf(sim.Internal, "oops"), sim.Unavailable, http.StatusBadGateway, "product made a mistake: oops"},
		{"our mistake", sim.Invalidf("id: is missing"), sim.Internal, 500, "product refused the request: id: is missing"},
		{"not allowed", sim.Errorf(sim.Denied, "no"), sim.Internal, 500, "product refused the request: no"},
		{"a plain error", errors.New("eh"), sim.Unavailable, http.StatusBadGateway, "product made a mistake: eh"},
	} {
		got := service.Upstream("product", tt.err)
		if got.Code != tt.code || got.Status() != tt.status || got.Message != tt.message || !errors.Is(got, tt.err) {
			t.Errorf("%s: %s %d %q", tt.name, got.Code, got.Status(), got.Message)
		}
	}
}

func TestUpstreamPassesOnRetryAfterAndDeath(t *testing.T) {
	busy := &sim.Error{Code: sim.Unavailable, Message: "busy", RetryAfter: 3 * time.Second}
	if got := service.Upstream("payment", busy); got.RetryAfter != busy.RetryAfter {
		t.Errorf("Retry-After is %s", got.RetryAfter)
	}
	if got := service.Upstream("payment", sim.ErrKilled); got != sim.ErrKilled {
		t.Errorf("a killed instance says %v", got)
	}
}

func TestChecks(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string // "" = fine
	}{
		{"id", service.ID("id", "o2.2-1"), ""},
		{"no id", service.ID("id", ""), "id: is missing"},
		{"an id with a slash", service.ID("id", "a/b"), `id: "a/b" is not an id`},
		{"an id that is a folder", service.ID("id", ".."), `id: ".." is not an id`},
		{"an id with a letter of elsewhere", service.ID("id", "ö"), `id: "ö" is not an id`},
		{"a long id", service.ID("id", strings.Repeat("a", service.MaxID)), ""},
		{"a longer id", service.ID("id", strings.Repeat("a", service.MaxID+1)), "id: is too long"},
		{"text", service.Text("name", "öö", 2), ""},
		{"longer text", service.Text("name", "ööö", 2), "name: is too long"},
		{"a number", service.Number("n", 1, 1, 99), ""},
		{"the last number", service.Number("n", 99, 1, 99), ""},
		{"a small number", service.Number("n", 0, 1, 99), "n: 0 is out of bounds"},
		{"a large number", service.Number("n", 100, 1, 99), "n: 100 is out of bounds"},
	} {
		switch {
		case tt.want == "" && tt.err != nil, tt.want != "" && (tt.err == nil || tt.err.Error() != tt.want):
			t.Errorf("%s: %v, want %q", tt.name, tt.err, tt.want)
		case tt.want != "" && sim.CodeOf(tt.err) != sim.Invalid:
			t.Errorf("%s: code %s", tt.name, sim.CodeOf(tt.err))
		}
	}
}

func TestRead(t *testing.T) {
	env := envtest.New("order")
	err := env.Store.Do(t.Context(), func(tx sim.Tx) error { return tx.Put("orders", "o-1", wrapperspb.String("here")) })
	if err != nil {
		t.Fatal(err)
	}
	got, err := service.Read(t.Context(), env.Store, "orders", "order", "o-1", &wrapperspb.StringValue{})
	if got.GetValue() != "here" || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	_, err = service.Read(t.Context(), env.Store, "orders", "order", "o-9", &wrapperspb.StringValue{})
	if sim.CodeOf(err) != sim.NotFound || err.Error() != "there is no order o-9" {
		t.Errorf("%v", err)
	}
}
