// Package email writes mails to customers because of what happened. Nobody asks
// it to: it hears facts. One that comes twice is mailed twice, unless the world
// lets it remember what it has handled (once).
package email

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	emailv1 "github.com/msc-sim/msc-sim/services/email/v1"
	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	"github.com/msc-sim/msc-sim/sim"
)

const (
	defaultPage = 20
	kept        = 100 // the last ones; also the largest page

	ids   = "m"
	mails = "mails" // slot of a ring → mail
)

type email struct {
	env  *sim.Env
	spec sim.ServiceSpec
}

// New is the email service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	e := email{env, spec}
	return service.Rules{service.On(e.list), service.OnMessage(e.orderCreated), service.OnMessage(e.userRegistered)}
}

func (e email) orderCreated(ctx context.Context, m sim.Message, f *eventsv1.OrderCreated) (*eventsv1.Heard, error) {
	return e.write(ctx, m, f.GetCustomerId(), "thank you for order "+f.GetOrderId()+": "+f.GetTotal().Text())
}

func (e email) userRegistered(ctx context.Context, m sim.Message, f *eventsv1.UserRegistered) (*eventsv1.Heard, error) {
	return e.write(ctx, m, f.GetUserId(), "welcome, "+f.GetName())
}

// write writes a mail. The effect stands before its acknowledgement: who dies in
// between writes it again.
func (e email) write(ctx context.Context, m sim.Message, to, text string) (*eventsv1.Heard, error) {
	err := e.env.Store.Do(ctx, func(tx sim.Tx) error {
		if again, err := service.Again(tx, e.spec, m); err != nil || again {
			return err
		}
		last, err := service.Count(tx, ids)
		if err != nil {
			return err
		}
		mail := &emailv1.Mail{To: to, Text: text, SentAt: timestamppb.New(e.env.Now())}
		if mail.Id, err = service.NewID(tx, e.env, ids); err != nil {
			return err
		}
		tx.Effect("mailed " + to + ": " + text)
		return tx.Put(mails, slot(last+1), mail)
	})
	return &eventsv1.Heard{}, err
}

// slot is where the i-th mail is kept, until the ring comes round.
func slot(i int64) string { return strconv.FormatInt(i%kept, 10) }

func (e email) list(ctx context.Context, req *emailv1.ListMails) (*emailv1.Mails, error) {
	size := req.GetPageSize()
	if size == 0 {
		size = defaultPage
	}
	if err := service.Number("page_size", size, 1, kept); err != nil {
		return nil, err
	}
	page := &emailv1.Mails{}
	err := e.env.Store.Do(ctx, func(tx sim.Tx) (err error) {
		if page.Sent, err = service.Count(tx, ids); err != nil {
			return err
		}
		for i := page.GetSent(); i > max(0, page.GetSent()-int64(size)); i-- {
			mail := &emailv1.Mail{}
			if _, err := tx.Get(mails, slot(i), mail); err != nil {
				return err
			}
			page.Mails = append(page.Mails, mail)
		}
		return nil
	})
	return page, err
}
