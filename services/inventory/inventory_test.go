package inventory_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/inventory"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// shop is an inventory with five pieces of 101 on the shelf.
func shop(t *testing.T) (*envtest.Env, sim.Service) {
	t.Helper()
	env := envtest.New("inventory")
	s := inventory.New(&env.Env, sim.ServiceSpec{})
	set(t, s, "101", 5)
	return env, s
}

func set(t *testing.T, s sim.Service, product string, n int32) *inventoryv1.Stock {
	t.Helper()
	got, err := envtest.Ask[*inventoryv1.Stock](t.Context(), s, &inventoryv1.SetStock{ProductId: product, Available: proto.Int32(n)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func reserve(t *testing.T, s sim.Service, order string, n int32) error {
	t.Helper()
	_, err := envtest.Ask[*inventoryv1.Reservation](t.Context(), s, &inventoryv1.Reserve{ProductId: "101", OrderId: order, Quantity: n}, nil)
	return err
}

func stock(t *testing.T, s sim.Service, product string) (available, reserved int32) {
	t.Helper()
	got, err := envtest.Ask[*inventoryv1.Stock](t.Context(), s, &inventoryv1.GetStock{ProductId: product}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got.GetAvailable(), got.GetReserved()
}

func wantStock(t *testing.T, s sim.Service, available, reserved int32) {
	t.Helper()
	if a, r := stock(t, s, "101"); a != available || r != reserved {
		t.Errorf("%d available, %d reserved; want %d, %d", a, r, available, reserved)
	}
}

func TestShelvesAreFullAtFirst(t *testing.T) {
	s := inventory.New(&envtest.New("inventory").Env, sim.ServiceSpec{})
	for _, id := range []string{"101", "112"} {
		if a, r := stock(t, s, id); a != inventory.Full || r != 0 {
			t.Errorf("%s: %d available, %d reserved", id, a, r)
		}
	}
	for _, id := range []string{"100", "113", "1011", ""} {
		_, err := envtest.Ask[*inventoryv1.Stock](t.Context(), s, &inventoryv1.GetStock{ProductId: id}, nil)
		if sim.CodeOf(err) != sim.NotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestSetMakesAShelf(t *testing.T) {
	env, s := shop(t)
	want := &inventoryv1.Stock{ProductId: "new", Available: proto.Int32(0), Reserved: proto.Int32(0)}
	if diff := cmp.Diff(want, set(t, s, "new", 0), protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"5 of 101 on the shelf", "0 of new on the shelf"}, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestSetKeepsWhatIsReserved(t *testing.T) {
	_, s := shop(t)
	if err := reserve(t, s, "o-1", 2); err != nil {
		t.Fatal(err)
	}
	set(t, s, "101", 7)
	wantStock(t, s, 7, 2)
}

func TestReserve(t *testing.T) {
	env, s := shop(t)
	if err := reserve(t, s, "o-1", 2); err != nil {
		t.Fatal(err)
	}
	wantStock(t, s, 3, 2)
	got, err := envtest.Ask[*inventoryv1.Reservation](t.Context(), s, &inventoryv1.GetReservation{ProductId: "101", OrderId: "o-1"}, nil)
	want := &inventoryv1.Reservation{ProductId: "101", OrderId: "o-1", Quantity: 2}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got := env.Store.Effects(); got[len(got)-1] != "reserved 2 of 101 for o-1" {
		t.Errorf("effects %v", got)
	}
}

func TestTheLastOneGoesToOne(t *testing.T) {
	_, s := shop(t)
	set(t, s, "101", 1)
	if err := reserve(t, s, "o-1", 1); err != nil {
		t.Fatal(err)
	}
	err := reserve(t, s, "o-2", 1)
	if sim.CodeOf(err) != sim.Conflict || err.Error() != "only 0 of product 101 left" {
		t.Errorf("the second gets %v", err)
	}
	wantStock(t, s, 0, 1)
}

func TestReservedAgainIsReservedOnce(t *testing.T) {
	env, s := shop(t)
	for range 2 {
		if err := reserve(t, s, "o-1", 3); err != nil {
			t.Fatal(err)
		}
	}
	wantStock(t, s, 2, 3)
	if n := len(env.Store.Effects()); n != 2 { // stock set, reserved
		t.Errorf("effects %v", env.Store.Effects())
	}
	if err := reserve(t, s, "o-1", 1); sim.CodeOf(err) != sim.Conflict || !strings.Contains(err.Error(), "has 3 of product 101 reserved already") {
		t.Errorf("another quantity gives %v", err)
	}
}

func TestRelease(t *testing.T) {
	env, s := shop(t)
	release := func() error {
		_, err := envtest.Ask[*inventoryv1.Stock](t.Context(), s, &inventoryv1.Release{ProductId: "101", OrderId: "o-1"}, nil)
		return err
	}
	if err := release(); err != nil {
		t.Errorf("nothing to release: %v", err)
	}
	wantStock(t, s, 5, 0)
	if err := reserve(t, s, "o-1", 3); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing left to put back
		if err := release(); err != nil {
			t.Fatal(err)
		}
		wantStock(t, s, 5, 0)
	}
	want := []string{"5 of 101 on the shelf", "reserved 3 of 101 for o-1", "released 3 of 101 from o-1"}
	if diff := cmp.Diff(want, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	if err := reserve(t, s, "o-1", 5); err != nil {
		t.Errorf("what was released cannot be reserved: %v", err)
	}
}

func TestInventoryRefuses(t *testing.T) {
	_, s := shop(t)
	for want, req := range map[string]proto.Message{
		"product_id: is missing":              &inventoryv1.SetStock{Available: proto.Int32(1)},
		"available: is missing":               &inventoryv1.SetStock{ProductId: "101"},
		"available: -1 is out of bounds":      &inventoryv1.SetStock{ProductId: "101", Available: proto.Int32(-1)},
		"available: 1000001 is out of bounds": &inventoryv1.SetStock{ProductId: "101", Available: proto.Int32(1_000_001)},
		`product_id: "a/b" is not an id`:      &inventoryv1.Reserve{ProductId: "a/b", OrderId: "o-1", Quantity: 1},
		"order_id: is missing":                &inventoryv1.Reserve{ProductId: "101", Quantity: 1},
		"quantity: 0 is out of bounds":        &inventoryv1.Reserve{ProductId: "101", OrderId: "o-1"},
		"quantity: 100 is out of bounds":      &inventoryv1.Reserve{ProductId: "101", OrderId: "o-1", Quantity: 100},
		"there is no product 999":             &inventoryv1.Reserve{ProductId: "999", OrderId: "o-1", Quantity: 1},
		"there is no product 998":             &inventoryv1.Release{ProductId: "998", OrderId: "o-1"},
		"there is no reservation 101/o-9":     &inventoryv1.GetReservation{ProductId: "101", OrderId: "o-9"},
		"only 5 of product 101 left":          &inventoryv1.Reserve{ProductId: "101", OrderId: "o-1", Quantity: 6},
	} {
		_, err := envtest.Ask[proto.Message](t.Context(), s, req, nil)
		if err == nil || err.Error() != want {
			t.Errorf("%T: %v, want %q", req, err, want)
		}
	}
	wantStock(t, s, 5, 0)
}
