//go:build !race

package beside

const race = false
