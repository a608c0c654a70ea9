package payment

import (
	"context"

	"github.com/msc-sim/msc-sim/services/internal/service"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// refund gives the money of a charge back. What was given back already, or never
// taken, stays as it is: a refund that comes twice does no harm.
func (p payment) refund(ctx context.Context, req *paymentv1.Refund) (*paymentv1.Receipt, error) {
	if err := service.ID("id", req.GetId()); err != nil {
		return nil, err
	}
	r := &paymentv1.Receipt{}
	err := p.env.Store.Do(ctx, func(tx sim.Tx) error {
		found, err := tx.Get(receipts, req.GetId(), r)
		switch {
		case err != nil:
			return err
		case !found:
			return settled.Missing(tx, req.GetId())
		case r.GetStatus() != paymentv1.Receipt_CHARGED:
			return nil
		}
		r.Status = paymentv1.Receipt_REFUNDED
		tx.Effect("refunded " + r.GetCustomerId() + " " + r.GetAmount().Text())
		return tx.Put(receipts, r.GetId(), r)
	})
	return r, err
}
