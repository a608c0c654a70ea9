package world

import (
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// mostValues bounds how many values a field that varies has.
const mostValues = 1_000_000

// varying reads the fields of a load. The function that it returns gives their
// values for one request: a field "~1000" is any number from 1 to 1000.
func (w *World) varying(fields map[string]string) (func() map[string]string, error) {
	most := map[string]int{}
	for key, value := range fields {
		text, ok := strings.CutPrefix(value, "~")
		if !ok {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostValues {
			return nil, sim.Invalidf("%s=%s is not a range of values", key, value).WithFix("~1000 is a number from 1 to 1000; at most ~%d", mostValues)
		}
		most[key] = n
	}
	r := rand.New(&lockedSource{src: rand.NewPCG(w.spec.Seed, 2)})
	return func() map[string]string {
		values := maps.Clone(fields)
		for key, n := range most {
			values[key] = strconv.Itoa(1 + r.IntN(n))
		}
		return values
	}, nil
}
