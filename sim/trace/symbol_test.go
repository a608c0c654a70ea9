package trace

import (
	"strconv"
	"sync"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func TestNamesStay(t *testing.T) {
	l := open(t, Options{})
	first := l.Symbol("order")
	for i := range MaxNames + 100 {
		l.Symbol("n" + strconv.Itoa(i))
	}
	if got := l.textOf(first); got != "order" {
		t.Errorf("the first name reads %q", got)
	}
	if got := l.textOf(l.Symbol("n5")); got != "n5" {
		t.Errorf("an early name reads %q", got)
	}
	if got := l.textOf(l.Symbol("one too many")); got != Forgotten {
		t.Errorf("a name past the bound reads %q, want %q", got, Forgotten)
	}
	if n := len(l.names.ids); n >= MaxNames {
		t.Errorf("%d names are kept", n)
	}
}

func TestTextsPass(t *testing.T) {
	l := open(t, Options{})
	name, first := l.Symbol("order"), l.Text("GET /orders/o-1")
	for i := range MaxTexts {
		l.Text("t" + strconv.Itoa(i))
	}
	if got := l.textOf(first); got != Forgotten {
		t.Errorf("the oldest text reads %q, want %q", got, Forgotten)
	}
	if got := l.textOf(l.Text("GET /orders/o-1")); got != "GET /orders/o-1" {
		t.Errorf("the newest text reads %q", got)
	}
	if got := l.textOf(name); got != "order" {
		t.Errorf("a name reads %q", got)
	}
	if n := len(l.texts.ids); n > MaxTexts {
		t.Errorf("%d texts are kept", n)
	}
}

func TestSymbolsAtOnce(t *testing.T) {
	l := open(t, Options{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 3000 {
				s := strconv.Itoa(i)
				if got := l.textOf(l.Symbol(s)); got != s {
					t.Errorf("name %q reads %q", s, got)
				}
				if got := l.textOf(l.Text(s)); got != s {
					t.Errorf("text %q reads %q", s, got)
				}
			}
		})
	}
	wg.Wait()
}

func TestNodeThatIsNoInstance(t *testing.T) {
	l := open(t, Options{})
	r := Pack(l, sim.Event{Node: sim.Instance{Service: "a#b"}, Fact: sim.Resumed{}})
	if got := Unpack(l, &r).Node.Service; got != "a#b" {
		t.Errorf("node reads %q", got)
	}
}
