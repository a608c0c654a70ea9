package compare

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Arm is one way to have a job done.
type Arm interface {
	Name() string
	// Offer starts jobs at a rate, whether earlier ones have ended or not, and returns
	// when all of them are done.
	Offer(ctx context.Context, rate sim.Rate, during time.Duration) (Block, error)
	// Saturate lets so many callers hand over a job each as soon as their last one was
	// taken, and returns when all jobs are done.
	Saturate(ctx context.Context, callers int, during time.Duration) (Block, error)
}

// Block is what one arm did without interruption. Times are from the moment a job
// was meant to start.
type Block struct {
	Jobs, Failed int
	Caller       []time.Duration // until the caller could go on
	Done         []time.Duration // until the work was done
	Lasted       time.Duration   // until all of it was done
	CPU          time.Duration   // of the whole process meanwhile: caller, receiver, broker
	Allocs       uint64
}

// LongestBlock is the longest block that may be asked for.
const (
	LongestBlock = 10 * time.Second
	usualBlock   = 300 * time.Millisecond
)

// Options of a comparison. The zero value has usual ones.
type Options struct {
	Pairs   int           // rounds; FewestPairs to MostPairs, 0 = 12
	Rate    sim.Rate      // at which times are measured; 0 = 200/s
	Callers int           // that saturate an arm; 0 = 16
	During  time.Duration // of a block; 0 = 300 ms
	Seed    uint64        // of the order in rounds
	Told    func(Step)    // called before each block; nil = nobody is told
}

// Step is where a comparison is.
type Step struct {
	Round, Rounds int // 0 = warm-up
	Arm           string
}

// Block is the length of a block.
func (o Options) Block() time.Duration {
	if o.During == 0 {
		return usualBlock
	}
	return o.During
}

func (o Options) whole() (Options, error) {
	if o.Pairs == 0 {
		o.Pairs = 12
	}
	if o.Rate == 0 {
		o.Rate = 200
	}
	if o.Callers == 0 {
		o.Callers = 16
	}
	o.During = o.Block()
	if o.Told == nil {
		o.Told = func(Step) {}
	}
	switch {
	case o.Pairs < FewestPairs || o.Pairs > MostPairs:
		return o, sim.Invalidf("%d pairs are out of bounds", o.Pairs).WithFix("between %d and %d", FewestPairs, MostPairs)
	case o.Rate < 1 || o.Rate > 2000:
		return o, sim.Invalidf("a rate of %s is out of bounds", o.Rate).WithFix("between 1/s and 2000/s")
	case o.Callers < 1 || o.Callers > 256:
		return o, sim.Invalidf("%d callers are out of bounds", o.Callers).WithFix("between 1 and 256")
	case o.During < 50*time.Millisecond || o.During > LongestBlock:
		return o, sim.Invalidf("blocks of %s are out of bounds", o.During).WithFix("between 50ms and %s", LongestBlock)
	}
	return o, nil
}

// Measured is what an arm did in all rounds, a number a block.
type Measured struct {
	Name         string
	Jobs, Failed int
	P50, P99     []float64       // ms until the caller could go on
	DoneP50      []float64       // ms until the work was done
	Throughput   []float64       // jobs a second that were done, saturated
	CPU          []float64       // µs a job, saturated
	Allocs       []float64       // a job, saturated
	Caller, Done []time.Duration // of all jobs, sorted
}

// Run measures the arms in turns. The last of what it returns is the first arm
// again. It ends early with ctx, and then returns ctx's error.
func Run(ctx context.Context, arms []Arm, o Options) ([]Measured, error) {
	o, err := o.whole()
	if err != nil {
		return nil, err
	}
	if len(arms) == 0 {
		return nil, sim.Invalidf("there is nothing to compare")
	}
	turns := append(slices.Clone(arms), arms[0])
	all := make([]Measured, len(turns))
	for i, a := range turns {
		all[i].Name = a.Name()
	}
	draw := rand.New(rand.NewPCG(o.Seed, 2))
	for round := range o.Pairs + 1 {
		for _, i := range draw.Perm(len(turns)) {
			o.Told(Step{round, o.Pairs, turns[i].Name()})
			if err := all[i].take(ctx, turns[i], o, round > 0); err != nil {
				return nil, err
			}
		}
	}
	for i := range all {
		slices.Sort(all[i].Caller)
		slices.Sort(all[i].Done)
	}
	return all, nil
}

// take measures one block of each kind; a warm-up is not kept.
func (m *Measured) take(ctx context.Context, a Arm, o Options, keep bool) error {
	offered, err := a.Offer(ctx, o.Rate, o.During)
	if err != nil {
		return err
	}
	full, err := a.Saturate(ctx, o.Callers, o.During)
	if err != nil || !keep {
		return err
	}
	m.Jobs += offered.Jobs + full.Jobs
	m.Failed += offered.Failed + full.Failed
	m.Caller = append(m.Caller, offered.Caller...)
	m.Done = append(m.Done, offered.Done...)
	slices.Sort(offered.Caller)
	slices.Sort(offered.Done)
	m.P50 = append(m.P50, ms(Rank(offered.Caller, 0.50)))
	m.P99 = append(m.P99, ms(Rank(offered.Caller, 0.99)))
	m.DoneP50 = append(m.DoneP50, ms(Rank(offered.Done, 0.50)))
	jobs := float64(max(full.Jobs, 1))
	m.Throughput = append(m.Throughput, jobs/full.Lasted.Seconds())
	m.CPU = append(m.CPU, float64(full.CPU.Nanoseconds())/1000/jobs)
	m.Allocs = append(m.Allocs, float64(full.Allocs)/jobs)
	return nil
}

// Rank is the smallest of sorted times that a share of them does not exceed; 0 of none.
func Rank(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	n := int(share*float64(len(sorted)) + 0.999999)
	return sorted[min(max(n, 1), len(sorted))-1]
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
