package cost

import (
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/fargate"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
)

// workload is a number of equal pods.
type workload struct {
	resource  resource.Resource
	namespace string
	labels    map[string]string
	requests
	least, most int64
	// tolerations are the keys of the taints that the pods take; "" is all of them.
	tolerations []string
	// unclear says why the pods cannot be counted; empty where they can.
	unclear string
}

// countPods counts pods on Fargate, and the shares of nodes that models have.
func (c *counter) countPods() {
	selectors := c.selectors()
	for _, w := range slices.Concat(c.deployments(), c.releases(), c.addons()) {
		model := c.set.Model(w.resource)
		onFargate := slices.ContainsFunc(selectors, w.fits)
		switch {
		case w.namespace == "" && len(selectors) > 0:
			c.skip("pods of %s, whose namespace is not known yet", w.resource.Name)
		case !onFargate && model == "": // part of the nodes, which are counted
		case w.unclear != "":
			c.skip("pods of %s, %s", w.resource.Name, w.unclear)
		case onFargate:
			c.countFargate(w)
		default:
			c.countShare(w)
		}
	}
}

// fits says whether a selector of a Fargate profile takes the pods
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func (w workload) fits(selector resource.Value) bool {
	return machine.Selects(selector.At("namespace").Text(), texts(selector.At("labels")), w.namespace, w.labels)
}

// Storage of a Fargate pod in GB: what costs nothing, and the most that there is
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html#fargate-storage).
const (
	storageFree = 20
	storageMost = 175
)

func (c *counter) countFargate(w workload) {
	size, err := fargate.Fit(w.cpu, w.memory)
	if err != nil {
		c.skip("pods of %s, which fit no Fargate size: %s", w.resource.Name, err)
		return
	}
	cpu, memory := c.prices.FargateVCPUHour.USD, c.prices.FargateGBHour.USD
	hour := cpu*pricing.USD(size.CPU)/1000 + memory*pricing.USD(size.Memory>>20)/1024
	what, sum := "Fargate pod, "+size.String(), fmt.Sprintf("%s vCPU x %s + %s GB x %s", decimal(size.CPU, 1000), cpu.Price(),
		decimal(size.Memory>>20, 1024), memory.Price())
	storage := (w.storage + 1<<30 - 1) >> 30
	if storage > storageMost {
		c.skip("pods of %s, which request %d GB of storage, more than the %d GB of Fargate", w.resource.Name, storage, storageMost)
		return
	}
	if extra := storage - storageFree; extra > 0 {
		price := c.prices.FargateStorageGBHour.USD
		hour += price * pricing.USD(extra)
		what += fmt.Sprintf(", %d GB storage", storage)
		sum += fmt.Sprintf(" + %d GB x %s", extra, price.Price())
	}
	c.add(c.item(w.resource, what, hour*hours, w.least, w.most, fmt.Sprintf("%d x (%s) USD/h x %d h", w.least, sum, hours)))
}
