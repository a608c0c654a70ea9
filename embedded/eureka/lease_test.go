package eureka

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/embedded/directory"
)

func product(n int) info {
	return info{
		InstanceID: fmt.Sprintf("product-%02d", n), App: "PRODUCT", HostName: "localhost", IPAddr: "127.0.0.1", Port: 8000 + n, PortOn: true,
		Status: up, Override: unknown, DataCenter: ownDataCenter, DataCenterClass: ownDataCenterClass, Metadata: map[string]string{},
	}
}

func keyFor(n int) key { return keyOf("PRODUCT", product(n).InstanceID) }

// running is a server in virtual time, without sockets.
func running(t *testing.T, o Options) (*core, *directory.Directory) {
	t.Helper()
	o.Directory = directory.New(directory.Options{})
	c := newCore(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); c.run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return c, o.Directory
}

// clients registers n instances and renews them every 30 s until they are lost.
type clients struct {
	t    *testing.T
	core *core
	lost map[int]bool
	n    int
}

func join(t *testing.T, c *core, n int) *clients {
	t.Helper()
	for i := range n {
		if err := c.leases.register(product(i)); err != nil {
			t.Fatal(err)
		}
	}
	return &clients{t: t, core: c, n: n, lost: map[int]bool{}}
}

// live lets time pass, in which those that are not lost renew. It stands half a beat
// beside the minutes of the server, so that no renewal and no sweep coincide.
func (c *clients) live(d time.Duration) {
	c.t.Helper()
	const beat = 30 * time.Second
	for ; d > 0; d -= beat {
		time.Sleep(beat / 2)
		for i := range c.n {
			if c.lost[i] {
				continue
			}
			if v, _ := c.core.leases.renew(keyFor(i), 0, false); v != renewed {
				c.t.Fatalf("the renewal of %d: %d", i, v)
			}
		}
		time.Sleep(beat / 2)
	}
	synctest.Wait()
}

// One lost instance is evicted from seven on by Netflix's counting, and from thirteen on
// by Spring's; below, never. A server alone never evicts, one without self-preservation
// always does.
func TestOneLoss(t *testing.T) {
	for _, tc := range []struct {
		counting  Counting
		off       bool
		n         int
		threshold int
		evicted   bool
	}{
		{Peers, false, 3, 5, false},
		{Peers, false, 6, 10, false},
		{Peers, false, 7, 11, true},
		{Spring, false, 3, 6, false},
		{Spring, false, 7, 13, false},
		{Spring, false, 12, 22, false},
		{Spring, false, 13, 23, true},
		{Alone, false, 30, 0, false},
		{Spring, true, 3, 6, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			var swept Move
			c, d := running(t, Options{Counting: tc.counting, NoSelfPreservation: tc.off, Observe: func(m Move) {
				if m.Kind == Swept && (m.Expired > 0 || swept.Expired == 0) {
					swept = m
				}
			}})
			cs := join(t, c, tc.n)
			cs.live(3 * time.Minute)
			if got := c.State().Threshold; got != tc.threshold {
				t.Errorf("%v, %d instances: threshold %d, want %d", tc.counting, tc.n, got, tc.threshold)
			}
			cs.lost[0] = true
			cs.live(10 * time.Minute)
			want := tc.n
			if tc.evicted {
				want--
			}
			if d.Len() != want || swept.Preserved == tc.evicted {
				t.Errorf("%v, self-preservation off %t, %d instances: %d left, want %d; the sweep said %+v", tc.counting, tc.off, tc.n, d.Len(), want, swept)
			}
		})
	}
}

// A lease is over two durations after its last renewal, and one after its registration
// if it was never renewed. The next sweep evicts it.
func TestLeaseTwice(t *testing.T) {
	for name, tc := range map[string]struct {
		renewals int
		after    time.Duration // since the registration, or the last renewal
	}{
		"never renewed": {0, 90 * time.Second},
		"renewed":       {2, 180 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			c, d := running(t, Options{NoSelfPreservation: true, Timing: Timing{Sweep: time.Second}})
			cs := join(t, c, 1)
			time.Sleep(time.Millisecond) // beside the sweeps
			for range tc.renewals {
				time.Sleep(30 * time.Second)
				c.leases.renew(keyFor(0), 0, false)
			}
			cs.lost[0] = true
			time.Sleep(tc.after - time.Second)
			synctest.Wait()
			if d.Len() != 1 {
				t.Errorf("%s: evicted more than a second before %v", name, tc.after)
			}
			time.Sleep(2 * time.Second)
			synctest.Wait()
			if d.Len() != 0 {
				t.Errorf("%s: not evicted a second after %v", name, tc.after)
			}
			if v, _ := c.leases.renew(keyFor(0), 0, false); v != unheard {
				t.Errorf("%s: a renewal after the eviction: %d, want register again", name, v)
			}
		})
	}
}

// The stale window of one killed instance of thirteen: from its kill until a reader of a
// warm cache does not get it any more, at real times. Without the client's own caches
// (30 s, 35 s), which are not the server's.
func TestStaleWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := running(t, Options{})
		read := request{path: "apps/PRODUCT"}
		listed := func() bool {
			body, _ := c.cache.get(read)
			return contains(body, product(0).InstanceID)
		}
		cs := join(t, c, 13)
		cs.live(3 * time.Minute)
		listed()
		killed := time.Now()
		cs.lost[0] = true
		for listed() && time.Since(killed) < time.Hour {
			cs.live(30 * time.Second)
		}
		// The lease 180 s, from up to 30 s before the kill on; the sweep up to 60 s, the
		// cache up to 30 s; this test looks every 30 s.
		if took := time.Since(killed); took < 150*time.Second || took > 300*time.Second {
			t.Errorf("listed for %v, want 150 to 300 s", took)
		}
	})
}

// One sweep evicts at most fifteen of a hundred, at random; then renewals are missing.
func TestSweepLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, d := running(t, Options{NoSelfPreservation: true})
		cs := join(t, c, 20)
		cs.live(2 * time.Minute)
		for i := range 10 {
			cs.lost[i] = true
		}
		var left []int
		for range 12 {
			cs.live(time.Minute)
			left = append(left, d.Len())
		}
		if got, want := fmt.Sprint(left[len(left)-1]), "10"; got != want {
			t.Errorf("left after each minute: %v; want %s in the end", left, want)
		}
		for i := 1; i < len(left); i++ {
			if gone := left[i-1] - left[i]; gone > 3 {
				t.Errorf("one sweep evicted %d of %d", gone, left[i-1])
			}
		}
	})
}

// Ten of fifty killed at once are never evicted: 80 renewals are not more than 85. The
// threshold stays, because nobody says that fewer are expected.
func TestTenOfFifty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, d := running(t, Options{Counting: Peers})
		cs := join(t, c, 50)
		cs.live(2 * time.Minute)
		for i := range 10 {
			cs.lost[i] = true
		}
		cs.live(time.Hour)
		if d.Len() != 50 || !c.State().Preserving {
			t.Errorf("%d of 50 left, preserving: %t", d.Len(), c.State().Preserving)
		}
		for i := range 10 { // those that say goodbye are gone at once, and lower what is expected
			c.leases.cancel(keyFor(10 + i))
			cs.lost[10+i] = true
		}
		if d.Len() != 40 || c.State().Expected != 40 {
			t.Errorf("after 10 cancelled: %d left, %d expected", d.Len(), c.State().Expected)
		}
	})
}

// A status that somebody else set stays over renewals and a new registration, and ends
// when it is removed: then the client must register again.
func TestOverride(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, d := running(t, Options{})
		join(t, c, 1)
		k, id := keyFor(0), product(0).InstanceID
		if !c.leases.override(k, outOfService) {
			t.Fatal("the instance is not found")
		}
		c.leases.renew(k, 0, false)
		again := product(0)
		again.Dirty = 5
		if err := c.leases.register(again); err != nil {
			t.Fatal(err)
		}
		if i := d.Get(id); i.Status != directory.Disabled || c.State().Leases[0].Override != outOfService {
			t.Errorf("after a renewal and a registration: %s, override %q", i.Status, c.State().Leases[0].Override)
		}
		again.Status, again.Dirty = down, 6
		if err := c.leases.register(again); err != nil {
			t.Fatal(err)
		}
		if s := d.Get(id).Status; s != directory.Critical {
			t.Errorf("an instance that says DOWN is %s", s)
		}
		c.leases.override(k, outOfService)
		c.leases.unoverride(k, unknown)
		if v, _ := c.leases.renew(k, 0, false); v != unheard {
			t.Errorf("a renewal without an override and a status: %d, want register again", v)
		}
		again.Status, again.Dirty = up, 7
		if err := c.leases.register(again); err != nil {
			t.Fatal(err)
		}
		if s := d.Get(id).Status; s != directory.Passing {
			t.Errorf("registered again as UP: %s", s)
		}
	})
}

// A heartbeat of a newer instance than the one here must register it again; one of a
// replica with an older one is told so.
func TestDirty(t *testing.T) {
	c, _ := running(t, Options{})
	n := product(0)
	n.Dirty = 100
	if err := c.leases.register(n); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		dirty   int64
		replica bool
		want    verdict
	}{{0, false, renewed}, {100, false, renewed}, {101, false, unheard}, {99, false, renewed}, {99, true, outdated}} {
		if v, _ := c.leases.renew(keyFor(0), tc.dirty, tc.replica); v != tc.want {
			t.Errorf("dirty %d, replica %t: %d, want %d", tc.dirty, tc.replica, v, tc.want)
		}
	}
	older := product(0)
	older.Dirty, older.Port = 50, 9999
	if err := c.leases.register(older); err != nil {
		t.Fatal(err)
	}
	if got := c.leases.byKey[keyFor(0)].info.Port; got != 8000 {
		t.Errorf("an older registration replaced a newer one: port %d", got)
	}
}

// What another interface removed is gone here too, and its lease is not expected to be
// renewed; two applications may have instances of one id.
func TestOneTruth(t *testing.T) {
	c, d := running(t, Options{Counting: Peers})
	join(t, c, 2)
	d.Remove(product(0).InstanceID, "by another interface")
	if v, _ := c.leases.renew(keyFor(0), 0, false); v != unheard || c.State().Expected != 1 {
		t.Errorf("a renewal of what is gone: %d; %d expected", v, c.State().Expected)
	}
	twin := product(1)
	twin.App = "ORDER"
	if err := c.leases.register(twin); err != nil {
		t.Fatal(err)
	}
	if d.Len() != 2 || d.Get("order/product-01") == nil {
		t.Errorf("two applications with one id: %d instances", d.Len())
	}
	c.leases.cancel(keyOf("ORDER", "product-01"))
	if d.Get("product-01") == nil || d.Len() != 1 {
		t.Error("the wrong one was cancelled")
	}
}
