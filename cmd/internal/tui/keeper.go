package tui

import (
	"context"
	"errors"
	"sync"
)

// keeper knows every world that is open or being opened, so that none is left
// behind, also when the program ends while one is being opened.
type keeper struct {
	mu      sync.Mutex
	worlds  map[World]bool
	opening sync.WaitGroup
}

// open runs f and remembers its world. A world that is opened after ctx has
// ended is closed at once.
func (k *keeper) open(ctx context.Context, f func(context.Context) (World, Lesson, error)) (World, Lesson, error) {
	k.opening.Add(1)
	defer k.opening.Done()
	w, l, err := f(ctx)
	if err != nil {
		return nil, nil, err
	}
	if ctx.Err() != nil {
		return nil, nil, errors.Join(ctx.Err(), w.Close())
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.worlds == nil {
		k.worlds = map[World]bool{}
	}
	k.worlds[w] = true
	return w, l, nil
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

// closeAll waits for worlds that are being opened and closes them all.
func (k *keeper) closeAll() error {
	k.opening.Wait()
	k.mu.Lock()
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
