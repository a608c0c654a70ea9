package lab_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim/lab"
)

func TestAnInstanceThatIsNotThere(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	_, err := l.Do(t.Context(), parseLine(t, "kill payment#2"))
	if err == nil || err.Error() != "there is no payment#2: payment has 1 instance" {
		t.Errorf("it gives %v", err)
	}
}
