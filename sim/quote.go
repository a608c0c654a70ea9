package sim

import (
	"strconv"
	"strings"
)

// Quote writes a value as it stands in a line, so that it is read as the same:
// as it is, or in double quotes when it is empty or has spaces or quotes in it.
func Quote(value string) string {
	if value == "" || strings.ContainsAny(value, " \"\n\r\t") {
		return strconv.Quote(value)
	}
	return value
}
