package lessons

import "testing"

func TestNumbersInJSON(t *testing.T) {
	for _, tt := range []struct {
		body string
		want int
	}{
		{`{"orders": 3}`, 3},
		{`{"orders":"12","points":"7"}`, 12},
		{`{"points":"7"}`, 0},
		{`{"orders":"many"}`, 0},
		{`{"orders":[1]}`, 0},
		{`[1]`, 0},
		{``, 0},
		{"\x0a\x03101", 0},
	} {
		if got := numberIn([]byte(tt.body))("orders"); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.body, got, tt.want)
		}
	}
}
