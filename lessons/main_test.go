package lessons_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/internal/beside"
)

// Lessons mostly wait for what they have set off.
func TestMain(m *testing.M) {
	beside.Tests(8)
	goleak.VerifyTestMain(m)
}
