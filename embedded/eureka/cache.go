package eureka

import (
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/directory"
)

// cache is what readers get. A document that was read before is made anew only when the
// time of the cache is over: until then a reader sees how things were.
type cache struct {
	o      Options
	leases *leases

	mu      sync.Mutex
	kept    map[request]*document
	frozen  view                           // how things were at the last refresh
	seen    map[string]*directory.Instance // what is told in deltas so far
	at      uint64                         // the index of that
	deltas  []delta
	version int
}

// request is what a document answers.
type request struct {
	path               string // apps, delta, apps/PRODUCT, vips/product, svips/product
	xml, compact, gzip bool
}

// document is one answer.
type document struct {
	bytes []byte // nil = there is no such thing
	made  time.Time
	stale bool // the time of the cache was over since
}

// delta is a change of one instance.
type delta struct {
	id   string
	info info
	at   time.Time
}

// view is the registry at one moment, as Eureka shows it.
type view struct {
	all     []*directory.Instance
	deltas  []delta
	version string
	at      time.Time
}

// Bounds of the cache.
const (
	maxDocuments = 2000
	maxDeltas    = 20000
)

func newCache(o Options, ls *leases) *cache {
	c := &cache{o: o, leases: ls, kept: map[request]*document{}, seen: map[string]*directory.Instance{}}
	c.frozen = c.look()
	c.deltas, c.frozen.deltas = nil, nil // what was there before is no change
	return c
}

// refresh is called when the time of the cache is over.
func (c *cache) refresh() {
	c.mu.Lock()
	c.frozen = c.look()
	for _, d := range c.kept {
		d.stale = true
	}
	c.mu.Unlock()
	c.o.Observe(Move{Kind: Refreshed})
}

// look takes the registry as it is now; mu is held.
func (c *cache) look() view {
	all, index := c.o.Directory.All()
	now := time.Now()
	if index != c.at {
		c.compare(all, now)
		c.at = index
	}
	for len(c.deltas) > 0 && now.Sub(c.deltas[0].at) >= c.o.Timing.Deltas { // they are in order
		c.deltas = c.deltas[1:]
	}
	return view{all: all, deltas: c.deltas, version: strconv.Itoa(c.version), at: now}
}

// compare notes what changed in the registry since it was last looked at; mu is held.
func (c *cache) compare(all []*directory.Instance, now time.Time) {
	there := make(map[string]bool, len(all))
	changed := map[string]delta{}
	for _, i := range all {
		there[i.ID] = true
		if before := c.seen[i.ID]; before != i {
			action := "MODIFIED"
			if before == nil || before.Created != i.Created {
				action = "ADDED"
			}
			n := c.leases.describe(i)
			n.Action = action
			changed[i.ID] = delta{i.ID, n, now}
			c.seen[i.ID] = i
		}
	}
	for id, i := range c.seen {
		if !there[id] {
			n := c.gone(i)
			n.Action, n.Evicted = "DELETED", now
			changed[id] = delta{id, n, now}
			delete(c.seen, id)
		}
	}
	keep := c.deltas[:0:0]
	for _, d := range c.deltas { // of an instance, only the last change is told
		if _, again := changed[d.id]; !again {
			keep = append(keep, d)
		} else if d.info.Action == "ADDED" && changed[d.id].info.Action == "MODIFIED" {
			again := changed[d.id]
			again.info.Action = "ADDED"
			changed[d.id] = again
		}
	}
	for _, id := range slices.Sorted(maps.Keys(changed)) {
		keep = append(keep, changed[id])
	}
	c.deltas = keep[max(0, len(keep)-maxDeltas):]
	c.version++
}

// gone describes an instance that is not in the registry any more.
func (c *cache) gone(i *directory.Instance) info {
	n := foreign(i)
	if name, ok := strings.CutPrefix(i.ID, i.Service+"/"); ok && i.Face == Face {
		n.InstanceID = name
	}
	return n
}

// get returns the answer to a request, and how old it is; nil = there is no such thing.
func (c *cache) get(r request) ([]byte, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.kept[r]
	switch {
	case d == nil:
		d = c.make(r, c.look())
		if len(c.kept) >= maxDocuments {
			clear(c.kept)
		}
		c.kept[r] = d
	case d.stale:
		d = c.make(r, c.frozen)
		c.kept[r] = d
	}
	return d.bytes, time.Since(d.made)
}

// make writes a document; mu is held.
func (c *cache) make(r request, v view) *document {
	d := &document{made: v.at}
	kind, name, _ := strings.Cut(r.path, "/")
	var infos []info
	for _, i := range v.all {
		if kind != "apps" || name == "" || strings.EqualFold(i.Service, name) {
			infos = append(infos, c.leases.describe(i))
		}
	}
	root, body := "applications", fields(nil)
	switch kind {
	case "delta":
		told := make([]info, 0, len(v.deltas))
		for _, one := range v.deltas {
			told = append(told, one.info)
		}
		body = describeApps(told, v.version, hashCode(infos), r.compact, c.o.Timing)
	case "vips", "svips":
		of := func(n *info) string { return n.VIP }
		if kind == "svips" {
			of = func(n *info) string { return n.SecureVIP }
		}
		some := withVIP(infos, name, of)
		if len(some) == 0 {
			return d
		}
		body = describeApps(some, "-1", hashCode(some), r.compact, c.o.Timing)
	case "apps":
		if name == "" {
			body = describeApps(infos, "1", hashCode(infos), r.compact, c.o.Timing)
			break
		}
		if len(infos) == 0 {
			return d
		}
		root, body = "application", describeApp(application{name, infos}, r.compact, c.o.Timing)
	}
	d.bytes = write(root, body, r.xml)
	if r.gzip {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(d.bytes) // a buffer takes everything
		_ = w.Close()
		d.bytes = b.Bytes()
	}
	return d
}

// withVIP are the instances that have a virtual address, among others separated by
// commas.
func withVIP(all []info, name string, of func(*info) string) (some []info) {
	for _, n := range all {
		for one := range strings.SplitSeq(of(&n), ",") {
			if one == name {
				some = append(some, n)
				break
			}
		}
	}
	return some
}
