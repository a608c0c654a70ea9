package order_test

import (
	"context"
	"io"
	"testing"

	"google.golang.org/protobuf/proto"

	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// ear is a Stream that only listens.
type ear chan orderv1.Order_Status

func (e ear) Send(m sim.Message) error { e <- m.Body.(*orderv1.Order).GetStatus(); return nil }
func (ear) Recv() (sim.Message, error) { return sim.Message{}, io.EOF }
func (ear) CloseSend() error           { return nil }

// follow follows an order; ended is what it ended with.
func follow(ctx context.Context, s sim.Service, id string, to sim.Stream) (ended chan error) {
	ended = make(chan error, 1)
	m := sim.NewMessage(&orderv1.FollowOrder{Id: id})
	m.Stream = to
	go func() { // ends with the order's verdict, or with ctx
		_, err := s.Handlers()[m.Type](ctx, m)
		ended <- err
	}()
	return ended
}

// An order that waits for payment is PENDING for whoever follows it, and is
// heard of again when payment has answered.
func TestAFollowerHearsTheVerdict(t *testing.T) {
	env, s := shop()
	asked, answer := make(chan bool), make(chan *paymentv1.Receipt)
	env.Others.Answers("payment", func(context.Context, sim.Message) (proto.Message, error) {
		asked <- true
		return <-answer, nil
	})
	placed := make(chan error, 1)
	go func() { // ends when payment has answered
		_, err := place(t.Context(), s, basket(), "")
		placed <- err
	}()
	<-asked
	heard := make(ear)
	ended := follow(t.Context(), s, "o-1", heard)
	if got := <-heard; got != orderv1.Order_PENDING {
		t.Errorf("first %s", got)
	}
	answer <- &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_DECLINED, Reason: proto.String("no")}
	if got := <-heard; got != orderv1.Order_DECLINED {
		t.Errorf("then %s", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	if err := <-placed; err != nil {
		t.Error(err)
	}
}

func TestFollowingWhatIsDecidedEndsAtOnce(t *testing.T) {
	_, s := shop()
	if _, err := place(t.Context(), s, basket(), ""); err != nil {
		t.Fatal(err)
	}
	heard := make(ear, 2)
	if err := <-follow(t.Context(), s, "o-1", heard); err != nil || len(heard) != 1 || <-heard != orderv1.Order_CONFIRMED {
		t.Errorf("it ended with %v", err)
	}
	if err := <-follow(t.Context(), s, "o-7", heard); sim.CodeOf(err) != sim.NotFound {
		t.Errorf("an order that does not exist: %v", err)
	}
	if err := <-follow(t.Context(), s, "o-1", nil); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("without a stream: %v", err)
	}
}

func TestAFollowerMayLeave(t *testing.T) {
	env, s := shop()
	asked := make(chan bool)
	env.Others.Answers("payment", func(ctx context.Context, _ sim.Message) (proto.Message, error) {
		asked <- true
		<-ctx.Done()
		return nil, ctx.Err()
	})
	ctx, leave := context.WithCancel(t.Context())
	placed := make(chan error, 1)
	go func() { // ends with ctx
		_, err := place(ctx, s, basket(), "")
		placed <- err
	}()
	<-asked
	follower, gone := context.WithCancel(t.Context())
	heard := make(ear)
	ended := follow(follower, s, "o-1", heard)
	<-heard
	gone()
	if err := <-ended; sim.CodeOf(err) != sim.Unavailable {
		t.Errorf("it ended with %v", err)
	}
	leave()
	<-placed
}
