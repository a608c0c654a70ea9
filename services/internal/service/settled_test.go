package service_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/internal/service"
	"github.com/msc-sim/msc-sim/sim"
)

// Of the settled rows the newest stay; what is not settled stays, however old.
func TestTheOldestSettledRowsGo(t *testing.T) {
	env := envtest.New("order")
	var gone []string
	b := service.Book{Table: "orders", What: "order", Max: 3, Drop: func(_ sim.Tx, key string) error {
		gone = append(gone, key)
		return nil
	}}
	do := func(f func(tx sim.Tx) error) {
		t.Helper()
		if err := env.Store.Do(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	keys := func() (all []string) {
		do(func(tx sim.Tx) (err error) { all, err = tx.Keys("orders"); return err })
		return all
	}
	settle := func(key string) { do(func(tx sim.Tx) error { return b.Settle(tx, key) }) }
	for n := range 7 {
		do(func(tx sim.Tx) error { return tx.Put("orders", fmt.Sprintf("o-%d", n+1), wrapperspb.Int64(1)) })
	}
	for _, key := range []string{"o-2", "o-3", "o-4"} {
		settle(key)
	}
	do(func(tx sim.Tx) error { return b.Reopen(tx, "o-2") }) // it is worked on again: its old place means nothing
	settle("o-5")
	settle("o-6")
	if diff := cmp.Diff([]string{"o-1", "o-2", "o-4", "o-5", "o-6", "o-7"}, keys()); diff != "" {
		t.Errorf("o-3 should have gone (-want +got):\n%s", diff)
	}
	settle("o-4") // settled anew: it is the newest now
	settle("o-7")
	settle("o-2")
	if diff := cmp.Diff([]string{"o-1", "o-2", "o-4", "o-7"}, keys()); diff != "" {
		t.Errorf("o-5 and o-6 should have gone (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"o-3", "o-5", "o-6"}, gone); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		key, want string
		status    int
	}{
		{"o-5", "order o-5 is no longer kept: only the newest 3 settled orders are", http.StatusGone},
		{"o-8", "there is no order o-8", http.StatusNotFound},
		{"o2-5", "there is no order o2-5", http.StatusNotFound},
		{"x", "there is no order x", http.StatusNotFound},
	} {
		_, err := service.ReadKept(t.Context(), env.Store, b, tt.key, &wrapperspb.Int64Value{})
		if e := sim.AsError(err); e == nil || e.Message != tt.want || e.Status() != tt.status || e.Code != sim.NotFound {
			t.Errorf("%s gives %v", tt.key, err)
		}
	}
}
