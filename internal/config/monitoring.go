package config

import (
	"fmt"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/monitoring"
)

// Monitoring is the spec of what measures the cluster and tells people, whose rules are in package monitoring.
type Monitoring = monitoring.Spec

// measured is the monitoring, decided: whether Prometheus has a disk follows from where it runs.
func (c Config) measured() monitoring.Plan {
	return monitoring.Plan{
		Spec:      c.Monitoring,
		Store:     c.Monitoring.StoreOf(c.prometheusOnFargate()),
		Nodes:     len(c.Compute.NodeGroups) > 0,
		Fargate:   len(c.Compute.FargateProfiles) > 0 || !c.Compute.HasOpenNodes(),
		KeepDisks: c.Cluster.DeletionProtection,
	}
}

// prometheusOnFargate reports whether the settings put Prometheus there, or the platform does so, since no node takes it.
func (c Config) prometheusOnFargate() bool {
	return !c.Compute.HasOpenNodes() || c.Compute.OnFargate(addons.Prometheus().Workloads[0])
}

// checkStore reports a place for series that the environment does not have, and sizes of a disk where there is none.
func checkStore(c Config) []Fault {
	plan, at := c.measured(), path{"monitoring", "store"}
	switch {
	case plan.OnDisk() && c.prometheusOnFargate():
		return []Fault{newFault(at, c.Monitoring.Store, Fault{
			Problem: "not possible: the pods of namespace " + monitoring.Namespace + " run on Fargate, which has no disks",
			Allowed: "auto, managed, memory, or a node group whose nodes take every pod",
			Fix:     setFix(c.Environment, at, monitoring.StoreAuto),
		}).AlsoReads(profilesPath, groupsPath)}
	case plan.Managed() && aws.Partition(c.Region) != aws.Commercial:
		return []Fault{newFault(at, c.Monitoring.Store, Fault{
			Problem: fmt.Sprintf("%s needs Amazon Managed Service for Prometheus, which is not known to be in partition %s", c.Monitoring.Store,
				aws.Partition(c.Region)),
			Allowed: "memory, or disk where nodes take the pods of namespace " + monitoring.Namespace,
			Fix:     setFix(c.Environment, at, monitoring.StoreMemory),
		}).AlsoReads(profilesPath, groupsPath, path{RegionKey})}
	}
	return checkDisks(c, plan)
}

// checkDisks reports sizes of a disk that Prometheus does not have.
func checkDisks(c Config, plan monitoring.Plan) (faults []Fault) {
	if !plan.Enabled || plan.OnDisk() {
		return nil
	}
	keeps := map[string]string{
		monitoring.StoreManaged: "AWS keeps series for 150 days",
		monitoring.StoreMemory:  fmt.Sprintf("the pod keeps series for %d days", monitoring.ShortDays),
	}[plan.Store]
	standard := monitoring.Default()
	for _, disk := range []struct {
		key             string
		given, standard int
	}{
		{"retentionDays", c.Monitoring.RetentionDays, standard.RetentionDays},
		{"sizeGiB", c.Monitoring.SizeGiB, standard.SizeGiB},
	} {
		if disk.given == disk.standard {
			continue
		}
		at := path{"monitoring", disk.key}
		faults = append(faults, newFault(at, disk.given, Fault{
			Problem: fmt.Sprintf("has no effect: Prometheus has no disk here, store is %s, and %s", plan.Store, keeps),
			Allowed: "none where Prometheus has no disk", Fix: removeFix(c.Environment, at),
		}).AlsoReads(profilesPath, groupsPath, path{"monitoring", "store"}))
	}
	return faults
}
