package compare

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim/internal/process"
)

// Saturate lets so many callers hand over jobs for a time, each one after the other,
// waits until all are done, and counts what it took.
func Saturate(ctx context.Context, callers int, during time.Duration, hand, done func(context.Context) error) (b Block, err error) {
	var jobs, failed atomic.Int64
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, used := time.Now(), process.CPU()
	var all sync.WaitGroup
	for range callers {
		all.Go(func() { // ends with the time of the block
			for time.Since(began) < during && ctx.Err() == nil {
				if hand(ctx) == nil {
					jobs.Add(1)
				} else {
					failed.Add(1)
				}
			}
		})
	}
	all.Wait()
	err = errors.Join(ctx.Err(), done(ctx))
	b.Lasted, b.CPU = time.Since(began), process.CPU()-used
	runtime.ReadMemStats(&after)
	b.Allocs, b.Jobs, b.Failed = after.Mallocs-before.Mallocs, int(jobs.Load()), int(failed.Load())
	return b, err
}
