package part_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestLook(t *testing.T) {
	c, id, _ := checkout()
	for _, at := range []float64{0.4, 0.6, 1} {
		st := c.stage(id, at)
		fmt.Println(strings.Join(show(t, fmt.Sprintf("checkout-%.2f", at), st, 120, 26, dark), "\n"))
	}
	st := c.stage(id, 0.6)
	fmt.Println(strings.Join(show(t, "checkout-80", st, 80, 18, dark), "\n"))
	l := loaded()
	st = l.stage(l.Traces[len(l.Traces)-1].ID, 1)
	st.Follow = nil
	st.Beat = 3e9
	fmt.Println(strings.Join(show(t, "loaded", st, 92, 26, dark), "\n"))
	fmt.Println(strings.Join(show(t, "loaded80", st, 80, 20, dark), "\n"))
	var links []string
	for i := range 30 {
		links = append(links, fmt.Sprintf("svc-%d:svc-%d", i/3, i+1))
	}
	g := world(append([]string{"client:svc-0"}, links...)...)
	st = g.stage(id, 1)
	fmt.Println(strings.Join(show(t, "generic", st, 92, 26, dark), "\n"))
	fmt.Println(strings.Join(show(t, "generic80", st, 80, 14, dark), "\n"))
}
