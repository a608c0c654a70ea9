package kafka

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// roll knows when each member of a group was last heard of. The cluster drops a
// member whose heartbeats end, but not one that died while it was joining: it
// would keep its partitions for ever. So the roll is called once in a while, and
// who does not answer is put out of its group.
type roll struct {
	mu      sync.Mutex
	members map[string]present // by member id
}

type present struct {
	group   string
	heard   time.Time
	session time.Duration // how long it may be silent
}

// grace is how much longer than its session a member may be silent here: the
// cluster itself is to be the first to drop it.
const grace = time.Second

// listen begins to hear members of classic groups. Those of the newer protocol
// the cluster drops by itself.
func (r *roll) listen(c *kfake.Cluster) {
	r.members = map[string]present{}
	hear := func(key kmsg.Key, who func(kmsg.Request) (group, member string, session int32)) {
		c.ControlKey(int16(key), func(req kmsg.Request) (kmsg.Response, error, bool) {
			c.KeepControl()
			r.hear(who(req))
			return nil, nil, false
		})
	}
	hear(kmsg.JoinGroup, func(req kmsg.Request) (string, string, int32) {
		j := req.(*kmsg.JoinGroupRequest)
		return j.Group, j.MemberID, j.SessionTimeoutMillis
	})
	hear(kmsg.SyncGroup, func(req kmsg.Request) (string, string, int32) {
		s := req.(*kmsg.SyncGroupRequest)
		return s.Group, s.MemberID, 0
	})
	hear(kmsg.Heartbeat, func(req kmsg.Request) (string, string, int32) {
		h := req.(*kmsg.HeartbeatRequest)
		return h.Group, h.MemberID, 0
	})
}

func (r *roll) hear(group, member string, session int32) {
	if member == "" {
		return // it is given a name first
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.members[member]
	if session > 0 {
		p.session = time.Duration(session) * time.Millisecond
	}
	p.group, p.heard = group, time.Now()
	r.members[member] = p
}

// silent are those who were not heard of for too long, by group.
func (r *roll) silent(now time.Time) map[string][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := map[string][]string{}
	for id, p := range r.members {
		if p.session > 0 && now.Sub(p.heard) > p.session+grace {
			all[p.group] = append(all[p.group], id)
		}
	}
	return all
}

func (r *roll) strike(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.members, id)
}

// call puts those out of their groups who are silent. While a group shares out
// its partitions anew it waits for its members itself.
func (s *Server) call(ctx context.Context) {
	for group, ids := range s.roll.silent(time.Now()) {
		var info *kfake.GroupInfo
		if s.ask(func(c *kfake.Cluster) error { info = c.GroupInfo(group); return nil }) != nil {
			return
		}
		if info != nil && info.State != "Stable" && info.State != "Empty" {
			continue
		}
		for _, id := range ids {
			s.roll.strike(id)
			if info == nil {
				continue
			}
			at := slices.IndexFunc(info.Members, func(m kfake.GroupMember) bool { return m.MemberID == id })
			if at >= 0 {
				_ = s.leaveClassic(ctx, group, info.Members[at:at+1]) // a cluster that is closing needs no order
			}
		}
	}
}
