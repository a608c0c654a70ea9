package email_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/services/email"
	emailv1 "github.com/msc-sim/msc-sim/services/email/v1"
	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	"github.com/msc-sim/msc-sim/sim"
)

var (
	placed = &eventsv1.OrderCreated{OrderId: "o-1", CustomerId: "c-1", Total: &moneyv1.Money{Currency: "EUR", Cents: 3636}}
	joined = &eventsv1.UserRegistered{UserId: "u-1", Name: "Ada"}
)

func hear(t *testing.T, s sim.Service, fact proto.Message, id string) {
	t.Helper()
	if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, fact, sim.Header{"ce-id": {id}}); err != nil {
		t.Fatal(err)
	}
}

func texts(t *testing.T, s sim.Service, req *emailv1.ListMails) (all []string) {
	t.Helper()
	page, err := envtest.Ask[*emailv1.Mails](t.Context(), s, req, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page.GetMails() {
		all = append(all, m.GetId()+" "+m.GetTo()+" "+m.GetText())
	}
	return all
}

func TestAFactThatComesTwice(t *testing.T) {
	for _, tt := range []struct {
		once bool
		want []string
	}{
		{false, []string{"m-3 u-1 welcome, Ada", "m-2 c-1 thank you for order o-1: 36.36 EUR", "m-1 c-1 thank you for order o-1: 36.36 EUR"}},
		{true, []string{"m-2 u-1 welcome, Ada", "m-1 c-1 thank you for order o-1: 36.36 EUR"}},
	} {
		s := email.New(&envtest.New("email").Env, sim.ServiceSpec{Once: tt.once})
		hear(t, s, placed, "order-created/o-1")
		hear(t, s, placed, "order-created/o-1")
		hear(t, s, joined, "user-registered/u-1")
		if diff := cmp.Diff(tt.want, texts(t, s, &emailv1.ListMails{})); diff != "" {
			t.Errorf("once %t:\n%s", tt.once, diff)
		}
	}
}

func TestTheLastHundredAreKept(t *testing.T) {
	s := email.New(&envtest.New("email").Env, sim.ServiceSpec{})
	for range 130 {
		hear(t, s, joined, "")
	}
	all := texts(t, s, &emailv1.ListMails{PageSize: 100})
	if len(all) != 100 || all[0] != "m-130 u-1 welcome, Ada" || all[99] != "m-31 u-1 welcome, Ada" {
		t.Errorf("%d are kept, from %q to %q", len(all), all[0], all[len(all)-1])
	}
	if n := len(texts(t, s, &emailv1.ListMails{})); n != 20 {
		t.Errorf("a page has %d", n)
	}
	if _, err := envtest.Ask[*emailv1.Mails](t.Context(), s, &emailv1.ListMails{PageSize: 101}, nil); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("a page of 101 gives %v", err)
	}
}
