package compare

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Report is a comparison as it is written down.
type Report struct {
	Schema   int                `json:"schema"`
	UseCase  string             `json:"use_case"`
	Payload  int                `json:"payload_bytes"` // of the text that each job carries
	Arms     []ArmReport        `json:"arms"`
	Noise    map[string]float64 `json:"noise"` // by metric: how far the first arm is from itself, as a ratio above 1
	Verdicts []Verdict          `json:"verdicts"`
	Machine  string             `json:"machine"`
	Notes    []string           `json:"notes"`
}

// ArmReport is what one arm did.
type ArmReport struct {
	Name       string      `json:"name"`
	Bytes      Bytes       `json:"bytes"`
	Caller     Times       `json:"until_caller"`
	Done       Times       `json:"until_done"`
	Throughput float64     `json:"throughput"` // jobs a second, saturated; median of the blocks
	CPU        float64     `json:"cpu_us"`     // a job, saturated; of caller, receiver and broker together
	Allocs     float64     `json:"allocs"`
	Jobs       int         `json:"jobs"`
	Failed     int         `json:"failed"`
	Guarantees sim.Promise `json:"guarantees"`
	Floor      bool        `json:"floor,omitempty"` // a built-in broker: the product itself may be slower or faster
}

// Bytes are those of one job on the wire, both ways and over all hops, by part.
// Connection is what opening all connections took, once.
type Bytes struct {
	Payload    int64 `json:"payload"`
	Framing    int64 `json:"framing"`
	Headers    int64 `json:"headers"`
	Connection int64 `json:"connection"`
}

// Times are quantiles of all jobs, in milliseconds, and the interval at 99 % of the
// p50 of a block.
type Times struct {
	P50  float64 `json:"p50_ms"`
	P90  float64 `json:"p90_ms"`
	P99  float64 `json:"p99_ms"`
	P999 float64 `json:"p999_ms"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Verdict says of one quantity of two arms whether they differ.
type Verdict struct {
	A         string     `json:"a"`
	B         string     `json:"b"`
	Metric    string     `json:"metric"` // p50, p99, done_p50, throughput, cpu_us
	Result    Result     `json:"result"`
	Winner    *string    `json:"winner"` // null without a difference
	Ratio     [3]float64 `json:"ratio"`  // a ÷ b: low, estimate, high
	Why       string     `json:"why"`
	WouldNeed string     `json:"would_need"`
}

// Metric is one quantity that is compared.
type Metric struct {
	Name   string // in the report
	Means  string // for people
	of     func(Measured) []float64
	higher bool // is better
}

var metrics = []Metric{
	{"p50", "Until the caller goes on, p50", func(m Measured) []float64 { return m.P50 }, false},
	{"p99", "Until the caller goes on, p99", func(m Measured) []float64 { return m.P99 }, false},
	{"done_p50", "Until the work is done, p50", func(m Measured) []float64 { return m.DoneP50 }, false},
	{"throughput", "Jobs done a second, saturated", func(m Measured) []float64 { return m.Throughput }, true},
	{"cpu_us", "CPU a job, saturated", func(m Measured) []float64 { return m.CPU }, false},
}

// Metrics are the quantities that are compared, in the order of the report.
func Metrics() []Metric { return slices.Clone(metrics) }

// Conclude makes a report of what [Run] measured in blocks of that length: arms, and
// the first one again.
func Conclude(all []Measured, block time.Duration) Report {
	r := Report{Schema: 1, Noise: map[string]float64{}}
	arms, again := all[:len(all)-1], all[len(all)-1]
	for _, m := range arms {
		r.Arms = append(r.Arms, ArmReport{
			Name: m.Name, Jobs: m.Jobs, Failed: m.Failed,
			Caller: times(m.P50, m.quantile(false)), Done: times(m.DoneP50, m.quantile(true)),
			Throughput: middle(m.Throughput), CPU: middle(m.CPU), Allocs: middle(m.Allocs),
		})
	}
	for _, q := range metrics {
		noise := Noise(q.of(arms[0]), q.of(again))
		r.Noise[q.Name] = math.Exp(noise)
		for i, a := range arms {
			for _, b := range arms[i+1:] {
				if unknown(q.of(a)) || unknown(q.of(b)) {
					continue
				}
				r.Verdicts = append(r.Verdicts, q.verdict(a, b, noise, block))
			}
		}
	}
	return r
}

// unknown reports whether nothing of an arm was measured.
func unknown(blocks []float64) bool {
	return !slices.ContainsFunc(blocks, func(x float64) bool { return x > 0 })
}

func (m Measured) quantile(done bool) func(float64) float64 {
	of := m.Caller
	if done {
		of = m.Done
	}
	return func(share float64) float64 { return ms(Rank(of, share)) }
}

func times(blocks []float64, at func(float64) float64) Times {
	one := make([]float64, len(blocks))
	for i := range one {
		one[i] = 1
	}
	d := Judge(blocks, one, 0)
	return Times{P50: at(0.5), P90: at(0.9), P99: at(0.99), P999: at(0.999), Low: d.Low, High: d.High}
}

func middle(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	x = slices.Sorted(slices.Values(x))
	return median(x)
}

func (q Metric) verdict(a, b Measured, noise float64, block time.Duration) Verdict {
	d := Judge(q.of(a), q.of(b), noise)
	v := Verdict{A: a.Name, B: b.Name, Metric: q.Name, Result: d.Result, Ratio: [3]float64{d.Low, d.Mid, d.High}}
	switch d.Result {
	case Different:
		better, ratio := a.Name, d.Mid
		if (d.Mid > 1) != q.higher {
			better = b.Name
		}
		v.Winner = &better
		v.Why = fmt.Sprintf("%.2f times, interval %.2f to %.2f, outside of the noise of %.0f %%; chance %.2g", ratio, d.Low, d.High, (math.Exp(noise)-1)*100, d.Chance)
	case Equal:
		v.Why = fmt.Sprintf("the interval %.3f to %.3f lies within 5 %%", d.Low, d.High)
	case CannotTell:
		v.Why = fmt.Sprintf("the interval %.2f to %.2f, noise %.0f %%, chance %.2g", d.Low, d.High, (math.Exp(noise)-1)*100, d.Chance)
		v.WouldNeed = wouldNeed(d.WouldNeed, block)
	}
	return v
}

// wouldNeed says how much more would do. There is a most number of pairs; beyond it
// blocks have to be longer.
func wouldNeed(pairs int, block time.Duration) string {
	if pairs <= MostPairs {
		return fmt.Sprintf("about %d pairs", pairs)
	}
	longer := time.Duration(float64(block) * float64(pairs) / MostPairs).Round(100 * time.Millisecond)
	if longer > LongestBlock {
		return fmt.Sprintf("more than %d pairs of %s", MostPairs, LongestBlock)
	}
	return fmt.Sprintf("about %d pairs of %s", MostPairs, longer)
}

// Sentence says a verdict to people.
func (v Verdict) Sentence() string {
	switch {
	case v.Winner != nil:
		worse, times := v.B, v.Ratio
		if *v.Winner == v.B {
			worse = v.A
		}
		if times[1] < 1 {
			times = [3]float64{1 / times[2], 1 / times[1], 1 / times[0]}
		}
		return fmt.Sprintf("%s is better than %s by a factor of %.2f (%.2f to %.2f)", *v.Winner, worse, times[1], times[0], times[2])
	case v.Result == Equal:
		return fmt.Sprintf("%s and %s are equal within 5 %%", v.A, v.B)
	default:
		return fmt.Sprintf("%s ÷ %s is %.2f (%.2f to %.2f): cannot tell, %s would be needed", v.A, v.B, v.Ratio[1], v.Ratio[0], v.Ratio[2], v.WouldNeed)
	}
}
