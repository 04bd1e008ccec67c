package envmap

import (
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/review"
)

// Cost is what an environment costs a month, in US dollars at list prices.
type Cost struct {
	// Date on which the oldest of the prices was read; empty where the region has no prices, and then there are no parts.
	Date string `json:"date"`
	// Least is a month at the smallest number of nodes and replicas, and Most at the largest.
	Least review.Money `json:"least"`
	Most  review.Money `json:"most"`
	// Parts add up to Least and Most. They are by component, the most expensive first.
	Parts []Part `json:"parts"`
	// Shared is what the models do not account for: Least less their costs.
	Shared review.Money `json:"shared"`
	// NotCounted is what is billed beside.
	NotCounted []string `json:"notCounted"`
}

// Part is what a component costs for one thing, and for one model where it is for one only.
type Part struct {
	Component string       `json:"component"`
	Model     string       `json:"model"`
	What      string       `json:"what"`
	Least     review.Money `json:"least"`
	Most      review.Money `json:"most"`
}

func costOf(bill cost.Bill) Cost {
	c := Cost{
		Date: bill.Date, Least: review.Money(bill.Least()), Most: review.Money(bill.Most()), Parts: []Part{},
		NotCounted: append([]string{}, bill.NotCounted...),
	}
	c.Shared = c.Least
	for _, sum := range bill.ByModel() {
		c.Shared -= review.Money(sum.Least)
	}
	for _, component := range bill.ByComponent() {
		at := map[Part]int{}
		for _, item := range bill.Items {
			if item.Shared || item.Component != component.Name {
				continue
			}
			key := Part{Component: item.Component, Model: item.Model, What: item.What}
			i, known := at[key]
			if !known {
				i = len(c.Parts)
				at[key], c.Parts = i, append(c.Parts, key)
			}
			c.Parts[i].Least += review.Money(item.Least)
			c.Parts[i].Most += review.Money(item.Most)
		}
	}
	return c
}
