// Package moneyv1 is the contract of an amount of money.
package moneyv1

import "fmt"

// Text writes an amount for people: "36.36 EUR".
func (m *Money) Text() string {
	sign, cents := "", int64(m.GetCents())
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d %s", sign, cents/100, cents%100, m.GetCurrency())
}
