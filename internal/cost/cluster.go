package cost

import "github.com/modelway/modelway/internal/eksversion"

// supportExtended keeps a control plane at its version after the standard support of it. It is what EKS does when nothing is set; with
// STANDARD it upgrades the control plane instead
// (https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html).
const supportExtended = "EXTENDED"

func (c *counter) countClusters() {
	for _, r := range c.set.OfType("aws:eks/cluster:Cluster") {
		support, version := r.At("upgradePolicy", "supportType"), r.At("version")
		if version.Unknown() {
			c.skip("extended support of cluster %s, whose version is not known yet", r.Name)
		}
		stays := !support.Given() || support.Text() == supportExtended
		if stays && eksversion.PastStandardSupport(version.Text(), c.day) {
			c.hourly(r, "EKS control plane, extended support", c.prices.ExtendedControlPlaneHour.USD, 1, 1)
			continue
		}
		c.hourly(r, "EKS control plane", c.prices.ControlPlaneHour.USD, 1, 1)
	}
}
