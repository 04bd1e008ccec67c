// Package cost adds up what the resources of a stack cost a month at list prices.
package cost

import (
	"cmp"
	"slices"

	"github.com/modelway/modelway/internal/pricing"
)

// Item is one thing that is billed by the hour or month.
type Item struct {
	// URN of the resource that is billed.
	URN string
	// Component is the noun that the resource belongs to, such as network, cluster, compute, ingress or model; "other" for what is part of
	// no component of Modelway.
	Component string
	// Model is the model that the resource is for; empty where it serves all of them.
	Model string
	// What is billed, such as "NAT gateway" or "m6i.large, on demand".
	What string
	// Least and Most are for a month at the smallest and the largest number of nodes and replicas, in whole cents, so that whatever sums of
	// them are shown add up.
	Least, Most pricing.USD
	// Arithmetic shows where Least comes from, such as "3 x 0.045 USD/h x 730 h".
	Arithmetic string
	// Shared says that the money is already in another item: a model's share of the nodes that it runs on. It counts for the model and
	// not for the environment.
	Shared bool
}

// Bill is what a stack costs a month.
type Bill struct {
	// Region of the prices.
	Region string
	// Date on which the oldest of the prices was read, such as 2026-09-30; empty where the region has no prices, and then there are no items.
	Date string
	// Items by component, model and URN.
	Items []Item
	// NotCounted tells what is billed beside the items: by use, or at a price that is not known. Each once, sorted.
	NotCounted []string
}

// Sum is what the items of one name cost a month.
type Sum struct {
	// Name of the component or model.
	Name string
	// Least and Most are as in Item.
	Least, Most pricing.USD
}

// Least is what the environment costs a month at the smallest number of nodes and replicas.
func (b Bill) Least() pricing.USD { return b.total().Least }

// Most is what the environment costs a month at the largest number of nodes and replicas.
func (b Bill) Most() pricing.USD { return b.total().Most }

func (b Bill) total() Sum {
	var total Sum
	for _, sum := range b.ByComponent() {
		total.Least += sum.Least
		total.Most += sum.Most
	}
	return total
}

// ByComponent are the sums of the components, the most expensive first. Together they are the environment.
func (b Bill) ByComponent() []Sum {
	return b.sums(func(i Item) (string, bool) { return i.Component, !i.Shared })
}

// ByModel are the sums of the models, the most expensive first: what is theirs alone, and their shares of nodes. What serves all of them
// is in none.
func (b Bill) ByModel() []Sum {
	return b.sums(func(i Item) (string, bool) { return i.Model, i.Model != "" })
}

func (b Bill) sums(of func(Item) (name string, counts bool)) []Sum {
	at := map[string]int{}
	var sums []Sum
	for _, item := range b.Items {
		name, counts := of(item)
		if !counts {
			continue
		}
		i, known := at[name]
		if !known {
			i = len(sums)
			at[name], sums = i, append(sums, Sum{Name: name})
		}
		sums[i].Least += item.Least
		sums[i].Most += item.Most
	}
	slices.SortFunc(sums, func(a, b Sum) int {
		return cmp.Or(cmp.Compare(b.Least, a.Least), cmp.Compare(b.Most, a.Most), cmp.Compare(a.Name, b.Name))
	})
	return sums
}

// sort brings items and remarks into the order that they are promised in.
func (b *Bill) sort() {
	slices.SortStableFunc(b.Items, func(a, c Item) int {
		return cmp.Or(cmp.Compare(a.Component, c.Component), cmp.Compare(a.Model, c.Model), cmp.Compare(a.URN, c.URN),
			cmp.Compare(a.What, c.What))
	})
	slices.Sort(b.NotCounted)
	b.NotCounted = slices.Compact(b.NotCounted)
}

// round brings each amount to whole cents.
func (b *Bill) round() {
	for i, item := range b.Items {
		b.Items[i].Least, b.Items[i].Most = item.Least.Rounded(), item.Most.Rounded()
	}
}
