package nats

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Fill makes a stream that discards what is new refuse all of it, as one that has
// reached its max_bytes does. Undo lets hold what held before.
func (s *Server) Fill(ctx context.Context, stream string) (undo func(context.Context) error, err error) {
	js, err := jetstream.New(s.watch.nc)
	if err != nil {
		return nil, err
	}
	kept, err := js.Stream(ctx, stream)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", stream, err)
	}
	before := kept.CachedInfo().Config
	if before.Discard != jetstream.DiscardNew {
		return nil, fmt.Errorf("stream %s is never full: the oldest makes room", stream)
	}
	full := before
	full.MaxBytes = 1
	if _, err := js.UpdateStream(ctx, full); err != nil {
		return nil, fmt.Errorf("stream %s: %w", stream, err)
	}
	return func(ctx context.Context) error {
		_, err := js.UpdateStream(ctx, before)
		return err
	}, nil
}
