package cost

import (
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// dedicated begins the names of classes whose load balancer belongs to one model.
const dedicated = "modelway-model-"

// params describe an Application Load Balancer, one each: all Ingresses of the class are in its group.
const params = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"

func (c *counter) countLoadBalancers() {
	models := map[string]bool{}
	for _, r := range c.set.OfType(resource.ModelType) {
		models[c.set.Model(r)] = true
	}
	for _, r := range c.set.OfType(params) {
		owner, own := strings.CutPrefix(r.At("metadata", "name").Text(), dedicated)
		if !own || !models[owner] {
			owner = ""
		}
		first := len(c.bill.Items)
		c.hourly(r, "Application Load Balancer", c.prices.LoadBalancerHour.USD, 1, 1)
		c.countAddresses(r)
		for i := first; i < len(c.bill.Items); i++ {
			c.bill.Items[i].Model = owner
		}
	}
}

// countAddresses counts a public address for each zone of an internet-facing load balancer
// (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#vpc-public-ipv4-addresses). It may have more under load.
func (c *counter) countAddresses(r resource.Resource) {
	scheme := r.At("spec", "scheme")
	if scheme.Given() && !scheme.Unknown() && scheme.Text() != "internet-facing" {
		return
	}
	zones, known := c.zones(r.At("spec", "subnets", "ids"), publicRole)
	if !known || !scheme.Given() || scheme.Unknown() {
		c.skip("public IPv4 addresses of load balancer %s, whose scheme or zones are not known yet", r.Name)
		return
	}
	c.hourly(r, "public IPv4 address", c.prices.PublicIPv4Hour.USD, zones, zones)
}
