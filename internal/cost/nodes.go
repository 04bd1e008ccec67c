package cost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
)

// Free part of every gp3 volume (https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-ebs-volume-type).
const (
	freeIOPS       = 3000
	freeThroughput = 125 // MiB/s
)

// node is what a node group offers pods.
type node struct {
	name string // of the instance type, and how it is bought
	size machine.Size
	hour pricing.USD
	// taints are the keys that a pod must tolerate.
	taints []string
}

func (c *counter) countNodeGroups() {
	for _, r := range c.set.OfType("aws:eks/nodeGroup:NodeGroup") {
		least, known := whole(r.At("scalingConfig", "minSize"))
		most, knownMost := whole(r.At("scalingConfig", "maxSize"))
		if !known || !knownMost {
			c.skip("nodes of group %s, whose size is not known yet", r.Name)
			continue
		}
		c.countNodes(r, least, max(least, most))
		c.countVolumes(r, least, max(least, most))
	}
}

// countNodes counts the first instance type of a group. EKS takes it for on-demand nodes while it has capacity, and spot prices move by the
// minute below the on-demand price. Burstable types, whose names begin with t, can use more CPU than they are sold with, for more
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html).
func (c *counter) countNodes(r resource.Resource, least, most int64) {
	instanceType := r.At("instanceTypes", 0).Text()
	hour, priced := c.prices.InstanceHour(instanceType)
	if !priced {
		c.skip("nodes of group %s, whose instance type %q has no price here", r.Name, instanceType)
		return
	}
	what := instanceType + ", on demand"
	if r.At("capacityType").Text() == "SPOT" {
		what = instanceType + ", spot, at most"
	}
	if strings.HasPrefix(instanceType, "t") {
		c.skip("CPU credits of burstable nodes above their baseline")
	}
	size := machine.Sizes()[instanceType] // every priced type has a size
	offered := node{name: what, size: size, hour: hour}
	for _, taint := range r.At("taints").List() {
		if effect := taint.At("effect").Text(); effect != "PREFER_NO_SCHEDULE" {
			offered.taints = append(offered.taints, taint.At("key").Text())
		}
	}
	c.nodes = append(c.nodes, offered)
	c.hourly(r, what, hour, least, most)
}

// countVolumes counts the volumes that the launch template gives each node.
func (c *counter) countVolumes(r resource.Resource, least, most int64) {
	templates := c.set.OfType("aws:ec2/launchTemplate:LaunchTemplate")
	at := slices.IndexFunc(templates, func(t resource.Resource) bool { return t.Parent == r.Parent && t.Name == r.Name+"-template" })
	if at < 0 {
		c.skip("volumes of node group %s, whose launch template is not part of the stack", r.Name)
		return
	}
	for _, mapping := range templates[at].At("blockDeviceMappings").List() {
		volume, device := mapping.At("ebs"), mapping.At("deviceName").Text()
		size, known := whole(volume.At("volumeSize"))
		switch {
		case !known:
			c.skip("volume %s of node group %s, whose size its image decides", device, r.Name)
		case volume.At("volumeType").Text() != "gp3":
			c.skip("volume %s of node group %s, which is not gp3", device, r.Name)
		default:
			c.countVolume(r, "GB", "gp3 volume", c.prices.Gp3GBMonth.USD, size, least, most)
		}
		if throughput, set := whole(volume.At("throughput")); set && throughput > freeThroughput {
			c.countVolume(r, "MiB/s", "gp3 throughput above 125 MiB/s", c.prices.Gp3ThroughputMonth.USD, throughput-freeThroughput, least, most)
		}
		if iops, set := whole(volume.At("iops")); set && iops > freeIOPS {
			c.countVolume(r, "IOPS", "gp3 operations above 3,000 a second", c.prices.Gp3IOPSMonth.USD, iops-freeIOPS, least, most)
		}
	}
}

func (c *counter) countVolume(r resource.Resource, unit, what string, price pricing.USD, amount, least, most int64) {
	c.add(c.item(r, fmt.Sprintf("%s, %d %s", what, amount, unit), price*pricing.USD(amount), least, most,
		fmt.Sprintf("%d x %d %s x %s USD", least, amount, unit, price.Price())))
}
