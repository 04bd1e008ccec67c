package cost

import (
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// Tags by which the load balancer controller finds subnets
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/).
const (
	publicRole  = "kubernetes.io/role/elb"
	privateRole = "kubernetes.io/role/internal-elb"
)

func (c *counter) countNetwork() {
	for _, r := range c.set.OfType("aws:ec2/eip:Eip") {
		c.hourly(r, "public IPv4 address", c.prices.PublicIPv4Hour.USD, 1, 1)
	}
	for _, r := range c.set.OfType("aws:ec2/vpcEndpoint:VpcEndpoint") {
		// A gateway endpoint, which is the default, is free (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html).
		if r.At("vpcEndpointType").Text() != "Interface" {
			continue
		}
		zones, known := c.zones(r.At("subnetIds"), privateRole)
		if !known {
			c.skip("interface endpoint %s, whose zones are not known yet", r.Name)
			continue
		}
		service := r.At("serviceName").Text()
		if parts := strings.SplitN(service, ".", 4); len(parts) == 4 {
			service = parts[3]
		}
		c.hourly(r, "interface endpoint "+service, c.prices.InterfaceEndpointHour.USD, zones, zones)
	}
}

// zones is the number of subnets, of which there is one a zone. While their ids are unknown it is the number of the stack's subnets with
// the role.
func (c *counter) zones(subnetIDs resource.Value, role string) (int64, bool) {
	if ids := subnetIDs.List(); len(ids) > 0 {
		return int64(len(ids)), true
	}
	var zones int64
	for _, subnet := range c.set.OfType("aws:ec2/subnet:Subnet") {
		if subnet.At("tags", role).Given() {
			zones++
		}
	}
	return zones, zones > 0
}
