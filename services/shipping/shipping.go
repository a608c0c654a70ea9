// Package shipping packs what was ordered. Told twice, it packs twice.
package shipping

import (
	"context"
	"fmt"

	"github.com/msc-sim/msc-sim/services/internal/service"
	shippingv1 "github.com/msc-sim/msc-sim/services/shipping/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const (
	mostPieces = 4950 // fifty products of 99 pieces
	inParcel   = 10

	shipments = "shipments"
)

// settled bounds the shipments: each is settled when it is packed.
var settled = service.Book{Table: shipments, What: "shipment"}

type shipping struct{ env *sim.Env }

// New is the shipping service.
func New(env *sim.Env, _ sim.ServiceSpec) sim.Service {
	s := shipping{env}
	return service.Rules{service.On(s.ship), service.On(s.get)}
}

func (s shipping) ship(ctx context.Context, req *shippingv1.Ship) (*shippingv1.Shipment, error) {
	if err := check(req); err != nil {
		return nil, err
	}
	sh := &shippingv1.Shipment{
		OrderId:    req.GetOrderId(),
		CustomerId: req.GetCustomerId(),
		Pieces:     req.GetPieces(),
		Parcels:    (req.GetPieces() + inParcel - 1) / inParcel,
	}
	err := s.env.Store.Do(ctx, func(tx sim.Tx) (err error) {
		if sh.Id, err = service.NewID(tx, s.env, "s"); err != nil {
			return err
		}
		tx.Effect("packed " + sh.GetOrderId() + ": " + parcels(sh.GetParcels()))
		if err := tx.Put(shipments, sh.GetId(), sh); err != nil {
			return err
		}
		return settled.Settle(tx, sh.GetId())
	})
	return sh, err
}

func parcels(n int32) string {
	if n == 1 {
		return "1 parcel"
	}
	return fmt.Sprintf("%d parcels", n)
}

func check(req *shippingv1.Ship) error {
	if err := service.ID("order_id", req.GetOrderId()); err != nil {
		return err
	}
	if err := service.ID("customer_id", req.GetCustomerId()); err != nil {
		return err
	}
	return service.Number("pieces", req.GetPieces(), 1, mostPieces)
}

func (s shipping) get(ctx context.Context, req *shippingv1.GetShipment) (*shippingv1.Shipment, error) {
	return service.ReadKept(ctx, s.env.Store, settled, req.GetId(), &shippingv1.Shipment{})
}
