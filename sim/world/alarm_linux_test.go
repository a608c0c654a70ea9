package world

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// rung is an alarm that ends with the test.
func rung(t *testing.T) *alarm {
	t.Helper()
	var run sync.WaitGroup
	a := &alarm{start: run.Go}
	t.Cleanup(func() { a.close(); run.Wait() })
	return a
}

// used is what this process has computed so far.
func used(t *testing.T) time.Duration {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A service that works 700 µs takes 700 µs and next to no processor. Half of the waits are less
// than 100 µs late; of the others the machine may be guilty.
func TestWaitingIsPreciseAndFree(t *testing.T) {
	const n, d = 500, 700 * time.Microsecond
	a := rung(t)
	var late []time.Duration
	before := used(t)
	for range n {
		began := time.Now()
		if err := a.sleep(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		late = append(late, time.Since(began)-d)
	}
	cost := (used(t) - before) / n
	slices.Sort(late)
	t.Logf("%s a wait; late by %s, %s, %s (least, median, p90)", cost, late[0], late[n/2], late[n*9/10])
	if cost > d/2 {
		t.Errorf("a wait of %s computes for %s", d, cost)
	}
	if late[0] < 0 || late[n/2] > 100*time.Microsecond {
		t.Errorf("waits are late by %s at least, and by %s in the middle", late[0], late[n/2])
	}
}

// Waits end in the sequence of their moments, whatever the sequence they began in;
// one that is given up ends at once and holds up no other.
func TestWaitsEndInSequence(t *testing.T) {
	a := rung(t)
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() { gone <- a.sleep(ctx, time.Hour) }()
	ended := make(chan int, 3)
	var all sync.WaitGroup
	for _, n := range []int{3, 1, 2} {
		all.Go(func() {
			if err := a.sleep(t.Context(), time.Duration(n)*50*time.Millisecond); err != nil {
				t.Error(err)
			}
			ended <- n
		})
	}
	all.Wait()
	if got := []int{<-ended, <-ended, <-ended}; !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("they ended as %v", got)
	}
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the one that was given up ended with %v", err)
	}
	if len(a.waits) != 0 {
		t.Errorf("%d are still waited for", len(a.waits))
	}
}

// The context of a consumer outlives its world, so closing ends the waits.
func TestClosingEndsEveryWait(t *testing.T) {
	var run sync.WaitGroup
	begun := make(chan struct{})
	a := &alarm{start: func(f func()) { close(begun); run.Go(f) }} // the lock is held until it waits
	run.Go(func() {
		if err := a.sleep(context.Background(), time.Hour); err != nil {
			t.Error(err)
		}
	})
	<-begun
	a.close()
	ended := make(chan struct{})
	go func() { run.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("a wait goes on after the alarm was closed")
	}
	if begun := time.Now(); a.sleep(context.Background(), time.Minute) != nil || time.Since(begun) > 30*time.Second {
		t.Error("a wait that begins after the alarm was closed waits all the same")
	}
}
