package inventory

import (
	"google.golang.org/protobuf/proto"

	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const shelves = "shelves"

// shelf reads what is there of a product. The shelves 101 to 112 are full until
// somebody changes them.
func shelf(tx sim.Tx, product string) (*inventoryv1.Stock, error) {
	stock := &inventoryv1.Stock{}
	found, err := tx.Get(shelves, product, stock)
	switch {
	case err != nil:
		return nil, err
	case found:
		return stock, nil
	case len(product) == 3 && product >= "101" && product <= "112":
		stock = newShelf(product)
		stock.Available = proto.Int32(Full)
		return stock, nil
	default:
		return nil, sim.Errorf(sim.NotFound, "there is no product %s", product)
	}
}

func newShelf(product string) *inventoryv1.Stock {
	return &inventoryv1.Stock{ProductId: product, Available: proto.Int32(0), Reserved: proto.Int32(0)}
}

// move takes n from what is free and reserves it; a negative n puts it back.
func move(tx sim.Tx, stock *inventoryv1.Stock, n int32) error {
	stock.Available = proto.Int32(stock.GetAvailable() - n)
	stock.Reserved = proto.Int32(stock.GetReserved() + n)
	return tx.Put(shelves, stock.GetProductId(), stock)
}
