package user_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/user"
	userv1 "github.com/msc-sim/msc-sim/services/user/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func TestRegularsAreThere(t *testing.T) {
	s := user.New(&envtest.New("user").Env, sim.ServiceSpec{})
	for _, id := range []string{"c-1", "c-2", "c-3", "c-4", "c-5"} {
		got, err := envtest.Ask[*userv1.User](t.Context(), s, &userv1.GetUser{Id: id}, nil)
		if err != nil || got.GetId() != id || got.GetName() == "" || !strings.Contains(got.GetEmail(), "@") {
			t.Errorf("%s: %v, %v", id, got, err)
		}
	}
	for _, id := range []string{"c-0", "c-6", "", "u-1"} {
		_, err := envtest.Ask[*userv1.User](t.Context(), s, &userv1.GetUser{Id: id}, nil)
		if sim.CodeOf(err) != sim.NotFound || err.Error() != "there is no user "+id {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestCreate(t *testing.T) {
	env := envtest.New("user")
	s := user.New(&env.Env, sim.ServiceSpec{})
	got, err := envtest.Ask[*userv1.User](t.Context(), s, &userv1.CreateUser{Name: "Finn Lund", Email: "Finn@Example.com"}, nil)
	want := &userv1.User{Id: "u-1", Name: "Finn Lund", Email: "finn@example.com"}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	kept, err := envtest.Ask[*userv1.User](t.Context(), s, &userv1.GetUser{Id: "u-1"}, nil)
	if diff := cmp.Diff(want, kept, protocmp.Transform()); diff != "" || err != nil {
		t.Errorf("kept: %v (-want +got):\n%s", err, diff)
	}
	for _, taken := range []string{"finn@example.com", "FINN@example.com", "ada@example.com"} {
		_, err := envtest.Ask[*userv1.User](t.Context(), s, &userv1.CreateUser{Name: "Somebody", Email: taken}, nil)
		if sim.CodeOf(err) != sim.Conflict || err.Error() != "email: "+strings.ToLower(taken)+" belongs to another user" {
			t.Errorf("%s: %v", taken, err)
		}
	}
	if diff := cmp.Diff([]string{"user u-1 signed up"}, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestCreateRefuses(t *testing.T) {
	long := strings.Repeat("x", 101)
	for _, tt := range []struct{ name, email, want string }{
		{"", "a@b.c", "name: is missing"},
		{long, "a@b.c", "name: is too long"},
		{"A", "", "email: is missing"},
		{"A", long, "email: is too long"},
		{"A", "ada", `email: "ada" is not an address`},
		{"A", "@b.c", `email: "@b.c" is not an address`},
		{"A", "a@", `email: "a@" is not an address`},
		{"A", "a@b", `email: "a@b" is not an address`},
		{"A", "a@b.", `email: "a@b." is not an address`},
		{"A", "a@.b", `email: "a@.b" is not an address`},
		{"A", "a b@c.d", `email: "a b@c.d" is not an address`},
		{"A", "a@b@c.d", `email: "a@b@c.d" is not an address`},
	} {
		env := envtest.New("user")
		_, err := envtest.Ask[*userv1.User](t.Context(), user.New(&env.Env, sim.ServiceSpec{}), &userv1.CreateUser{Name: tt.name, Email: tt.email}, nil)
		if sim.CodeOf(err) != sim.Invalid || err.Error() != tt.want || len(env.Store.Effects()) > 0 {
			t.Errorf("%q %q: %v, want %q; effects %v", tt.name, tt.email, err, tt.want, env.Store.Effects())
		}
	}
}
