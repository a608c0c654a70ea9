// Package beside lets the tests of a package run side by side where they wait for
// something else most of the time: go test itself lets as many of them run as
// there are cores.
package beside

import (
	"flag"
	"runtime"
	"strconv"
)

// Tests lets n tests run at once, those that call [testing.T.Parallel]. Under the
// race detector they compute several times as much, so there it is an eighth of n, and
// as many as there are cores at least. It is called by TestMain, first.
func Tests(n int) {
	flag.Parse()
	if race {
		n = max(n/8, runtime.GOMAXPROCS(0))
	}
	if err := flag.Set("test.parallel", strconv.Itoa(n)); err != nil {
		panic(err) // this is no test
	}
}
