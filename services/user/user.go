// Package user knows who the customers are. An e-mail address belongs to one.
package user

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	userv1 "github.com/msc-sim/msc-sim/services/user/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const (
	users     = "users"
	addresses = "addresses" // e-mail address → user
)

// regulars are customers from the first day. They are never changed.
var regulars = [...][3]string{
	{"c-1", "Ada Berg", "ada@example.com"},
	{"c-2", "Ben Okafor", "ben@example.com"},
	{"c-3", "Chiara Rossi", "chiara@example.com"},
	{"c-4", "Daan Visser", "daan@example.com"},
	{"c-5", "Emi Sato", "emi@example.com"},
}

type user struct {
	env   *sim.Env
	facts *service.Facts
}

// New is the user service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	u := user{env, service.NewFacts(env, spec)}
	return service.Rules{service.On(u.get), service.On(u.create)}
}

func (u user) get(ctx context.Context, req *userv1.GetUser) (*userv1.User, error) {
	for _, r := range regulars {
		if r[0] == req.GetId() {
			return &userv1.User{Id: r[0], Name: r[1], Email: r[2]}, nil
		}
	}
	return service.Read(ctx, u.env.Store, users, "user", req.GetId(), &userv1.User{})
}

func (u user) create(ctx context.Context, req *userv1.CreateUser) (*userv1.User, error) {
	if err := check(req); err != nil {
		return nil, err
	}
	made := &userv1.User{Name: req.GetName(), Email: strings.ToLower(req.GetEmail())}
	fact := &eventsv1.UserRegistered{Name: made.GetName(), Email: made.GetEmail(), RegisteredAt: timestamppb.New(u.env.Now())}
	err := u.env.Store.Do(ctx, func(tx sim.Tx) (err error) {
		if taken, err := taken(tx, made.GetEmail()); err != nil || taken {
			return conflict(made.GetEmail(), err)
		}
		if made.Id, err = service.NewID(tx, u.env, "u"); err != nil {
			return err
		}
		tx.Effect("user " + made.GetId() + " signed up")
		fact.UserId = made.GetId()
		if err := u.facts.Write(tx, registered, registered+"/"+made.GetId(), fact); err != nil {
			return err
		}
		return put(tx, made)
	})
	if err == nil {
		u.facts.Publish(ctx, registered, registered+"/"+made.GetId(), fact)
	}
	return made, err
}

// registered is the topic in which new customers are announced.
const registered = "user-registered"

func put(tx sim.Tx, made *userv1.User) error {
	if err := tx.Put(users, made.GetId(), made); err != nil {
		return err
	}
	return tx.Put(addresses, made.GetEmail(), made)
}

func taken(tx sim.Tx, email string) (bool, error) {
	for _, r := range regulars {
		if r[2] == email {
			return true, nil
		}
	}
	return tx.Get(addresses, email, &userv1.User{})
}

func conflict(email string, err error) error {
	if err == nil {
		err = sim.Errorf(sim.Conflict, "email: %s belongs to another user", email)
	}
	return err
}

func check(req *userv1.CreateUser) error {
	if err := service.Text("name", req.GetName(), 100); err != nil {
		return err
	}
	if err := service.Text("email", req.GetEmail(), 100); err != nil {
		return err
	}
	local, host, _ := strings.Cut(req.GetEmail(), "@")
	if local == "" || !strings.Contains(strings.Trim(host, "."), ".") || strings.ContainsAny(req.GetEmail(), " \t\r\n") || strings.Contains(host, "@") {
		return sim.Invalidf("email: %q is not an address", req.GetEmail()).WithFix("such as ada@example.com")
	}
	return nil
}
