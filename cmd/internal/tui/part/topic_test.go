package part_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// told is a world in which order tells email, analytics and loyalty of its orders
// by a transport; email is far behind.
func told(transport string) *script {
	spec := &sim.WorldSpec{
		Name:     "orders",
		Services: []sim.ServiceSpec{{Name: "client", Kind: "client"}, {Name: "order"}, {Name: "product"}, {Name: "email"}, {Name: "analytics"}, {Name: "loyalty"}},
		Links: []sim.LinkSpec{
			{ID: "client:order", Transport: "rest"},
			{ID: "client:email", Transport: "rest"},
			{ID: "order:product", Transport: "grpc"},
			{ID: "order:order-created", Transport: transport},
		},
		Topics: []sim.TopicSpec{{Name: "order-created", To: []string{"email", "analytics", "loyalty"}}},
	}
	s := &script{Picture: view.New(spec)}
	for _, sv := range append(spec.Services[1:], sim.ServiceSpec{Name: transport}) {
		s.apply(sim.Event{Node: one(sv.Name), Fact: sim.Started{Addr: "127.0.0.1:40001"}})
	}
	at := func(f sim.Fact) { s.apply(sim.Event{At: time.Second, Node: one(transport), Fact: f}) }
	if transport != "kafka" {
		at(sim.Queue{Name: "order-created:email", Ready: 1204, Unacked: 3})
		at(sim.Queue{Name: "order-created:analytics", Ready: 12})
		at(sim.Queue{Name: "order-created:loyalty"})
		at(sim.Buried{Queue: "order-created:email", Why: "delivery_limit"})
		s.Notices = nil
		return s
	}
	for p, end := range []int64{1204, 88} {
		at(sim.Position{Topic: "order-created", Partition: p, End: end})
		for i, g := range []string{"email", "analytics", "loyalty"} {
			lag := []int64{end / 2, 3, 0}[i]
			at(sim.Position{Topic: "order-created", Group: g, Partition: p, Next: end - lag, End: end})
			at(sim.Assigned{Topic: "order-created", Group: g, Partition: p, To: g})
		}
	}
	s.Notices = nil
	return s
}

// handedOver is that world while a second instance of email takes a partition.
func handedOver() *script {
	s := told("kafka")
	s.apply(sim.Event{At: 9 * time.Second, Node: one("kafka"), Fact: sim.Assigned{Topic: "order-created", Group: "email", Partition: 1}})
	s.apply(sim.Event{At: 9 * time.Second, Node: one("kafka"), Fact: sim.Assigned{Topic: "order-created", Group: "email", Partition: 0, To: "email#2"}})
	return s
}

// grown is a world whose letters wait in three brokers: nobody writes them.
func grown() *script {
	s := world("client:order", "order:mail rabbitmq", "order:audit kafka", "order:bill sqs")
	at := func(broker string, f sim.Fact) {
		s.apply(sim.Event{At: time.Second, Node: one(broker), Fact: f})
	}
	for _, b := range []string{"rabbitmq", "kafka", "sqs"} {
		at(b, sim.Started{Addr: "127.0.0.1:40001"})
	}
	at("rabbitmq", sim.Queue{Name: "order:mail", Ready: 1204, Unacked: 30})
	at("rabbitmq", sim.Redelivered{Queue: "order:mail", Try: 2})
	at("rabbitmq", sim.Buried{Queue: "order:mail", Why: "delivery_limit"})
	at("rabbitmq", sim.Queue{Name: "order:mail dead letters", Ready: 1})
	at("kafka", sim.Queue{Name: "order:audit", Ready: 7})
	at("sqs", sim.Queue{Name: "order:bill", Unacked: 2})
	at("sqs", sim.Stopped{Cause: "killed"})
	s.apply(sim.Event{At: 9 * time.Second, Fact: sim.Marked{Text: "later"}})
	s.Notices = nil
	return s
}

var leads = []part.Exchange{
	{Kind: "direct", To: []string{"order:mail"}},
	{Name: "order-created", Kind: "fanout", To: []string{"order-created:email", "order-created:analytics"}},
}

var dead = []part.Letter{
	{Broker: "sqs", Why: "received 5 times and not deleted", Tries: 5, At: time.Date(2025, 11, 22, 15, 4, 5, 0, time.UTC), Body: "no JSON"},
	{
		Broker: "rabbitmq", Why: "delivered as often as its queue allows (delivery_limit)", Body: `{"to":"c-1","text":"order o-1 is confirmed: 18.18 EUR"}`,
		Headers: [][2]string{{"type", "shop.notification.v1.Notify"}, {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}},
	},
}

func drawn(t *testing.T, name string, d drawing, w, h int) string {
	t.Helper()
	return strings.Join(show(t, name, d, w, h, dark), "\n")
}

func sees(t *testing.T, screen string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(screen, w) {
			t.Errorf("no %q in\n%s", w, screen)
		}
	}
}

func TestATopicStandsBetweenItsPublisherAndThoseWhoHear(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		lines := show(t, "topic", part.Stage{Picture: told("kafka").Picture}, size[0], size[1], dark)
		screen := strings.Join(lines, "\n")
		sees(t, screen, "kafka", "646", "built in   ✓ kafka")
		order, topic, email := strings.Index(screen, "╭─ order ─"), strings.Index(screen, "order-cre"), strings.Index(screen, "╭─ email ─")
		column := func(i int) int { return grid.Width(screen[strings.LastIndexByte(screen[:i], '\n')+1 : i]) }
		if !(column(order) < column(topic) && column(topic) < column(email)) {
			t.Errorf("columns %d, %d, %d in\n%s", column(order), column(topic), column(email), screen)
		}
	}
}

// The further behind a group is, the further left stands its letter.
func TestLettersStandWhereTheirGroupsAre(t *testing.T) {
	for _, line := range show(t, "letters-at", part.Stage{Picture: told("kafka").Picture}, 120, 40, dark) {
		_, row, found := strings.Cut(line, "│ 0 ─")
		if !found {
			continue
		}
		row, end, _ := strings.Cut(row, "│")
		e, a, l := strings.Index(row, "e"), strings.Index(row, "a"), strings.Index(row, "l")
		if !(0 <= e && e < a && a < l) || !strings.HasPrefix(end, " 1,204 ") {
			t.Errorf("e at %d, a at %d, l at %d, end %q: %q", e, a, l, end, line)
		}
		return
	}
	t.Error("partition 0 is not drawn")
}

func TestARebalanceIsSeenForAMoment(t *testing.T) {
	s := handedOver()
	sees(t, drawn(t, "rebalance", part.Stage{Picture: s.Picture}, 120, 40), "email rebalances", "0 → email#2", "1 → nobody")
	s.apply(sim.Event{At: 12 * time.Second, Fact: sim.Marked{Text: "later"}})
	if screen := drawn(t, "balanced", part.Stage{Picture: s.Picture}, 120, 40); strings.Contains(screen, "rebalances") || !strings.Contains(screen, "1,204") {
		t.Errorf("three seconds later:\n%s", screen)
	}
}

// Over a broker of queues every group has its own; over REST nobody stands between.
func TestATopicIsDrawnAsItTravels(t *testing.T) {
	screen := drawn(t, "heard", part.Stage{Picture: told("rabbitmq").Picture}, 120, 40)
	sees(t, screen, "email", "1,204", "× 1 dead", "rabbitmq")
	direct := drawn(t, "direct", part.Stage{Picture: told("rest").Picture}, 120, 40)
	if strings.Contains(direct, "order-created") || !strings.Contains(direct, "email") {
		t.Errorf("over REST:\n%s", direct)
	}
}

func TestBrokersStandOnTheirShelf(t *testing.T) {
	st, r := part.Stage{Picture: grown().Picture}, grid.Rect{W: 120, H: 40}
	for y, l := range show(t, "shelf", st, r.W, r.H, dark) {
		x := strings.Index(l, "× sqs killed")
		if x < 0 {
			continue
		}
		if !strings.Contains(l, "✓ rabbitmq   ✓ kafka") {
			t.Errorf("%q", l)
		}
		if got, want := st.Hit(r, grid.Width(l[:x])+3, y), (part.Selection{Box: one("sqs")}); got != want {
			t.Error(cmp.Diff(want, got))
		}
		return
	}
	t.Error("no shelf")
}

func TestAQueueTellsWhatWaitsFromWhatIsInHand(t *testing.T) {
	for _, tt := range []struct {
		ready, inHand  int64
		filled, halves int
	}{{0, 0, 0, 0}, {1, 0, 1, 0}, {0, 2, 0, 2}, {1204, 30, 10, 1}, {100, 900, 7, 3}, {1 << 40, 1, 11, 1}} {
		s := world("client:order", "order:mail nats")
		s.apply(sim.Event{Node: one("nats"), Fact: sim.Queue{Name: "order:mail", Ready: tt.ready, Unacked: tt.inHand}})
		screen := drawn(t, "gauge", part.Queues{Picture: s.Picture}, 100, 4)
		bar, legend, _ := strings.Cut(screen, "▮ waits")
		if !strings.Contains(legend, "▌ unacked (not to scale)") {
			t.Errorf("it is not said that bars are not to scale:\n%s", screen)
		}
		if got, want := [2]int{strings.Count(bar, "▮"), strings.Count(bar, "▌")}, [2]int{tt.filled, tt.halves}; got != want {
			t.Errorf("%d wait, %d in hand: %v cells, want %v\n%s", tt.ready, tt.inHand, got, want, screen)
		}
	}
}

func TestTheTableOfQueuesLeavesNothingOut(t *testing.T) {
	q := part.Queues{Picture: grown().Picture, Exchanges: leads, Select: "order:bill"}
	if d := cmp.Diff([]string{"order:mail", "order:audit", "order:bill"}, q.Names()); d != "" {
		t.Error(d)
	}
	sees(t, drawn(t, "table", q, 120, 20), "× 1", "delivery_limit", "default exchange", "→ order-created:email, order-created:analytics")
	for h := 2; h < 5; h++ { // the selected one is in view, however little room there is
		at := h - 2
		if h > 2 { // the last row says what the bars mean
			at--
		}
		if got := q.At(grid.Rect{W: 80, H: h}, at); got != "order:bill" {
			t.Errorf("of %d rows, %d is %q", h, at, got)
		}
	}
}

func TestALetterIsReadWhole(t *testing.T) {
	l := part.Letters{Letters: dead, Select: 1}
	sees(t, drawn(t, "letter-whole", l, 80, 24), "15:04:05", "delivery_limit", `"to": "c-1"`, "kept by", "rabbitmq", "traceparent")
	if all, seen := l.Len(grid.Rect{W: 80, H: 24}); all > seen {
		t.Errorf("%d rows, %d seen", all, seen)
	}
	sees(t, drawn(t, "letters-none", part.Letters{}, 80, 24), "the dead-letter queue is empty")
}

// In ASCII and without colours everything stands where it stands otherwise.
func TestTopicsInOtherLooks(t *testing.T) {
	for name, d := range map[string]drawing{"topic": part.Stage{Picture: told("kafka").Picture}, "queues": part.Stage{Picture: grown().Picture}} {
		want := show(t, "looks-"+name, d, 100, 26, dark)
		if diff := cmp.Diff(want, show(t, "looks-bare-"+name, d, 100, 26, theme.Options{Color: theme.NoColor})); diff != "" {
			t.Errorf("%s without colour: %s", name, diff)
		}
		for y, line := range show(t, "looks-ascii-"+name, d, 100, 26, theme.Options{ASCII: true}) {
			if len(line) != grid.Width(want[y]) || strings.Contains(line, "?") {
				t.Errorf("%s in ASCII, row %d: %q for %q", name, y, line, want[y])
			}
		}
	}
}

// However many services hear and however many partitions there are, nothing is
// drawn past the edge.
func TestManyTopicsFindRoom(t *testing.T) {
	spec := &sim.WorldSpec{Services: []sim.ServiceSpec{{Name: "order"}}}
	for i := range 4 {
		topic := sim.TopicSpec{Name: fmt.Sprintf("something-happened-%d", i)}
		for k := range 12 {
			name := fmt.Sprintf("listener-%d-%d", i, k)
			spec.Services, topic.To = append(spec.Services, sim.ServiceSpec{Name: name}), append(topic.To, name)
		}
		spec.Topics = append(spec.Topics, topic)
		spec.Links = append(spec.Links, sim.LinkSpec{ID: sim.Link("order", topic.Name), Transport: "kafka"})
	}
	s := &script{Picture: view.New(spec)}
	for p := range 40 {
		s.apply(sim.Event{Node: one("kafka"), Fact: sim.Position{Topic: "something-happened-1", Group: "listener-1-3", Partition: p, Next: 1, End: 1 << 50}})
	}
	for _, size := range [][2]int{{20, 6}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		for _, line := range show(t, fmt.Sprintf("many-%d", size[0]), part.Stage{Picture: s.Picture}, size[0], size[1], dark) {
			if grid.Width(line) > size[0] {
				t.Errorf("%dx%d: %q", size[0], size[1], line)
			}
		}
	}
}

// circle is a shop in which two sell, and the shelf tells both of them what is left.
func circle() *script {
	spec := &sim.WorldSpec{
		Name:     "shelf",
		Services: []sim.ServiceSpec{{Name: "client", Kind: "client"}, {Name: "order"}, {Name: "desk"}, {Name: "inventory"}},
		Topics:   []sim.TopicSpec{{Name: "order-created", To: []string{"inventory"}}, {Name: "stock-changed", To: []string{"order", "desk"}}},
	}
	for _, l := range []string{"client:order rest", "client:desk rest", "client:inventory rest", "order:order-created kafka", "desk:order-created kafka", "inventory:stock-changed kafka"} {
		id, transport, _ := strings.Cut(l, " ")
		spec.Links = append(spec.Links, sim.LinkSpec{ID: sim.LinkID(id), Transport: transport})
	}
	return &script{Picture: view.New(spec)}
}

// Services and topics in a circle are more layers than there are columns. All of
// them are drawn, and stay where they are whatever crosses.
func TestACircleOfTopicsStaysInView(t *testing.T) {
	for _, w := range []int{76, 80, 120} {
		s := circle()
		stage := part.Stage{Picture: s.Picture, Now: time.Hour, Still: true}
		before := show(t, fmt.Sprintf("circle-%d", w), stage, w, 24, dark)
		for _, name := range []string{" client ", " order ─", " desk ─", " inventory ╮", " order-created ╮", " stock-changed ╮"} {
			if !strings.Contains(strings.Join(before, "\n"), name) {
				t.Errorf("%d columns: no %q in\n%s", w, name, strings.Join(before, "\n"))
			}
		}
		for i, l := range s.Links {
			s.apply(sim.Event{At: time.Second, Node: one(l.ID.From()), Link: l.ID, Span: sim.SpanID(i + 1), Trace: sim.TraceID{7}, Fact: sim.Sent{Label: "x"}})
		}
		after := show(t, fmt.Sprintf("circle-%d-used", w), stage, w, 24, dark)
		for _, name := range []string{" order ─", " desk ─", " inventory ╮", " order-created ╮", " stock-changed ╮"} {
			if column(before, name) != column(after, name) {
				t.Errorf("%d columns: %q moved when messages crossed:\n%s\n%s", w, name, strings.Join(before, "\n"), strings.Join(after, "\n"))
			}
		}
	}
}

// column is where a text first stands in a row.
func column(lines []string, text string) int {
	for _, l := range lines {
		if i := strings.Index(l, text); i >= 0 {
			return len([]rune(l[:i]))
		}
	}
	return -1
}
