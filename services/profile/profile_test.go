package profile_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/profile"
	profilev1 "github.com/msc-sim/msc-sim/services/profile/v1"
	userv1 "github.com/msc-sim/msc-sim/services/user/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// get asks for a profile where user answers in a certain way.
func get(t *testing.T, id string, answer envtest.Answer) (*profilev1.Profile, error) {
	t.Helper()
	env := envtest.New("profile")
	if answer != nil {
		env.Others.Answers("user", answer)
	}
	return envtest.Ask[*profilev1.Profile](t.Context(), profile.New(&env.Env, sim.ServiceSpec{}), &profilev1.GetProfile{UserId: id}, nil)
}

func named(name, email string) envtest.Answer {
	return func(_ context.Context, m sim.Message) (proto.Message, error) {
		return &userv1.User{Id: m.Body.(*userv1.GetUser).GetId(), Name: name, Email: email}, nil
	}
}

func TestAProfileShowsLittle(t *testing.T) {
	for _, tt := range []struct{ name, email, display, hint string }{
		{"Ada Berg", "ada@example.com", "Ada B.", "a…@example.com"},
		{"Émile  de la Örtel", "é@b.c", "Émile Ö.", "é…@b.c"},
		{"Cher", "c@d.e", "Cher", "c…@d.e"},
		{"", "", "", ""},
	} {
		got, err := get(t, "c-1", named(tt.name, tt.email))
		want := &profilev1.Profile{UserId: "c-1", DisplayName: tt.display, EmailHint: tt.hint}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

func TestWhatUserSaysDecides(t *testing.T) {
	no := func(e *sim.Error) envtest.Answer {
		return func(context.Context, sim.Message) (proto.Message, error) { return nil, e }
	}
	for _, tt := range []struct {
		id     string
		answer envtest.Answer
		status int
		text   string
	}{
		{"c-9", no(&sim.Error{Code: sim.NotFound, Message: "there is no user c-9", Remote: true}), 404, "there is no profile c-9"},
		{"c-1", no(sim.Errorf(sim.Timeout, "no answer in time")), 504, "user did not respond in time"},
		{"c-1", no(sim.Errorf(sim.Unavailable, "connection refused")), 503, "user cannot be reached: connection refused"},
		{"c-1", nil, 500, "user refused the request: not linked to user: this world has no such link"},
		{"", nil, 400, "user_id: is missing"},
		{"a/b", nil, 400, `user_id: "a/b" is not an id`},
	} {
		_, err := get(t, tt.id, tt.answer)
		if e := sim.AsError(err); e == nil || e.Status() != tt.status || e.Message != tt.text {
			t.Errorf("%q: %v, want %d %q", tt.id, err, tt.status, tt.text)
		}
	}
}
