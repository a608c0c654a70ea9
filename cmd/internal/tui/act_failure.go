package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/playground"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/view"
	"github.com/msc-sim/msc-sim/sim/world"
)

// pollTime is how often receipts and gauges are asked for while their panel is open.
const pollTime = time.Second / 4

// under is what the world last said of faults and policies, for the panel.
type under struct {
	asked  time.Duration // on Model.beat
	tab    playground.Tab
	faults []world.Receipt
	guards []world.Guards
	fault  string // the selected one
	queue  string // the selected one

	exchanges []lab.Exchange
}

// poll asks for receipts, gauges or exchanges while their panel is open. It reports whether
// they change by themselves, as the time that a breaker stays open does.
func (m *Model) poll() bool {
	u, tab := &m.run.under, m.run.tab
	if m.run.lesson != nil || tab != playground.Faults && tab != playground.Policies && tab != playground.Queues {
		return false
	}
	if u.tab != tab || u.asked == 0 || m.beat-u.asked >= pollTime {
		u.asked, u.tab = max(m.beat, 1), tab
		switch tab {
		case playground.Faults:
			u.faults = m.run.world.Receipts()
		case playground.Queues:
			u.exchanges = m.run.world.Exchanges()
		default:
			u.guards = m.run.world.Guards()
		}
	}
	if tab != playground.Policies {
		return false
	}
	for _, p := range m.guards().Policies {
		if p.Left != nil || p.Waiting > 0 {
			return true
		}
	}
	return false
}

// guards are the policies that the panel shows: those of the link that panels
// speak of when it is selected, else of the first link that has some.
func (m *Model) guards() world.Guards {
	all := m.run.under.guards
	link := m.run.link()
	at := slices.IndexFunc(all, func(g world.Guards) bool { return g.Link == link })
	if m.run.sel == (part.Selection{}) && (at < 0 || len(all[at].Policies)+len(all[at].Steps) == 0) {
		if i := slices.IndexFunc(all, func(g world.Guards) bool { return len(g.Policies)+len(g.Steps) > 0 }); i >= 0 {
			at = i
		}
	}
	if at < 0 {
		return world.Guards{Link: link, Nesting: "call"}
	}
	return all[at]
}

// failurePanel fills in what the panel says of faults, policies and queues.
func (m *Model) failurePanel(p *playground.Panel, pic *view.Picture) {
	u := &m.run.under
	p.Faults = part.Faults{Faults: u.faults, Select: u.fault, Hint: "no fault is injected; f injects one"}
	p.Policies = part.Policies{Guards: m.guards()}
	for _, g := range u.guards {
		if len(g.Policies) > 0 && g.Link != p.Policies.Guards.Link {
			p.Policies.Others++
		}
	}
	p.Queues = part.Queues{Picture: pic, Exchanges: exchanges(u.exchanges), Select: u.queue}
}

// shownTabs are the tabs that have something to show; the open one always has.
func (r *running) shownTabs() (shown [playground.Tabs]bool) {
	pic := r.player.Newest()
	shown[playground.Events], shown[playground.Latency], shown[playground.Links] = true, true, true
	shown[playground.Faults] = len(pic.Faults) > 0
	shown[playground.Queues] = len(pic.Queues)+len(pic.Topics) > 0
	shown[playground.Policies] = slices.ContainsFunc(pic.Links, func(l view.Link) bool { return l.Policies != "" }) ||
		slices.ContainsFunc(r.world.Spec().Services, func(s sim.ServiceSpec) bool { return len(s.Routes) > 0 }) // a gateway has steps
	shown[r.tab] = true
	return shown
}

func (m *Model) hasLinks() bool { return len(m.run.world.Spec().Links) > 0 }

func (m *Model) canBreak() bool { return m.inPlayground() && m.hasLinks() }

func (m *Model) hasArmed() bool { return m.armed() != "" }

// armed is the id of the fault that c would clear: the selected one of the
// panel, else the newest at what is selected, else the newest of all.
func (m *Model) armed() string {
	all := m.run.player.Newest().Faults
	live := func(f view.Fault) bool { return f.Hits() } // of one that is spent there is nothing to clear
	if m.run.tab == playground.Faults && m.run.lesson == nil {
		for _, f := range all {
			if f.ID == m.run.under.fault && live(f) {
				return f.ID
			}
		}
	}
	id := ""
	for _, f := range all {
		if live(f) && m.run.touches(f) {
			id = f.ID
		}
	}
	if id != "" || m.run.sel != (part.Selection{}) {
		return id
	}
	for _, f := range all {
		if live(f) {
			id = f.ID
		}
	}
	return id
}

// touches reports whether a fault is aimed at what is selected on the stage.
func (r *running) touches(f view.Fault) bool {
	return f.Link != "" && f.Link == r.sel.Link || f.Node.Service != "" && f.Node.Service == r.sel.Box.Service && f.Link == ""
}

func (m *Model) clearFault(string) tea.Cmd { return m.knock(sim.Clear{Target: m.armed()}) }

func (m *Model) hasFaults() bool {
	return m.inPlayground() && m.run.tab == playground.Faults && len(m.run.under.faults) > 0
}

// moveFault selects a fault of the panel.
func (m *Model) moveFault(key string) tea.Cmd {
	u := &m.run.under
	at := slices.IndexFunc(u.faults, func(f world.Receipt) bool { return f.ID == u.fault })
	if at < 0 {
		at = len(u.faults)
		if key == "down" || key == "j" {
			at = -1
		}
	}
	u.fault = u.faults[scrolled(at, key, 5, 0, len(u.faults)-1)].ID
	return nil
}

// canBegin: nothing is selected, and there is a first use case to send.
func (m *Model) canBegin() bool { return m.inPlayground() && m.hasUseCase() && !m.hasSelected() }

// begin sends the world's first use case.
func (m *Model) begin(string) tea.Cmd {
	return m.knock(sim.Send{UseCase: m.run.world.Spec().UseCases[0].Name, N: 1})
}
