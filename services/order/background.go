package order

import (
	"context"

	"google.golang.org/protobuf/proto"

	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// later answers with the order as it is, PENDING, and decides it in the
// background of this process:
//
//	go fulfil(order)
//	return order
//
// The caller goes on, but nobody else knows of the work: it is kept nowhere, and
// dies with the process.
func (s order) later(ctx context.Context, o *orderv1.Order, card string) (*orderv1.Order, error) {
	answer := proto.Clone(o).(*orderv1.Order)
	span := sim.SpanFrom(ctx)
	alive := s.env.Group.Go("fulfil", func(ctx context.Context) {
		if span != nil {
			ctx = sim.WithSpan(ctx, span)
		}
		_ = s.fulfil(ctx, o, card) // the order says what became of it; nobody waits
	})
	if !alive {
		return nil, sim.ErrKilled
	}
	return answer, nil
}
