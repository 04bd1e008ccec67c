package pricing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Price is one list price, and where it comes from.
type Price struct {
	// USD is the price of one unit.
	USD USD
	// Read is the day on which the source was read, as YYYY-MM-DD.
	Read string
	// Source is the address of the page or file that says so.
	Source string
}

// Times that the price of a Resource is for.
const (
	Hour  = "hour"
	Month = "month"
)

// Resource is a resource type that costs the same whatever its settings.
type Resource struct {
	Price
	// Type is the Pulumi type token, such as aws:ec2/natGateway:NatGateway.
	Type string
	// What is what people call it.
	What string
	// Per is the time that the price is for: Hour or Month.
	Per string
}

// Prices are the on-demand list prices of AWS in one region, without taxes, discounts and free tiers.
type Prices struct {
	// Region is the AWS region, such as us-east-1.
	Region string
	// ControlPlaneHour is an EKS control plane whose Kubernetes version is in standard support, and ExtendedControlPlaneHour one in
	// extended support, the standard price included.
	ControlPlaneHour, ExtendedControlPlaneHour Price
	// FargateVCPUHour and FargateGBHour are the size of a Linux pod on x86. FargateStorageGBHour is storage above 20 GB.
	FargateVCPUHour, FargateGBHour, FargateStorageGBHour Price
	// LoadBalancerHour is an Application Load Balancer, without its capacity units (LCU).
	LoadBalancerHour Price
	// PublicIPv4Hour is one public address, in use or not.
	PublicIPv4Hour Price
	// InterfaceEndpointHour is an interface endpoint in one availability zone, without the data that it processes.
	InterfaceEndpointHour Price
	// Gp3GBMonth is a gp3 volume; Gp3IOPSMonth is an operation a second above 3,000 and Gp3ThroughputMonth a MiB/s above 125.
	Gp3GBMonth, Gp3IOPSMonth, Gp3ThroughputMonth Price
	// DatabaseStorageGBMonth is gp3 storage of a database without a standby.
	DatabaseStorageGBMonth Price
	// Resources are those that cost the same whatever their settings, sorted by type.
	Resources []Resource

	// instances are prices of Linux instances with shared tenancy by the hour, all read on one day.
	instances map[string]USD
	// databases are prices of MySQL servers without a standby by the hour, by their class.
	databases map[string]Price
	oldest    string
}

// In is the table of a region. The error names the region and those that have prices: no price is guessed from another region.
func In(region string) (*Prices, error) {
	tables, err := load()
	if err != nil {
		return nil, err
	}
	prices, found := tables[region]
	if !found {
		return nil, fmt.Errorf("region %q has no list prices here; there are prices for %s: add a table as docs/cost.md says", region,
			strings.Join(Regions(), ", "))
	}
	return prices, nil
}

// Regions are the regions that have prices, sorted.
func Regions() []string {
	tables, _ := load() // a table that does not load has no regions, and In tells why
	return slices.Sorted(maps.Keys(tables))
}

// Date is the day on which the oldest price of the table was read, as YYYY-MM-DD.
func (p *Prices) Date() string { return p.oldest }

// InstanceHour is what an instance type costs an hour, and false for one that the table lacks.
func (p *Prices) InstanceHour(instanceType string) (USD, bool) {
	price, found := p.instances[instanceType]
	return price, found
}

// DatabaseHour is what a MySQL server of a class costs an hour without a standby, which costs as much again, and false for a class that the
// table lacks.
func (p *Prices) DatabaseHour(class string) (USD, bool) {
	price, found := p.databases[class]
	return price.USD, found
}

// OfType is what a resource of a type costs that costs the same whatever its settings, and false where it does not.
func (p *Prices) OfType(token string) (Resource, bool) {
	at := slices.IndexFunc(p.Resources, func(r Resource) bool { return r.Type == token })
	if at < 0 {
		return Resource{}, false
	}
	return p.Resources[at], true
}

// InstanceTypes are the instance types that have a price, sorted.
func (p *Prices) InstanceTypes() []string { return slices.Sorted(maps.Keys(p.instances)) }
