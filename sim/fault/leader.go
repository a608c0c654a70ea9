package fault

import "github.com/msc-sim/msc-sim/sim/form"

// Leader makes another node serve a partition. Who asks the old one is told so,
// and asks the new one; clear moves it back.
//
//	▪▪▪ ──▶ kafka#1  "not me any more"
//	    ──▶ kafka#2
type Leader struct {
	Partition int // from 0
	To        int // a node, from 1; 0 = the next one
}

func leader() Form {
	return Form{
		Word: "leader", About: "move the leader of a partition to another node; clear moves it back", Level: OnBroker, Unit: "message", Targets: onLink,
		Params: timed(
			form.Param{Name: "partition", Kind: form.Count, Unit: "number", Default: "0", Max: maxCount, About: "the partition, counted from 0", Example: "0"},
			form.Param{Name: "to", Kind: form.Count, Unit: "node", Min: 1, Max: 100, About: "the node that becomes the leader; default: the next one", Example: "2"},
		),
		Example: "inject order:notification leader partition=0 to=2",
		make:    func(v values) Effect { return Leader{v.Count("partition"), v.Count("to")} },
	}
}

// Felt implements [Broker].
func (Leader) Felt(err error) (what, why string) {
	if err != nil {
		return "failed as the leader moved", ""
	}
	return "", "a leader accepted it"
}

func (Leader) effect() {}
