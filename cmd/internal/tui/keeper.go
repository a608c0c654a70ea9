package tui

import (
	"context"
	"errors"
	"sync"
)

// keeper knows every world that is open or being opened, so that none is left
// behind, also when the program ends while one is being opened. Many goroutines
// may use it.
type keeper struct {
	mu      sync.Mutex
	home    *sync.Cond // on mu: nothing is being opened
	worlds  map[World]bool
	opening int
	over    bool // no more worlds are opened
}

func newKeeper() *keeper {
	k := &keeper{worlds: map[World]bool{}}
	k.home = sync.NewCond(&k.mu)
	return k
}

// open runs f and remembers its world. A world that is opened after ctx has
// ended is closed at once.
func (k *keeper) open(ctx context.Context, f func(context.Context) (World, Lesson, error)) (World, Lesson, error) {
	if !k.begin() {
		return nil, nil, context.Canceled
	}
	defer k.end()
	w, l, err := f(ctx)
	if err != nil {
		return nil, nil, err
	}
	if ctx.Err() != nil {
		return nil, nil, errors.Join(ctx.Err(), w.Close())
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.worlds[w] = true
	return w, l, nil
}

// run runs f unless the program is ending; closeAll waits for it.
func (k *keeper) run(f func() error) error {
	if !k.begin() {
		return context.Canceled
	}
	defer k.end()
	return f()
}

func (k *keeper) begin() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.over {
		k.opening++
	}
	return !k.over
}

func (k *keeper) end() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.opening--
	k.home.Broadcast()
}

// close closes one world. Closing it twice is fine.
func (k *keeper) close(w World) error {
	k.mu.Lock()
	open := k.worlds[w]
	delete(k.worlds, w)
	k.mu.Unlock()
	if !open {
		return nil
	}
	return w.Close()
}

// closeAll waits for worlds that are being opened and closes them all. After it
// no world can be opened.
func (k *keeper) closeAll() error {
	k.mu.Lock()
	k.over = true
	for k.opening > 0 {
		k.home.Wait()
	}
	var worlds []World
	for w := range k.worlds {
		worlds = append(worlds, w)
	}
	k.mu.Unlock()
	var errs []error
	for _, w := range worlds {
		errs = append(errs, k.close(w))
	}
	return errors.Join(errs...)
}
