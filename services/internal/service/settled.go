package service

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/sim"
)

// Kept is how many settled rows of a table a store keeps. At 500 orders a second
// that many are settled in 20 s; from then on a store grows no further.
const Kept = 10_000

// Book bounds a table: of its settled rows the newest stay, and each further one
// takes the place of the oldest. Rows that are not settled stay, however old.
//
//	place  1    2    3    …  Kept
//	row    o-7  o-5  o-9      ▲ the next one that is settled goes to the oldest place
type Book struct {
	Table string
	What  string // one of its rows, for people: "order"
	Max   int    // settled rows that are kept; 0 = Kept
	// Drop deletes what else belongs to a row that goes; nil = nothing.
	Drop func(tx sim.Tx, key string) error
}

func (b Book) max() int64 {
	if b.Max > 0 {
		return int64(b.Max)
	}
	return Kept
}

// The tables in which a book is kept, beside its own.
func (b Book) places() string  { return b.Table + " by place" } // place → row
func (b Book) placeOf() string { return b.Table + " place of" } // row → when it was settled
func (b Book) dropped() string { return b.Table + " dropped" }  // first part of a key → highest number dropped

// Settle says that a row is settled, as part of tx. The oldest settled one goes
// when there are too many.
func (b Book) Settle(tx sim.Tx, key string) error {
	n, err := next(tx, "settled "+b.Table)
	if err != nil {
		return err
	}
	if err := tx.Put(b.placeOf(), key, wrapperspb.Int64(n)); err != nil {
		return err
	}
	place, old := strconv.FormatInt(n%b.max(), 10), &wrapperspb.StringValue{}
	found, err := tx.Get(b.places(), place, old)
	if err == nil && found {
		err = b.leave(tx, old.GetValue(), n-b.max())
	}
	if err != nil {
		return err
	}
	return tx.Put(b.places(), place, wrapperspb.String(key))
}

// leave drops a row, unless it was opened or settled anew since it took its place.
func (b Book) leave(tx sim.Tx, key string, n int64) error {
	at := &wrapperspb.Int64Value{}
	if found, err := tx.Get(b.placeOf(), key, at); err != nil || !found || at.GetValue() != n {
		return err
	}
	if b.Drop != nil {
		if err := b.Drop(tx, key); err != nil {
			return err
		}
	}
	if err := b.Reopen(tx, key); err != nil {
		return err
	}
	head, number := numbered(key)
	highest := &wrapperspb.Int64Value{}
	if _, err := tx.Get(b.dropped(), head, highest); err != nil {
		return err
	}
	if number > highest.GetValue() {
		if err := tx.Put(b.dropped(), head, wrapperspb.Int64(number)); err != nil {
			return err
		}
	}
	return tx.Delete(b.Table, key)
}

// Reopen says that a row is no longer settled, so that it stays.
func (b Book) Reopen(tx sim.Tx, key string) error { return tx.Delete(b.placeOf(), key) }

// Missing is the error for a row that is not in the table: it was dropped, or
// there never was one.
func (b Book) Missing(tx sim.Tx, key string) error {
	head, number := numbered(key)
	highest := &wrapperspb.Int64Value{}
	if _, err := tx.Get(b.dropped(), head, highest); err != nil {
		return err
	}
	if number == 0 || number > highest.GetValue() {
		return sim.Errorf(sim.NotFound, "there is no %s %s", b.What, key)
	}
	e := sim.Errorf(sim.NotFound, "%s %s is no longer kept: only the newest %s settled %ss are", b.What, key, thousands(b.max()), b.What)
	e.HTTP = http.StatusGone
	return e
}

// Gone reports whether a row that is not in the table was there and was dropped.
func (b Book) Gone(tx sim.Tx, key string) error {
	if err := b.Missing(tx, key); sim.AsError(err).HTTP == http.StatusGone {
		return err
	}
	return nil
}

func thousands(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// numbered parts an id that NewID made: "o2-17" is the 17th of "o2-". The number
// of any other id is 0.
func numbered(key string) (head string, number int64) {
	i := strings.LastIndexByte(key, '-') + 1
	number, err := strconv.ParseInt(key[i:], 10, 64)
	if i == 0 || err != nil {
		return key, 0
	}
	return key[:i], number
}

// ReadKept is Read for a table with a book: of a row that was dropped it says so.
func ReadKept[T proto.Message](ctx context.Context, store sim.Store, b Book, key string, v T) (T, error) {
	err := store.Do(ctx, func(tx sim.Tx) error {
		found, err := tx.Get(b.Table, key, v)
		if err == nil && !found {
			err = b.Missing(tx, key)
		}
		return err
	})
	return v, err
}
