package review

import (
	"cmp"
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/pricing"
)

// Bills are what a stack costs before and after a change.
type Bills struct{ Before, After cost.Bill }

// Money is an amount in US dollars. In JSON it is a number with two decimals.
type Money pricing.USD

// String is the amount, such as 1234.50.
func (m Money) String() string { return pricing.USD(m).String() }

// Signed is the amount with its sign, such as +12.00.
func (m Money) Signed() string {
	if text := m.String(); m > 0 && text != "0.00" {
		return "+" + text
	}
	return m.String()
}

// MarshalJSON writes the amount as a number.
func (m Money) MarshalJSON() ([]byte, error) { return []byte(m.String()), nil }

// Cost is the monthly cost at list prices, with the smallest number of nodes and replicas unless it says otherwise.
type Cost struct {
	// Region of the prices.
	Region string `json:"region"`
	// Date on which the prices were read.
	Date string `json:"date"`
	// Total is that of the environment.
	Total CostLine `json:"total"`
	// Most is that of the environment with the largest number of nodes and replicas.
	Most CostLine `json:"most"`
	// Components are the parts of Total, by component.
	Components []CostLine `json:"components"`
	// Models are what each model costs, its share of what models share among it. They are no part of Total.
	Models []CostLine `json:"models"`
	// NotCounted is what is billed beside.
	NotCounted []string `json:"notCounted"`
}

// CostLine is an amount before and after.
type CostLine struct {
	// Name of the component or model.
	Name string `json:"name"`
	// Before the change, in US dollars a month.
	Before Money `json:"before"`
	// After the change, in US dollars a month.
	After Money `json:"after"`
	// Change is After less Before.
	Change Money `json:"change"`
}

// money compares the bills; where it cannot, it says why. The amounts are whole cents that add up.
func money(bills *Bills) (*Cost, string) {
	if bills == nil {
		return nil, "the preview does not tell the region"
	}
	if bills.Before.Date == "" || bills.After.Date == "" {
		return nil, "there are no prices for region " + cmp.Or(bills.After.Region, bills.Before.Region)
	}
	var total, most CostLine
	components, models := map[string]*CostLine{}, map[string]*CostLine{}
	for side, bill := range []cost.Bill{bills.Before, bills.After} {
		for _, item := range bill.Items {
			if !item.Shared {
				total.add(side, item.Least)
				most.add(side, item.Most)
				line(components, item.Component).add(side, item.Least)
			}
			if item.Model != "" {
				line(models, item.Model).add(side, item.Least)
			}
		}
	}
	notCounted := slices.Concat(bills.Before.NotCounted, bills.After.NotCounted)
	slices.Sort(notCounted)
	return &Cost{
		Region: bills.After.Region, Date: bills.After.Date, Total: total.rounded(), Most: most.rounded(),
		Components: addUp(total, lines(components)), Models: roundedLines(lines(models)), NotCounted: slices.Compact(notCounted),
	}, ""
}

func (l *CostLine) add(side int, amount pricing.USD) {
	if side == 0 {
		l.Before += Money(amount)
	} else {
		l.After += Money(amount)
	}
	l.Change = l.After - l.Before
}

// rounded is the line in whole cents; its change is that of the rounded amounts.
func (l CostLine) rounded() CostLine {
	l.Before, l.After = Money(pricing.USD(l.Before).Rounded()), Money(pricing.USD(l.After).Rounded())
	l.Change = l.After - l.Before
	return l
}

func roundedLines(lines []CostLine) []CostLine {
	for i := range lines {
		lines[i] = lines[i].rounded()
	}
	return lines
}

// addUp rounds the parts of a total so that each column adds up to its rounded amount. What does not change is rounded first, as one
// amount, so that rounding never makes a change of it.
func addUp(total CostLine, parts []CostLine) []CostLine {
	var kept, keptParts, wasParts, isParts []pricing.USD
	var unchanged pricing.USD
	for _, part := range parts {
		if part.Change == 0 {
			unchanged += pricing.USD(part.Before)
			keptParts = append(keptParts, pricing.USD(part.Before))
			continue
		}
		wasParts, isParts = append(wasParts, pricing.USD(part.Before)), append(isParts, pricing.USD(part.After))
	}
	kept = pricing.Apportion(unchanged.Rounded(), keptParts)
	was := pricing.Apportion(pricing.USD(total.Before).Rounded()-unchanged.Rounded(), wasParts)
	is := pricing.Apportion(pricing.USD(total.After).Rounded()-unchanged.Rounded(), isParts)
	for i, part := range parts {
		if part.Change == 0 {
			parts[i].Before, parts[i].After, kept = Money(kept[0]), Money(kept[0]), kept[1:]
			continue
		}
		parts[i].Before, parts[i].After, was, is = Money(was[0]), Money(is[0]), was[1:], is[1:]
		parts[i].Change = parts[i].After - parts[i].Before
	}
	return parts
}

func line(lines map[string]*CostLine, name string) *CostLine {
	if lines[name] == nil {
		lines[name] = &CostLine{Name: name}
	}
	return lines[name]
}

func lines(byName map[string]*CostLine) []CostLine {
	all := []CostLine{}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		all = append(all, *byName[name])
	}
	return all
}
