package fault

import (
	"math"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

var sizes = []struct {
	unit  string
	bytes float64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

// parseSize reads "64", "64B", "12KiB" or "1.5MiB" as bytes.
func parseSize(s string) (int64, error) {
	for _, u := range sizes {
		num, ok := strings.CutSuffix(s, u.unit)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(num, 64)
		if v *= u.bytes; err != nil || !(v >= 0 && v <= math.MaxInt64/2) {
			break
		}
		return int64(v), nil
	}
	return 0, sim.Invalidf("%q is not a size", s).WithFix("write it as 512, 12KiB or 1MiB")
}

// sizeText writes bytes as parseSize reads them.
func sizeText(n int64) string {
	for _, u := range [...]int{2, 1, 0} {
		if per := int64(sizes[u].bytes); n >= per && n%per == 0 {
			return strconv.FormatInt(n/per, 10) + sizes[u].unit
		}
	}
	return strconv.FormatInt(n, 10) + "B"
}
