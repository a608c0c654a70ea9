// Package notification tells people what happened. Told twice, it writes twice,
// unless the world lets it remember what it has handled (once).
package notification

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/msc-sim/msc-sim/services/internal/service"
	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const (
	longestText = 500
	defaultPage = 20
	kept        = 100 // the last ones; also the largest page

	ids  = "n"
	sent = "sent" // slot of a ring → notification
)

type notification struct {
	env  *sim.Env
	spec sim.ServiceSpec
}

// New is the notification service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	n := notification{env, spec}
	return service.Rules{service.OnMessage(n.notify), service.On(n.list)}
}

// notify writes a letter, and what it knows it by, in one transaction.
func (n notification) notify(ctx context.Context, m sim.Message, req *notificationv1.Notify) (*notificationv1.Notification, error) {
	if err := service.ID("to", req.GetTo()); err != nil {
		return nil, err
	}
	if err := service.Text("text", req.GetText(), longestText); err != nil {
		return nil, err
	}
	note := &notificationv1.Notification{To: req.GetTo(), Text: req.GetText(), SentAt: timestamppb.New(n.env.Now())}
	err := n.env.Store.Do(ctx, func(tx sim.Tx) error {
		if again, err := service.Again(tx, n.spec, m); err != nil || again {
			return err
		}
		last, err := service.Count(tx, ids)
		if err != nil {
			return err
		}
		if note.Id, err = service.NewID(tx, n.env, ids); err != nil {
			return err
		}
		tx.Effect("wrote to " + note.GetTo() + ": " + note.GetText())
		return tx.Put(sent, slot(last+1), note)
	})
	return note, err
}

// slot is where the i-th notification is kept, until the ring comes round.
func slot(i int64) string { return strconv.FormatInt(i%kept, 10) }

func (n notification) list(ctx context.Context, req *notificationv1.ListNotifications) (*notificationv1.Notifications, error) {
	size := req.GetPageSize()
	if size == 0 {
		size = defaultPage
	}
	if err := service.Number("page_size", size, 1, kept); err != nil {
		return nil, err
	}
	page := &notificationv1.Notifications{}
	err := n.env.Store.Do(ctx, func(tx sim.Tx) error {
		last, err := service.Count(tx, ids)
		if err != nil {
			return err
		}
		for i := last; i > max(0, last-int64(size)); i-- {
			note := &notificationv1.Notification{}
			if _, err := tx.Get(sent, slot(i), note); err != nil {
				return err
			}
			page.Notifications = append(page.Notifications, note)
		}
		return nil
	})
	return page, err
}
