package eureka

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/directory"
)

// leases are the instances that registered here.
type leases struct {
	dir     *directory.Directory
	timing  Timing
	observe func(Move)

	mu        sync.Mutex
	balance   balance
	byKey     map[key]*lease
	byID      map[string]*lease
	overrides map[key]string // statuses that somebody else set
	swept     time.Time
}

// key names an instance as clients do.
type key struct{ app, id string }

func keyOf(app, id string) key { return key{strings.ToUpper(app), id} }

func newLeases(o Options) *leases {
	return &leases{
		dir: o.Directory, timing: o.Timing, observe: o.Observe, balance: newBalance(!o.NoSelfPreservation, o.Counting, o.Timing),
		byKey: map[key]*lease{}, byID: map[string]*lease{}, overrides: map[key]string{}, swept: time.Now(),
	}
}

// find returns a lease whose instance is still in the registry, and still ours; mu is held.
func (ls *leases) find(k key) *lease {
	l := ls.byKey[k]
	if l == nil {
		return nil
	}
	if i := ls.dir.Get(l.id); i == nil || i.Face != Face {
		ls.forget(l, k)
		return nil
	}
	return l
}

// forget drops a lease; mu is held.
func (ls *leases) forget(l *lease, k key) {
	delete(ls.byKey, k)
	delete(ls.byID, l.id)
	delete(ls.overrides, k)
	ls.balance.left()
}

// register takes an instance, with a lease that begins now.
func (ls *leases) register(n info) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	k, now := keyOf(n.App, n.InstanceID), time.Now()
	old := ls.find(k)
	l := &lease{id: ls.idFor(k, n.App), info: n, duration: cmp.Or(n.Duration, ls.timing.Lease), updated: now}
	if old != nil {
		if old.info.Dirty > n.Dirty {
			l.info = old.info // what the client sends is older than what is known
			l.info.Renewal, l.info.Duration = n.Renewal, n.Duration
		}
		l.info.ServiceUp, l.id = old.info.ServiceUp, old.id
	}
	if l.info.Override != unknown && ls.overrides[k] == "" {
		ls.overrides[k] = l.info.Override
	}
	l.info.Override = cmp.Or(ls.overrides[k], unknown)
	l.info.Status = ls.statusOf(k, l.info.Status, old)
	l.info.Registered, l.info.LastRenewed, l.info.LastUpdate = now, now, now
	if l.info.Status == up && l.info.ServiceUp.IsZero() {
		l.info.ServiceUp = now
	}
	if _, err := ls.dir.Put(l.info.instance(l.id)); err != nil {
		return err
	}
	ls.byKey[k], ls.byID[l.id] = l, l
	if old == nil {
		ls.balance.joined()
	}
	return nil
}

// idFor is the id of an instance in the registry, in which it must be the only one: here
// two applications may have instances of the same id.
func (ls *leases) idFor(k key, app string) string {
	service := strings.ToLower(app)
	if there := ls.dir.Get(k.id); there == nil || there.Service == service {
		return k.id
	}
	return service + "/" + k.id
}

// statusOf is what holds of a status that a client reports: its own if that is neither UP
// nor OUT_OF_SERVICE, an override, what its lease had; mu is held.
func (ls *leases) statusOf(k key, reported string, old *lease) string {
	if reported != up && reported != outOfService {
		return reported
	}
	if o := ls.overrides[k]; o != "" {
		return o
	}
	if old != nil && (old.info.Status == up || old.info.Status == outOfService) {
		return old.info.Status
	}
	return reported
}

// verdict is how a renewal ended.
type verdict int

const (
	renewed  verdict = iota
	unheard          // there is no such lease, or it is of an older instance: register again
	outdated         // of a replica: the instance here is newer
)

// renew takes a heartbeat. Dirty is when the client last changed its instance, 0 = it does
// not say.
func (ls *leases) renew(k key, dirty int64, replica bool) (verdict, info) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.find(k)
	if l == nil {
		return unheard, info{}
	}
	status := ls.statusOf(k, l.info.Status, l)
	if status == unknown { // an override was removed: the client must say how it is
		return unheard, info{}
	}
	now := time.Now()
	ls.balance.renewals.now++
	l.renew(now)
	if status != l.info.Status {
		ls.set(l, status, now)
	} else {
		ls.dir.Renew(l.id)
	}
	switch {
	case dirty > l.info.Dirty:
		return unheard, info{}
	case dirty > 0 && dirty < l.info.Dirty && replica:
		return outdated, l.info
	}
	return renewed, info{}
}

// set gives an instance another status; mu is held.
func (ls *leases) set(l *lease, status string, now time.Time) {
	if status == up && l.info.Status != up {
		l.info.ServiceUp = now
	}
	l.info.Status, l.info.LastUpdate = status, now
	i := l.info.instance(l.id)
	ls.dir.SetStatus(l.id, i.Status, i.Why)
}

// cancel ends a lease because its client says so.
func (ls *leases) cancel(k key) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.find(k)
	if l == nil {
		return false
	}
	ls.forget(l, k)
	return ls.dir.Remove(l.id, "cancelled")
}

// override sets a status that holds whatever the client reports.
func (ls *leases) override(k key, status string) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.find(k)
	if l == nil {
		return false
	}
	now := time.Now()
	l.renew(now)
	if l.info.Status != status {
		ls.overrides[k], l.info.Override = status, status
		ls.set(l, status, now)
	}
	return true
}

// unoverride ends that. The instance has the given status until its client reports one.
func (ls *leases) unoverride(k key, status string) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.find(k)
	if l == nil {
		return false
	}
	now := time.Now()
	l.renew(now)
	if ls.overrides[k] != "" {
		delete(ls.overrides, k)
		l.info.Override = unknown
		ls.set(l, status, now)
	}
	return true
}

// annotate adds metadata.
func (ls *leases) annotate(k key, add map[string]string) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.find(k)
	if l == nil {
		return false
	}
	meta := maps.Clone(l.info.Metadata)
	maps.Copy(meta, add)
	if !ls.dir.Change(l.id, func(i *directory.Instance) { i.Meta = maps.Clone(meta) }) {
		return false
	}
	l.info.Metadata, l.info.LastUpdate = meta, time.Now()
	return true
}

// sweep evicts what has expired, if so many renewals came that the rest is believed. The
// time by which a sweep is late is added to every lease.
func (ls *leases) sweep() {
	ls.mu.Lock()
	now := time.Now()
	late := max(0, now.Sub(ls.swept)-ls.timing.Sweep)
	ls.swept = now
	var expired []*lease
	for k, l := range ls.byKey {
		if ls.find(k) != nil && now.After(l.expires().Add(late)) {
			expired = append(expired, l)
		}
	}
	m := Move{
		Kind: Swept, Expired: len(expired), Renewals: ls.balance.renewals.before, Threshold: ls.balance.threshold,
		Preserved: !ls.balance.evicts(),
	}
	if !m.Preserved {
		for _, l := range chosen(expired, len(ls.byKey)) {
			ls.forget(l, keyOf(l.info.App, l.info.InstanceID))
			ls.dir.Remove(l.id, "its lease expired")
			m.Evicted = append(m.Evicted, l.id)
		}
	}
	slices.Sort(m.Evicted)
	ls.mu.Unlock()
	ls.observe(m)
}

// minute begins the next one in which renewals are counted.
func (ls *leases) minute() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.balance.renewals.turn()
}

func (ls *leases) review() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.balance.review(len(ls.byKey))
}

// describe is an instance of the registry as Eureka shows it: with its lease if it has one
// here, and else with what the registry knows.
func (ls *leases) describe(i *directory.Instance) info {
	ls.mu.Lock()
	l := ls.byID[i.ID]
	var n info
	if l != nil {
		n = l.info
	}
	ls.mu.Unlock()
	if l == nil || i.Face != Face {
		return foreign(i)
	}
	n.Status, n.Metadata = fromStatus(i.Status), i.Meta
	return n
}
