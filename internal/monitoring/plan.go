package monitoring

import "cmp"

// Plan is the monitoring of a cluster, decided.
type Plan struct {
	Spec
	// Store is disk, managed or memory.
	Store string
	// Nodes says that there are node groups.
	Nodes bool
	// Fargate says that there are Fargate profiles.
	Fargate bool
	// KeepDisks leaves volumes in the account when Prometheus goes.
	KeepDisks bool
}

// leftMiB is what Fargate keeps of a pod's memory for itself, and nodes for theirs
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html).
const leftMiB = 256

// PodMiB is what the containers of a Prometheus pod ask for together, in MiB: of the default memory where none is given.
func (s Spec) PodMiB() int { return cmp.Or(s.MemoryGiB, Default().MemoryGiB)<<10 - leftMiB }

// StoreOf decides where series are kept: onFargate says that Prometheus runs there.
func (s Spec) StoreOf(onFargate bool) string {
	switch {
	case s.Store != StoreAuto:
		return s.Store
	case onFargate:
		return StoreManaged
	}
	return StoreDisk
}

// Managed reports whether series are kept in Amazon Managed Service for Prometheus.
func (p Plan) Managed() bool { return p.Enabled && p.Store == StoreManaged }

// OnDisk reports whether series are kept on volumes.
func (p Plan) OnDisk() bool { return p.Enabled && p.Store == StoreDisk }

// Topics are the SNS topics that get alerts.
func (p Plan) Topics() []string {
	var all []string
	for _, r := range p.Alerts.Receivers {
		if p.Enabled && r.Type == TypeSns {
			all = append(all, r.TopicArn)
		}
	}
	return all
}

// Endpoints are the AWS services that the monitoring calls, as interface endpoints name them.
func (p Plan) Endpoints() []string {
	var all []string
	if p.Managed() {
		all = append(all, "aps-workspaces")
	}
	if len(p.Topics()) > 0 {
		all = append(all, "sns")
	}
	return all
}
