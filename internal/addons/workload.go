package addons

import (
	"cmp"
	"slices"

	"github.com/modelway/modelway/internal/labels"
)

// SystemNamespace is where EKS, its add-ons and the oldest Helm add-ons run.
const SystemNamespace = "kube-system"

// Workload is a number of equal pods, as Fargate profiles, the scheduler, network policies and the bill see them.
type Workload struct {
	// Name says what the pods are, for messages. Required.
	Name string
	// Namespace and Labels are those of the pods. Required.
	Namespace string
	Labels    map[string]string
	// KnownBy is the key of the label that tells the pods from all others of the namespace. Default app.kubernetes.io/name.
	KnownBy string
	// NodesOnly says why the pods cannot run on Fargate, for example that they use a GPU. Default they can.
	NodesOnly string
	// Replicas is the number of pods; CPU and Memory are what each requests, as Kubernetes quantities, and in charts its limits too.
	Replicas    int
	CPU, Memory string
	// ReplicasAt and ResourcesAt are where the values of a chart have them, such as server.resources. Default: the chart takes neither.
	ReplicasAt, ResourcesAt string
	// ContainerAt is where the values of a chart have what one container of several asks for, which Helm.Values say; the others ask for
	// OthersCPU and OthersMemory. Default: ResourcesAt has all, or the chart takes nothing.
	ContainerAt, OthersCPU, OthersMemory string
	// Metrics are where the pods serve metrics of their own. Default they serve none, or their chart says where.
	Metrics Metrics
	// ReadsModels opens the network policies of models to the pods, at the port that a model serves on. Default false.
	ReadsModels bool
}

// Metrics are at the path /metrics of a port.
type Metrics struct {
	// Port is where they are; 0 for none.
	Port int
	// Secured says that they ask for TLS and a token of the cluster.
	Secured bool
}

// Selector is the one label that tells the pods from all others of their namespace.
func (w Workload) Selector() map[string]string {
	key := cmp.Or(w.KnownBy, labels.Name)
	return map[string]string{key: w.Labels[key]}
}

// resources are the requests of a pod, and limits that equal them, since Fargate sizes a pod by its requests.
func (w Workload) resources() map[string]any { return fixed(w.CPU, w.Memory) }

// fixed are requests and limits that equal them.
func fixed(cpu, memory string) map[string]any {
	size := func() map[string]any { return map[string]any{"cpu": cpu, "memory": memory} }
	return map[string]any{"requests": size(), "limits": size()}
}

// spread has the pods run in different zones where that is possible.
func (w Workload) spread() []any {
	matched := map[string]any{}
	for key, value := range w.Selector() {
		matched[key] = value
	}
	return []any{map[string]any{
		"maxSkew":           1,
		"topologyKey":       "topology.kubernetes.io/zone",
		"whenUnsatisfiable": "ScheduleAnyway",
		"labelSelector":     map[string]any{"matchLabels": matched},
	}}
}

// charted are the labels of the pods of most charts (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/).
func charted(name, instance string) map[string]string {
	return map[string]string{labels.Name: name, labels.Instance: instance}
}

// PodsOfRelease are the pods of a release whose chart has no row, by the labels and the values that most charts have.
func PodsOfRelease(chart, release string) Workload {
	return Workload{Name: release, Labels: charted(chart, release), ReplicasAt: "replicaCount", ResourcesAt: "resources"}
}

// systemProfile are the workloads that the profile "system" of the default settings selects, in the order of its selectors. It stays as it
// is: EKS replaces a profile whose selectors change. Later add-ons get a profile of their own.
var systemProfile = []Workload{dns, controllerPods, metricsServer, autoscalerPods}

// SystemProfile lists the workloads that the settings have to find a place for, on nodes or in Fargate profiles, whether they are
// installed or not.
func SystemProfile() []Workload { return slices.Clone(systemProfile) }

// inSystemProfile reports whether the settings have to find a place for the pods.
func inSystemProfile(w Workload) bool {
	return slices.ContainsFunc(systemProfile, func(placed Workload) bool { return placed.Name == w.Name })
}

// System lists the workloads that the settings have to find a place for in a cluster.
func System(f Facts) []Workload {
	all := Workloads(f)
	return slices.DeleteFunc(SystemProfile(), func(placed Workload) bool {
		return !slices.ContainsFunc(all, func(w Workload) bool { return w.Name == placed.Name })
	})
}

// Workloads lists the pods that a cluster runs for all models and that are not on every node: those of the EKS add-ons that run
// anywhere and those of the Helm add-ons.
func Workloads(f Facts) []Workload {
	var all []Workload
	for _, e := range entries {
		if e.home == anywhere {
			all = append(all, *e.addon.Pods)
		}
	}
	for _, row := range Installed(f) {
		all = append(all, row.Workloads...)
	}
	return all
}

// Optional lists the pods of a cluster for which the settings need not find a place.
func Optional(f Facts) []Workload { return slices.DeleteFunc(Workloads(f), inSystemProfile) }

// Readers lists the pods of a cluster that read the models' metrics.
func Readers(f Facts) []Workload {
	return slices.DeleteFunc(Workloads(f), func(w Workload) bool { return !w.ReadsModels })
}

// Uncovered lists the Helm add-ons that get a Fargate profile of their own: runs reports whether the settings have a place for pods. Of
// those that share a namespace the first has it for all.
func Uncovered(f Facts, runs func(Workload) bool) []Helm {
	taken := map[string]bool{}
	return slices.DeleteFunc(Installed(f), func(row Helm) bool {
		placed := !slices.ContainsFunc(row.Workloads, func(w Workload) bool { return w.NodesOnly == "" && !inSystemProfile(w) && !runs(w) })
		if placed || row.OwnNamespace() && taken[row.Chart.Namespace] {
			return true
		}
		taken[row.Chart.Namespace] = true
		return false
	})
}
