package kafka

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// roll knows which members of the groups are heard of, and is called again and
// again: whoever does not answer for as long as its session lasts is put out.
//
// Kafka lets the session of a member rest while it waits for the others: it has
// joined and says nothing until all have, or until the leader has shared out.
// The cluster does not. It would drop such a member without a word, who waits
// for it until its client gives up; and it keeps one for ever that dies while it
// waits. So the cluster is told of sessions that hardly end, and the roll judges.
//
// Silence is counted in calls, not by the clock: while the process stands still
// nobody is heard of, and nobody is missed.
type roll struct {
	stop context.CancelFunc // of the calls
	done chan struct{}

	mu      sync.Mutex
	members map[string]*present // by member id
}

type present struct {
	group   string
	session time.Duration // how long it may be silent
	waits   string        // the state of the group in which it waits, after what it said last; "" = none
	silent  int           // calls since it was heard, but for those during which it waited
}

// States of a group in which members wait for the others.
const (
	whileJoining = "PreparingRebalance"
	whileSharing = "CompletingRebalance"
)

const (
	called          = 100 * time.Millisecond // between two calls of the roll
	carriedOut      = 10                     // calls, after which a request to join has been
	shortestSession = called
	longestSession  = 30 * time.Minute // Kafka's own (group.max.session.timeout.ms)
)

// listen begins to hear members of classic groups. Those of the newer protocol
// do not wait for each other, and the cluster judges them itself.
func (r *roll) listen(c *kfake.Cluster) {
	r.members = map[string]*present{}
	hear := func(key kmsg.Key, each func(kmsg.Request)) {
		c.ControlKey(int16(key), func(req kmsg.Request) (kmsg.Response, error, bool) {
			c.KeepControl()
			each(req)
			return nil, nil, false
		})
	}
	hear(kmsg.JoinGroup, func(req kmsg.Request) { r.join(req.(*kmsg.JoinGroupRequest)) })
	hear(kmsg.SyncGroup, func(req kmsg.Request) {
		r.hear(req.(*kmsg.SyncGroupRequest).MemberID, whileSharing)
	})
	hear(kmsg.Heartbeat, func(req kmsg.Request) {
		r.hear(req.(*kmsg.HeartbeatRequest).MemberID, "")
	})
}

// join notes a member that has a name, and takes its session over from the
// cluster. Who has no name yet is given one first; a session that is too short
// or too long is left to the cluster, which refuses it.
func (r *roll) join(req *kmsg.JoinGroupRequest) {
	session := time.Duration(req.SessionTimeoutMillis) * time.Millisecond
	if req.MemberID == "" || session < shortestSession || session > longestSession {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.members[req.MemberID] = &present{group: req.Group, session: session, waits: whileJoining}
	req.SessionTimeoutMillis = int32(longestSession.Milliseconds())
}

// hear notes that a member is there, and in which state of its group it waits
// from now on. A heartbeat ("") does not end a wait: it may have crossed it.
func (r *roll) hear(member, waits string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.members[member]
	if p == nil {
		return
	}
	p.silent = 0
	if waits != "" {
		p.waits = waits
	}
}

// groups are those of the members, by name; what is known of them is not.
func (r *roll) groups() map[string]*kfake.GroupInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := map[string]*kfake.GroupInfo{}
	for _, p := range r.members {
		all[p.group] = nil
	}
	return all
}

// count counts one call, in groups as they are, and returns who has been silent
// for too long. They are struck off, and so is who left.
func (r *roll) count(groups map[string]*kfake.GroupInfo) map[string][]kfake.GroupMember {
	r.mu.Lock()
	defer r.mu.Unlock()
	silent := map[string][]kfake.GroupMember{}
	for id, p := range r.members {
		info := groups[p.group]
		if info != nil && info.State == p.waits {
			p.silent = 0
			continue
		}
		p.silent++
		switch m := member(info, id); {
		case m == nil && p.silent > carriedOut:
			delete(r.members, id)
		case m != nil && time.Duration(p.silent)*called > p.session:
			delete(r.members, id)
			silent[p.group] = append(silent[p.group], *m)
		}
	}
	return silent
}

func member(info *kfake.GroupInfo, id string) *kfake.GroupMember {
	if info == nil {
		return nil
	}
	at := slices.IndexFunc(info.Members, func(m kfake.GroupMember) bool { return m.MemberID == id })
	if at < 0 {
		return nil
	}
	return &info.Members[at]
}

// begin lets call be called again and again. End ends that.
func (r *roll) begin(call func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	r.stop, r.done = stop, make(chan struct{})
	go func() { // ends with end
		defer close(r.done)
		every := time.NewTicker(called)
		defer every.Stop()
		for {
			select {
			case <-every.C:
				call(ctx)
			case <-ctx.Done():
				return
			}
		}
	}()
}

func (r *roll) end() {
	if r.done != nil {
		r.stop()
		<-r.done
	}
}

// call calls the roll, and puts those out of their groups who do not answer.
func (s *Server) call(ctx context.Context) {
	groups := s.roll.groups()
	for name := range groups {
		groups[name] = s.info(name)
	}
	for group, silent := range s.roll.count(groups) {
		_ = s.leaveClassic(ctx, group, silent) // a cluster that is closing needs no order
	}
}

// clearRoll puts out those who belonged to groups when the cluster ended whose
// files are served again: none of them is connected, and the roll knows none.
func (s *Server) clearRoll(ctx context.Context) error {
	groups, err := s.listed(ctx)
	if err != nil {
		return err
	}
	for _, g := range groups {
		info := s.info(g.Group)
		if info == nil || len(info.Members) == 0 || g.GroupType != "classic" {
			continue
		}
		if err := s.leaveClassic(ctx, g.Group, info.Members); err != nil {
			return err
		}
	}
	return nil
}

// info is a group as the cluster knows it; nil when there is none, or no cluster
// any more.
func (s *Server) info(group string) (info *kfake.GroupInfo) {
	_ = s.ask(func(c *kfake.Cluster) error { // who closed it does not want to know
		info = c.GroupInfo(group)
		return nil
	})
	return info
}

// leaveClassic puts members out of a group.
func (s *Server) leaveClassic(ctx context.Context, group string, members []kfake.GroupMember) error {
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group = group
	for _, m := range members {
		leaver := kmsg.NewLeaveGroupRequestMember()
		leaver.MemberID, leaver.InstanceID = m.MemberID, m.InstanceID
		req.Members = append(req.Members, leaver)
	}
	resp, err := req.RequestWith(ctx, s.client)
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(resp.ErrorCode)
}
