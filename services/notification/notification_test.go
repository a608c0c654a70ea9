package notification_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/notification"
	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func notify(t *testing.T, s sim.Service, text string) *notificationv1.Notification {
	t.Helper()
	n, err := envtest.Ask[*notificationv1.Notification](t.Context(), s, &notificationv1.Notify{To: "c-1", Text: text}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// list gives the texts of a page.
func list(t *testing.T, s sim.Service, size int32) []string {
	t.Helper()
	page, err := envtest.Ask[*notificationv1.Notifications](t.Context(), s, &notificationv1.ListNotifications{PageSize: size}, nil)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{}
	for _, n := range page.GetNotifications() {
		texts = append(texts, n.GetText())
	}
	return texts
}

func TestNotifyIsStampedByItsOwnClock(t *testing.T) {
	env := envtest.New("notification")
	s := notification.New(&env.Env, sim.ServiceSpec{})
	late := env.Now().Add(-3 * time.Hour) // a skewed clock
	env.Now = func() time.Time { return late }
	want := &notificationv1.Notification{Id: "n-1", To: "c-1", Text: "order o-1 is confirmed", SentAt: timestamppb.New(late)}
	if diff := cmp.Diff(want, notify(t, s, "order o-1 is confirmed"), protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"wrote to c-1: order o-1 is confirmed"}, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

// Of one letter told twice under a key, a service that remembers writes one.
func TestOnce(t *testing.T) {
	for _, tt := range []struct {
		once bool
		key  string
		want int
	}{{false, "l-1", 2}, {true, "l-1", 1}, {true, "", 2}} {
		env := envtest.New("notification")
		s := notification.New(&env.Env, sim.ServiceSpec{Once: tt.once})
		for range 2 {
			m := sim.NewMessage(&notificationv1.Notify{To: "c-1", Text: "hello"})
			if tt.key != "" {
				m.Header = sim.Header{sim.HeaderIdempotencyKey: {tt.key}}
			}
			if _, err := s.Handlers()[m.Type](t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(env.Store.Effects()); got != tt.want {
			t.Errorf("once %v, key %q: %d letters, not %d", tt.once, tt.key, got, tt.want)
		}
	}
}

func TestListIsNewestFirstAndKeepsAHundred(t *testing.T) {
	env := envtest.New("notification")
	s := notification.New(&env.Env, sim.ServiceSpec{})
	if got := list(t, s, 0); len(got) != 0 {
		t.Errorf("at first there is %v", got)
	}
	for i := 1; i <= 3; i++ {
		notify(t, s, fmt.Sprint(i))
	}
	if diff := cmp.Diff([]string{"3", "2", "1"}, list(t, s, 0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"3", "2"}, list(t, s, 2)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i := 4; i <= 250; i++ {
		notify(t, s, fmt.Sprint(i))
	}
	if got := list(t, s, 0); len(got) != 20 || got[0] != "250" || got[19] != "231" {
		t.Errorf("a page is %v", got)
	}
	if got := list(t, s, 100); len(got) != 100 || got[0] != "250" || got[99] != "151" {
		t.Errorf("the largest page is %v", got)
	}
}

func TestNotificationRefuses(t *testing.T) {
	for want, req := range map[string]proto.Message{
		"to: is missing":                  &notificationv1.Notify{Text: "x"},
		"text: is missing":                &notificationv1.Notify{To: "c-1"},
		"text: is too long":               &notificationv1.Notify{To: "c-1", Text: strings.Repeat("x", 501)},
		"page_size: 101 is out of bounds": &notificationv1.ListNotifications{PageSize: 101},
		"page_size: -1 is out of bounds":  &notificationv1.ListNotifications{PageSize: -1},
	} {
		env := envtest.New("notification")
		_, err := envtest.Ask[proto.Message](t.Context(), notification.New(&env.Env, sim.ServiceSpec{}), req, nil)
		if sim.CodeOf(err) != sim.Invalid || err.Error() != want || len(env.Store.Effects()) > 0 {
			t.Errorf("%v: %v, want %q; effects %v", req, err, want, env.Store.Effects())
		}
	}
}
