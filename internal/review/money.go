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

// money compares the bills, whose amounts are whole cents; where it cannot, it says why.
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
		Region: bills.After.Region, Date: bills.After.Date, Total: total, Most: most,
		Components: lines(components), Models: lines(models), NotCounted: slices.Compact(notCounted),
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
