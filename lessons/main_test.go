package lessons_test

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// Lessons mostly wait for what they have set off: more of them are played side by
// side than there are cores.
const sideBySide = "8"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", sideBySide); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
