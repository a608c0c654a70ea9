package compare

import (
	"fmt"
	"math"
	"slices"

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

// metric is one quantity that is compared.
type metric struct {
	name   string
	of     func(Measured) []float64
	higher bool // is better
}

var metrics = []metric{
	{"p50", func(m Measured) []float64 { return m.P50 }, false},
	{"p99", func(m Measured) []float64 { return m.P99 }, false},
	{"done_p50", func(m Measured) []float64 { return m.DoneP50 }, false},
	{"throughput", func(m Measured) []float64 { return m.Throughput }, true},
	{"cpu_us", func(m Measured) []float64 { return m.CPU }, false},
}

// Conclude makes a report of what [Run] measured: arms, and the first one again.
func Conclude(all []Measured) Report {
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
		r.Noise[q.name] = math.Exp(noise)
		for i, a := range arms {
			for _, b := range arms[i+1:] {
				r.Verdicts = append(r.Verdicts, q.verdict(a, b, noise))
			}
		}
	}
	return r
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

func (q metric) verdict(a, b Measured, noise float64) Verdict {
	d := Judge(q.of(a), q.of(b), noise)
	v := Verdict{A: a.Name, B: b.Name, Metric: q.name, Result: d.Result, Ratio: [3]float64{d.Low, d.Mid, d.High}}
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
		v.WouldNeed = fmt.Sprintf("about %d pairs", d.WouldNeed)
	}
	return v
}
