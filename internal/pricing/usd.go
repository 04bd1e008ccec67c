// Package pricing holds list prices of AWS, by region and with the day they were read.
package pricing

import (
	"fmt"
	"strconv"
	"strings"
)

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
	cents := u.Rounded() / Cent
	if cents == 0 {
		sign = ""
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

// places is the number of decimal places of a USD.
const places = 9

// ParseUSD reads an amount of dollars such as 0.0416. It refuses what is not a plain decimal number, is negative, or has more than nine
// decimal places, as nothing may be rounded.
func ParseUSD(text string) (USD, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > places {
		return 0, fmt.Errorf("%q has more than %d decimal places", text, places)
	}
	amount, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 63)
	if err != nil || whole == "" {
		return 0, fmt.Errorf("%q is not an amount of dollars: write a decimal number such as 0.0416", text)
	}
	return USD(amount), nil
}

// Price is the amount as price lists have it: exact, with at least two decimal places, such as 0.045 or 73.00.
func (u USD) Price() string {
	text := fmt.Sprintf("%d.%09d", u/Dollar, max(u, -u)%Dollar)
	for strings.HasSuffix(text, "0") && len(text)-strings.IndexByte(text, '.') > 3 {
		text = text[:len(text)-1]
	}
	return text
}

// Rounded is the amount in whole cents, rounded half away from zero, as String shows it.
func (u USD) Rounded() USD {
	if u < 0 {
		return -(-u).Rounded()
	}
	return (u + Cent/2) / Cent * Cent
}
