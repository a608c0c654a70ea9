package inventory

import (
	"context"
	"fmt"

	"github.com/msc-sim/msc-sim/services/internal/service"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const reservations = "reservations"

// settled bounds the reservations. Inventory does not know what became of an order,
// so a reservation is settled when it is made.
var settled = service.Book{Table: reservations, What: "reservation"}

// reservationKey is the row of a reservation; ids contain no slash.
func reservationKey(product, order string) string { return product + "/" + order }

// reserve keeps some back for an order. An order has one reservation a product,
// so asking again after a lost answer does no harm.
func (i inventory) reserve(ctx context.Context, req *inventoryv1.Reserve) (*inventoryv1.Reservation, error) {
	if err := checkReserve(req); err != nil {
		return nil, err
	}
	r := &inventoryv1.Reservation{}
	err := i.change(ctx, []string{req.GetProductId()}, func(tx sim.Tx) error { return i.hold(tx, req, r) })
	return r, err
}

// hold keeps some back and writes into r what is kept.
func (i inventory) hold(tx sim.Tx, req *inventoryv1.Reserve, r *inventoryv1.Reservation) error {
	key := reservationKey(req.GetProductId(), req.GetOrderId())
	if found, err := tx.Get(reservations, key, r); err != nil || found {
		return same(r, req, err)
	}
	stock, err := shelf(tx, req.GetProductId())
	if err != nil {
		return err
	}
	if free := stock.GetAvailable(); free < req.GetQuantity() {
		return sim.Errorf(sim.Conflict, "only %d of product %s left", free, req.GetProductId())
	}
	if err := move(tx, stock, req.GetQuantity()); err != nil {
		return err
	}
	r.ProductId, r.OrderId, r.Quantity = req.GetProductId(), req.GetOrderId(), req.GetQuantity()
	tx.Effect(fmt.Sprintf("reserved %d of %s for %s", r.GetQuantity(), r.GetProductId(), r.GetOrderId()))
	if err := tx.Put(reservations, key, r); err != nil {
		return err
	}
	return settled.Settle(tx, key)
}

// same refuses to change a reservation that was made.
func same(made *inventoryv1.Reservation, req *inventoryv1.Reserve, err error) error {
	if err == nil && made.GetQuantity() != req.GetQuantity() {
		err = sim.Errorf(sim.Conflict, "%s has %d of product %s reserved already", made.GetOrderId(), made.GetQuantity(), made.GetProductId()).
			WithFix("release them first")
	}
	return err
}

func checkReserve(req *inventoryv1.Reserve) error {
	if err := service.ID("product_id", req.GetProductId()); err != nil {
		return err
	}
	if err := service.ID("order_id", req.GetOrderId()); err != nil {
		return err
	}
	return service.Number("quantity", req.GetQuantity(), 1, Most)
}

func (i inventory) reservation(ctx context.Context, req *inventoryv1.GetReservation) (*inventoryv1.Reservation, error) {
	key := reservationKey(req.GetProductId(), req.GetOrderId())
	return service.ReadKept(ctx, i.env.Store, settled, key, &inventoryv1.Reservation{})
}

// release puts back what was kept for an order, and is content when nothing was. Of
// a reservation that is no longer kept, it says so: its pieces cannot be put back.
func (i inventory) release(ctx context.Context, req *inventoryv1.Release) (stock *inventoryv1.Stock, err error) {
	key := reservationKey(req.GetProductId(), req.GetOrderId())
	err = i.change(ctx, []string{req.GetProductId()}, func(tx sim.Tx) error {
		if stock, err = shelf(tx, req.GetProductId()); err != nil {
			return err
		}
		r := &inventoryv1.Reservation{}
		if found, err := tx.Get(reservations, key, r); err != nil {
			return err
		} else if !found {
			return settled.Gone(tx, key)
		}
		if err := move(tx, stock, -r.GetQuantity()); err != nil {
			return err
		}
		tx.Effect(fmt.Sprintf("released %d of %s from %s", r.GetQuantity(), r.GetProductId(), r.GetOrderId()))
		if err := settled.Reopen(tx, key); err != nil {
			return err
		}
		return tx.Delete(reservations, key)
	})
	return stock, err
}
