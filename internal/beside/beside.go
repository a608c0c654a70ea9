// Package beside lets the tests of a package run side by side where they wait for
// something else most of the time: go test itself lets as many of them run as
// there are cores.
package beside

import (
	"flag"
	"strconv"
)

// Tests lets n tests run at once, those that call [testing.T.Parallel]. Under the
// race detector they compute more than they wait, so there it changes nothing. It
// is called by TestMain, first.
func Tests(n int) {
	flag.Parse()
	if race {
		return
	}
	if err := flag.Set("test.parallel", strconv.Itoa(n)); err != nil {
		panic(err) // this is no test
	}
}
