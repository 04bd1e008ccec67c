package cost

import (
	"fmt"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
)

// Of adds up the inputs of a stack's resources at the list prices of the region. The day decides whether the control plane's version is
// in extended support. Where resources come from makes no difference: in a preview some values are unknown, and what cannot be told
// without them is in NotCounted. In a region without prices NotCounted says so, and there is nothing else.
func Of(set resource.Set, region string, day time.Time) Bill {
	prices, err := pricing.In(region)
	if err != nil {
		return Bill{Region: region, NotCounted: []string{"everything: " + err.Error()}}
	}
	c := &counter{set: set, prices: prices, day: day, bill: Bill{Region: region, Date: prices.Date()}, modelNamespace: namespaceOfModels(set)}
	c.countClusters()
	c.countNetwork()
	c.countLoadBalancers()
	c.countNodeGroups()
	c.countPods()
	c.countMonitoring()
	c.countDatabases()
	c.countResources()
	c.noteUse()
	c.bill.sort()
	c.bill.round()
	return c.bill
}

type counter struct {
	set    resource.Set
	prices *pricing.Prices
	day    time.Time
	bill   Bill
	// nodes are what pods can run on, in the order of the node groups.
	nodes []node
	// modelNamespace is the namespace of the models; "" where it cannot be told.
	modelNamespace string
}

// countResources counts what costs the same whatever its settings.
func (c *counter) countResources() {
	for _, priced := range c.prices.Resources {
		count := c.monthly
		if priced.Per == pricing.Hour {
			count = c.hourly
		}
		for _, r := range c.set.OfType(priced.Type) {
			count(r, priced.What, priced.USD, 1, 1)
		}
	}
}

// hours of a month, as arithmetic shows them.
const hours = pricing.HoursPerMonth

// hourly adds what is billed by the hour, for the least and the most of it that there is.
func (c *counter) hourly(r resource.Resource, what string, price pricing.USD, least, most int64) {
	c.add(c.item(r, what, price*hours, least, most, fmt.Sprintf("%d x %s USD/h x %d h", least, price.Price(), hours)))
}

// monthly adds what is billed by the month.
func (c *counter) monthly(r resource.Resource, what string, price pricing.USD, least, most int64) {
	c.add(c.item(r, what, price, least, most, fmt.Sprintf("%d x %s USD", least, price.Price())))
}

// item is for between least and most things that cost each a month.
func (c *counter) item(r resource.Resource, what string, each pricing.USD, least, most int64, arithmetic string) Item {
	return Item{
		URN: r.URN, Component: component(r), Model: c.set.Model(r), What: what, Arithmetic: arithmetic,
		Least: each * pricing.USD(least), Most: each * pricing.USD(most),
	}
}

func (c *counter) add(item Item) { c.bill.Items = append(c.bill.Items, item) }

// skip tells what is not counted.
func (c *counter) skip(format string, args ...any) {
	c.bill.NotCounted = append(c.bill.NotCounted, fmt.Sprintf(format, args...))
}

// component is the noun of a type such as modelway:network:Network.
func component(r resource.Resource) string {
	parts := strings.Split(r.ComponentType(), ":")
	if len(parts) != 3 {
		return "other"
	}
	return parts[1]
}

// maxCount is more of one thing than AWS gives anybody, and little enough that no sum overflows.
const maxCount = 100_000

// whole is a number of things; false where it is unknown, absent, negative or more than maxCount.
func whole(v resource.Value) (int64, bool) {
	number, ok := v.Raw().(float64)
	return int64(number), ok && number >= 0 && number <= maxCount
}
