package plan

import (
	"fmt"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// Requests of pods that are on every node: the network plugin and its agent, 25m each
// (https://github.com/aws/amazon-vpc-cni-k8s/blob/master/charts/aws-vpc-cni/values.yaml); kube-proxy; three containers of the EBS CSI
// driver, 10m and 40Mi each (https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/charts/aws-ebs-csi-driver/values.yaml).
var (
	everyNode    = compute.Amount{CPUMillis: 50 + 100 + 30, MemoryMiB: 120}
	nodeExporter = compute.Amount{CPUMillis: 50, MemoryMiB: 64}
)

// MustRun is what the pods on nodes ask for that run whatever the load: those of the add-ons, and each model's smallest number of replicas,
// twice where it has a canary. Models with GPUs are on nodes of their own, and are not counted.
func MustRun(cfg config.Config, models []modelspec.Model) (sum compute.Amount, pods int) {
	for _, w := range addons.Workloads(cfg.Facts()) {
		if !cfg.Compute.OnFargate(w) {
			sum, pods = sum.Plus(asked(w).Times(int64(w.Replicas))), pods+w.Replicas
		}
	}
	for _, m := range models {
		cpu, memory, err := m.Requests()
		if err != nil || m.Compute == modelspec.ComputeFargate || m.Resources.GPU > 0 {
			continue
		}
		replicas := m.Replicas.Min
		if m.Canary.Running() {
			replicas *= 2
		}
		sum, pods = sum.Plus(compute.Amount{CPUMillis: cpu, MemoryMiB: mebibytes(memory)}.Times(int64(replicas))), pods+replicas
	}
	return sum, pods
}

// asked is what each pod of a workload asks for, none where its chart decides that.
func asked(w addons.Workload) compute.Amount {
	cpu, _ := modelspec.ParseCPU(w.CPU)
	memory, _ := modelspec.ParseMemory(w.Memory)
	return compute.Amount{CPUMillis: cpu, MemoryMiB: mebibytes(memory)}
}

func mebibytes(bytes int64) int64 { return (bytes + 1<<20 - 1) >> 20 }

// nodeRoom is what nodes have for other pods than those on every one.
func nodeRoom(cfg config.Config) (least, most compute.Amount, known bool) {
	taken := everyNode
	if cfg.Monitoring.Enabled && cfg.Facts().Monitoring.Nodes {
		taken = taken.Plus(nodeExporter)
	}
	return cfg.Compute.Room(taken)
}

// FullNodes says where the pods that must run ask for more than all nodes have at their largest number, so that some wait for ever; none
// where they fit, and where the size of a node is not known.
func FullNodes(cfg config.Config, models []modelspec.Model) []string {
	_, most, known := nodeRoom(cfg)
	sum, pods := MustRun(cfg, models)
	if !known || sum.Within(most) {
		return nil
	}
	return []string{fmt.Sprintf("%d pods of add-ons and models must run on nodes and ask for %dm CPU and %dMi memory, but the node groups "+
		"have %dm and %dMi at their maxSize, without the pods on every node: some pods will wait. Raise maxSize of "+
		"modelway:compute.nodeGroups, choose larger instance types, or give some pods a Fargate profile",
		pods, sum.CPUMillis, sum.MemoryMiB, most.CPUMillis, most.MemoryMiB)}
}

// nodeUse is what must run of what nodes have, at their smallest and their largest number; nil where that is not known.
func nodeUse(cfg config.Config, models []modelspec.Model) map[string]any {
	least, most, known := nodeRoom(cfg)
	if !known {
		return nil
	}
	sum, _ := MustRun(cfg, models)
	at := func(room compute.Amount) map[string]any {
		return map[string]any{
			"cpuMillis": use(int(sum.CPUMillis), int(room.CPUMillis)), "memoryMiB": use(int(sum.MemoryMiB), int(room.MemoryMiB)),
		}
	}
	return map[string]any{"least": at(least), "most": at(most)}
}
