// Package pricing holds list prices of AWS, by region and with the day they were read.
package pricing

import "fmt"

// USD is an amount in billionths of a US dollar, so that sums are exact.
type USD int64

// Dollar is one US dollar, and Cent a hundredth of it.
const (
	Dollar USD = 1_000_000_000
	Cent   USD = Dollar / 100
)

// HoursPerMonth is what AWS's own estimates count a month as
// (https://docs.aws.amazon.com/pricing-calculator/latest/userguide/getting-started.html).
const HoursPerMonth = 730

// String is the amount in dollars and cents, rounded half away from zero, such as 1234.50 or -0.07.
func (u USD) String() string {
	sign := ""
	if u < 0 {
		sign, u = "-", -u
	}
	cents := (u + Cent/2) / Cent
	if cents == 0 {
		sign = ""
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}
