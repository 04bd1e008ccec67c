package pricing

import (
	"cmp"
	"slices"
)

// Rounded is the amount in whole cents, rounded half away from zero, as String shows it.
func (u USD) Rounded() USD {
	if u < 0 {
		return -(-u).Rounded()
	}
	return (u + Cent/2) / Cent * Cent
}

// Apportion rounds parts to whole cents that add up to a total of whole cents, by the method of the largest remainder
// (https://en.wikipedia.org/wiki/Quota_method#Hamilton's_method). A part of whole cents stays as it is while the total is within a cent of
// the sum of the parts.
func Apportion(total USD, parts []USD) []USD {
	rounded, order := make([]USD, len(parts)), make([]int, len(parts))
	left := total
	for i, part := range parts {
		order[i], rounded[i] = i, part-remainder(part)
		left -= rounded[i]
	}
	if len(parts) == 0 {
		return rounded
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(remainder(parts[j]), remainder(parts[i])) })
	for k := 0; left > 0; k, left = k+1, left-Cent {
		rounded[order[k%len(order)]] += Cent
	}
	for k := len(order) - 1; left < 0; k, left = k-1, left+Cent {
		rounded[order[(k%len(order)+len(order))%len(order)]] -= Cent
	}
	return rounded
}

// remainder is what an amount has above the next lower whole cent.
func remainder(u USD) USD { return (u%Cent + Cent) % Cent }
