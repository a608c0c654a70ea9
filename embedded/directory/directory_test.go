package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func put(t *testing.T, d *Directory, i Instance) uint64 {
	t.Helper()
	index, err := d.Put(i)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func product(n int) Instance {
	return Instance{ID: fmt.Sprintf("product-%d", n), Service: "product", Addr: "127.0.0.1", Port: 8000 + n}
}

// The index is one for everything, grows by one with a change, and by none with a
// renewal. Every instance keeps the index of its first and of its last change.
func TestIndex(t *testing.T) {
	d := New(Options{})
	if d.Index() != 1 {
		t.Errorf("a new directory has index %d, want 1", d.Index())
	}
	first := put(t, d, product(1))
	second := put(t, d, product(2))
	d.Renew("product-1")
	d.SetStatus("product-1", Passing, "")
	if !d.SetStatus("product-1", Critical, "TTL expired") || d.Index() != 4 || first != 2 || second != 3 {
		t.Errorf("indexes %d, %d, %d; want 2, 3, 4", first, second, d.Index())
	}
	if i := d.Get("product-1"); i.Created != 2 || i.Modified != 4 || i.Status != Critical || i.Why != "TTL expired" {
		t.Errorf("%+v", i)
	}
	if put(t, d, product(2)) != second {
		t.Error("the same instance again is a change")
	}
	if again := put(t, d, product(1)); again != 5 || d.Get("product-1").Created != 2 {
		t.Errorf("registered again: index %d, created %d; want 5, 2", again, d.Get("product-1").Created)
	}
	if d.Touch() != 6 {
		t.Errorf("touched: %d, want 6", d.Index())
	}
	if _, at := d.Service("product"); at != 5 {
		t.Errorf("product changed at %d, want 5", at)
	}
	d.Remove("product-1", "left")
	d.Remove("product-2", "left")
	if _, at := d.Service("product"); at != 8 || d.Len() != 0 {
		t.Errorf("a service that vanished changed at %d, want 8", at)
	}
	if d.Remove("product-1", "") || d.Renew("product-1") || d.SetStatus("product-1", Passing, "") {
		t.Error("an instance that is gone is found")
	}
}

// What was read stays as it was read, whatever changes later.
func TestSnapshot(t *testing.T) {
	d := New(Options{})
	put(t, d, product(2))
	put(t, d, product(1))
	put(t, d, Instance{ID: "order-1", Service: "order"})
	before, _ := d.Service("product")
	all, index := d.All()
	d.SetStatus("product-1", Critical, "")
	d.Remove("product-2", "left")
	if len(before) != 2 || before[0].ID != "product-1" || before[0].Status != Passing {
		t.Errorf("read before: %+v", before)
	}
	if len(all) != 3 || all[0].ID != "order-1" || index != 4 {
		t.Errorf("all, read before: %d at %d", len(all), index)
	}
	if names, _ := d.Services(); strings.Join(names, " ") != "order product" {
		t.Errorf("services %v", names)
	}
	moved := *d.Get("product-1")
	moved.Service = "order"
	put(t, d, moved)
	if left, _ := d.Service("product"); len(left) != 0 {
		t.Errorf("an instance that changed its service is left behind: %+v", left)
	}
	if now, _ := d.Service("order"); len(now) != 2 {
		t.Errorf("order has %d instances, want 2", len(now))
	}
}

// Whoever waits wakes at the next change, and not at a renewal.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(Options{})
		put(t, d, product(1))
		woke := make(chan uint64, 100)
		for range 100 {
			go func() { woke <- d.Wait(t.Context(), 2) }()
		}
		synctest.Wait()
		d.Renew("product-1")
		synctest.Wait()
		if len(woke) != 0 {
			t.Errorf("%d woke at a renewal", len(woke))
		}
		d.SetStatus("product-1", Critical, "")
		synctest.Wait()
		if len(woke) != 100 || <-woke != 3 {
			t.Errorf("%d woke at a change, want 100", len(woke))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun := time.Now()
		if got := d.Wait(ctx, 3); got != 3 || time.Since(begun) != time.Minute {
			t.Errorf("without a change: %d after %v", got, time.Since(begun))
		}
	})
}

// Times: a renewal is seen also in what was read before, a status keeps the time since
// when it has been.
func TestTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(Options{})
		begun := time.Now()
		put(t, d, product(1))
		read := d.Get("product-1")
		time.Sleep(10 * time.Second)
		d.Renew("product-1")
		if got := read.Renewed().Sub(begun); got != 10*time.Second {
			t.Errorf("renewed after %v, want 10 s", got)
		}
		time.Sleep(time.Second)
		d.SetStatus("product-1", Critical, "one")
		time.Sleep(time.Second)
		d.SetStatus("product-1", Critical, "two")
		i := d.Get("product-1")
		if i.Since.Sub(begun) != 11*time.Second || i.Renewed().Sub(begun) != 12*time.Second || !i.Registered.Equal(begun) {
			t.Errorf("critical since %v, renewed %v, registered %v", i.Since.Sub(begun), i.Renewed().Sub(begun), i.Registered.Sub(begun))
		}
	})
}

// Moves are told in order and without a lock: whoever hears one may ask and change.
func TestObserve(t *testing.T) {
	var d *Directory
	var said []string
	d = New(Options{Observe: func(m Move) {
		said = append(said, fmt.Sprint(m.Kind, " ", m.Instance.ID, " ", m.From, ">", m.Instance.Status, " ", m.Index, " ", m.Why))
		if m.Kind == Registered {
			d.SetStatus(m.Instance.ID, Warning, "heard")
		}
	}})
	put(t, d, product(1))
	d.Renew("product-1")
	put(t, d, product(1))
	put(t, d, product(1))
	d.Remove("product-1", "left")
	want := "registered product-1 >passing 2 \nstatus product-1 passing>warning 3 heard\nrenewed product-1 warning>warning 3 \n" +
		"replaced product-1 warning>passing 4 \nrenewed product-1 passing>passing 4 \nremoved product-1 passing>passing 5 left"
	if got := strings.Join(said, "\n"); got != want {
		t.Errorf("told:\n%s\nwant:\n%s", got, want)
	}
}

func TestBounds(t *testing.T) {
	d := New(Options{Max: 2})
	long := strings.Repeat("x", MaxName+1)
	many := map[string]string{}
	for i := range MaxList {
		many[fmt.Sprint(i)] = strings.Repeat("v", 400)
	}
	for says, i := range map[string]Instance{
		"needs an id":          {Service: "s"},
		"the name of its serv": {ID: "1"},
		"is not a status":      {ID: "1", Service: "s", Status: "fine"},
		"70000 is not a port":  {ID: "1", Service: "s", Port: 70000},
		"-1 is not a port":     {ID: "1", Service: "s", Ports: []Port{{"a", -1}}},
		"is not a weight":      {ID: "1", Service: "s", Weight: -1},
		"at most 64 tags":      {ID: "1", Service: "s", Tags: make([]string, MaxList+1)},
		"is longer than 255":   {ID: "1", Service: "s", Tags: []string{long}},
		"longer than 4096":     {ID: "1", Service: "s", Meta: map[string]string{"a": strings.Repeat("v", MaxText+1)}},
		"bytes of text":        {ID: "1", Service: "s", Meta: many},
	} {
		_, err := d.Put(i)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Text, says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	put(t, d, product(1))
	put(t, d, product(2))
	put(t, d, product(2))
	if _, err := d.Put(product(3)); !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "holds 2 instances") {
		t.Errorf("a full registry: %v", err)
	}
	if d.Change("product-1", func(i *Instance) { i.Weight = -1 }) || d.Get("product-1").Weight != 1 {
		t.Error("an instance was changed to what cannot be held")
	}
}

// Many write, read and wait at a time: every change is told once and in order.
func TestConcurrent(t *testing.T) {
	var last uint64
	told := 0
	d := New(Options{Observe: func(m Move) {
		if told++; m.Index <= last {
			t.Errorf("index %d after %d", m.Index, last)
		}
		last = m.Index
	}})
	var work sync.WaitGroup
	for n := range 8 {
		work.Go(func() {
			for range 100 {
				if _, err := d.Put(product(n)); err != nil {
					t.Error(err)
				}
				d.Service("product")
				d.All()
				d.Remove(product(n).ID, "")
			}
		})
	}
	work.Wait()
	d.mu.Lock()
	if told != 1600 || d.index != 1601 || d.telling {
		t.Errorf("%d changes told, index %d; want 1600, 1601", told, d.index)
	}
	d.mu.Unlock()
}

// BenchmarkTenThousand is a look-up while others renew, in a directory of ten thousand.
func BenchmarkTenThousand(b *testing.B) {
	d := New(Options{})
	for n := range 10000 {
		if _, err := d.Put(Instance{ID: fmt.Sprintf("s%03d-%d", n%1000, n), Service: fmt.Sprintf("s%03d", n%1000)}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("service", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d.Renew("s042-42")
			d.Service("s042")
		}
	})
	b.Run("all after a change", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			d.SetStatus("s042-42", statuses[n%2], "")
			d.All()
		}
	})
}
