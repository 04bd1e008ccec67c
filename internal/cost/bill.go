// Package cost adds up what the resources of a stack cost a month at list prices.
package cost

import "github.com/modelway/modelway/internal/pricing"

// Item is one thing that is billed by the hour or month.
type Item struct {
	// URN of the resource that is billed.
	URN string
	// Component is the noun that the resource belongs to, such as network, cluster, compute, ingress or model.
	Component string
	// Model is the model that the resource is for; empty where it serves all of them.
	Model string
	// What is billed, such as "NAT gateway" or "m6i.large, on demand".
	What string
	// Least and Most are for a month at the smallest and the largest number of nodes and replicas.
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
	// Date on which the prices were read, such as 2026-09-30; empty where the region has no prices, and then there are no items.
	Date string
	// Items by component, model and URN.
	Items []Item
	// NotCounted tells what is billed beside the items: by use, or at a price that is not known. Each once.
	NotCounted []string
}
