package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s := sqlite.New(path)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(tx sim.Tx, key, value string) error { return tx.Put("t", key, wrapperspb.String(value)) }

// all reads everything that another store finds in the file.
func all(t *testing.T, path string) map[string]string {
	t.Helper()
	got := map[string]string{}
	_, changed, err := open(t, path).Transact(t.Context(), func(tx sim.Tx) error {
		keys, err := tx.Keys("t")
		for _, k := range keys {
			v := &wrapperspb.StringValue{}
			if _, err := tx.Get("t", k, v); err != nil {
				return err
			}
			got[k] = v.GetValue()
		}
		return err
	})
	if err != nil || changed {
		t.Errorf("changed %t, %v", changed, err)
	}
	return got
}

func TestWhatIsCommittedOutlivesTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?%.db")
	s := open(t, path)
	effects, changed, err := s.Transact(t.Context(), func(tx sim.Tx) error {
		tx.Effect("wrote it down")
		return errors.Join(put(tx, "b", "two"), put(tx, "a", "one"), put(tx, "c", "three"), tx.Delete("t", "c"))
	})
	if diff := cmp.Diff([]string{"wrote it down"}, effects); diff != "" || !changed || err != nil {
		t.Errorf("changed %t, %v\n%s", changed, err, diff)
	}
	if diff := cmp.Diff(map[string]string{"a": "one", "b": "two"}, all(t, path)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatFailsLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s := open(t, path)
	no := errors.New("no")
	effects, _, err := s.Transact(t.Context(), func(tx sim.Tx) error {
		tx.Effect("never happened")
		return errors.Join(put(tx, "a", "one"), no)
	})
	if !errors.Is(err, no) || len(effects) > 0 {
		t.Errorf("%v, %v", effects, err)
	}
	if got := all(t, path); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
}

func TestATransactionSeesItsOwnChanges(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "x.db"))
	_, _, err := s.Transact(t.Context(), func(tx sim.Tx) error {
		v := &wrapperspb.StringValue{}
		if found, err := tx.Get("t", "a", v); found || err != nil {
			t.Errorf("found %t, %v", found, err)
		}
		if err := errors.Join(put(tx, "a", "one"), put(tx, "a", "two")); err != nil {
			return err
		}
		if found, err := tx.Get("t", "a", v); !found || v.GetValue() != "two" {
			t.Errorf("found %t, %q, %v", found, v.GetValue(), err)
		}
		if _, err := tx.Get("t", "a", &wrapperspb.Int64Value{}); sim.CodeOf(err) != sim.Internal {
			t.Errorf("a foreign type gives %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestClearAndClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s := open(t, path)
	if _, _, err := s.Transact(t.Context(), func(tx sim.Tx) error { return put(tx, "a", "one") }); err != nil {
		t.Fatal(err)
	}
	if err := s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := all(t, path); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.Transact(context.Background(), func(sim.Tx) error { return nil })
	if !errors.Is(err, sim.ErrKilled) {
		t.Errorf("a closed store says %v", err)
	}
}

func TestAPlaceThatCannotBe(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "no", "such", "folder", "x.db"))
	_, _, err := s.Transact(t.Context(), func(sim.Tx) error { return nil })
	if sim.CodeOf(err) != sim.Unavailable {
		t.Errorf("got %v", err)
	}
}

func BenchmarkCommit(b *testing.B) {
	s := sqlite.New(filepath.Join(b.TempDir(), "x.db"))
	defer s.Close()
	for b.Loop() {
		if _, _, err := s.Transact(b.Context(), func(tx sim.Tx) error { return put(tx, "a", "one") }); err != nil {
			b.Fatal(err)
		}
	}
}
