package wire

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// work counts the calls that the net holds back, and those to Dial, by name, so
// that Close can wait for them and say which are missing. The zero work is ready
// to use.
type work struct {
	mu    sync.Mutex
	calls map[string]int
	home  chan struct{} // closed when the last call returns; nil while nobody waits
}

func (w *work) begin(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls == nil {
		w.calls = map[string]int{}
	}
	w.calls[name]++
}

func (w *work) end(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls[name]--; w.calls[name] == 0 {
		delete(w.calls, name)
	}
	if len(w.calls) == 0 && w.home != nil {
		close(w.home)
		w.home = nil
	}
}

// wait returns nil when no call is left, and after limit an error that names those that are.
func (w *work) wait(limit time.Duration) error {
	w.mu.Lock()
	if len(w.calls) == 0 {
		w.mu.Unlock()
		return nil
	}
	if w.home == nil {
		w.home = make(chan struct{})
	}
	home := w.home
	w.mu.Unlock()

	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-home:
		return nil
	case <-t.C:
		return sim.Errorf(sim.Internal, "closing the net still waits, after %s, for %s", limit, w)
	}
}

// String lists the calls: "accept on order (http), 2 × read of order→payment".
func (w *work) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for _, name := range slices.Sorted(maps.Keys(w.calls)) {
		if n := w.calls[name]; n > 1 {
			name = fmt.Sprintf("%d × %s", n, name)
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}
