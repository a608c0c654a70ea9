package moneyv1_test

import (
	"math"
	"testing"

	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
)

func TestText(t *testing.T) {
	for want, m := range map[string]*moneyv1.Money{
		"36.36 EUR":        {Currency: "EUR", Cents: 3636},
		"0.05 EUR":         {Currency: "EUR", Cents: 5},
		"-0.05 EUR":        {Currency: "EUR", Cents: -5},
		"-21474836.48 EUR": {Currency: "EUR", Cents: math.MinInt32},
		"0.00 ":            nil,
	} {
		if got := m.Text(); got != want {
			t.Errorf("%v reads %q, want %q", m, got, want)
		}
	}
}
