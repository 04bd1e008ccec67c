package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/metrics"
)

// accelerator selects what kube-state-metrics calls the resources of the device plugins of NVIDIA and of AWS's Neuron
// (https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/, https://awsdocs-neuron.readthedocs-hosted.com/en/latest/containers/).
const accelerator = `{resource=~"nvidia_com_gpu.*|aws_amazon_com_neuron.*"}`

// accelerators are GPUs and Neuron devices as the scheduler sees them. How busy they are is not measured: no exporter of theirs is
// installed.
func accelerators() Dashboard {
	return Dashboard{
		UID: "modelway-accelerators", Title: "Modelway / GPUs", Answers: "Are there enough GPUs, and who has them?", Nodes: true,
		Panels: []Panel{
			{
				Title: "There and taken", Question: "Is a device left for the next pod?", Kind: Lines,
				Queries: []Query{
					{"sum by (resource) (max by (node, resource) (" + metrics.NodeAllocatable + accelerator + "))", "{{resource}} there", units.Short},
					{"sum by (resource) (max by (namespace, pod, container, resource) (" + metrics.ContainerRequests + accelerator + "))",
						"{{resource}} asked for", units.Short},
				},
			},
			{
				Title: "By model", Question: "Which model has the devices?", Kind: Lines,
				Queries: []Query{{"sum by (model, track, resource) (" + alerts.OfPods("max by (namespace, pod, resource) ("+metrics.ContainerRequests+
					accelerator+")") + ")", "{{model}} {{track}} {{resource}}", units.Short}},
			},
			{
				Title: "How busy they are", Question: "Is a device used?", Kind: Words,
				Text: "Not measured: no exporter of DCGM or Neuron is installed.",
			},
		},
	}
}
