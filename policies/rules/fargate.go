package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/fargate"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/resource"
)

const (
	fargatePage     = "https://docs.aws.amazon.com/eks/latest/userguide/fargate.html"
	fargateSizePage = "https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html"
	// ephemeralMost is the largest disk of a pod on Fargate, in bytes.
	ephemeralMost = 175 << 30
	// cpuPrice is how many gigabytes cost as much as a vCPU: $0.04048 and $0.004445 an hour (https://aws.amazon.com/fargate/pricing/).
	cpuPrice = 0.04048 / 0.004445
)

// price is what a part of a size costs, in the price of a gigabyte.
func price(millis, bytes int64) float64 {
	return float64(millis)/1000*cpuPrice + float64(bytes)/(1<<30)
}

// demand is something that a pod asks for: whether it does, where, and what.
type demand struct {
	asks  truth
	at    path
	given any
}

// refusedOnFargate judges what pods ask for that a profile may choose.
func refusedOnFargate(allowed string, demands func(s Stack, p pod) []demand) func(*Case, Stack) {
	return func(c *Case, s Stack) {
		for _, r := range s.OfType(workloads...) {
			chosen := s.onFargate(r)
			if chosen == no {
				continue
			}
			p := podOf(r)
			if c.look(r, p.spec()).Unknown() {
				continue
			}
			for _, d := range demands(s, p) {
				c.decides(yes-all3(chosen, d.asks), r, d.at, d.given, allowed)
			}
		}
	}
}

var fargateRules = []Rule{
	{
		ID: "fargate-host", Topic: Fargate, Level: config.PolicyMandatory,
		Title:  "Pods on Fargate ask nothing of a host",
		Why:    "There is none: privileged containers, host ports, networks and paths are refused, and the pod stays pending.",
		Fix:    "remove it, or keep the pod off Fargate by its labels",
		Source: fargatePage,
		Whole: refusedOnFargate("none of privileged, hostPort, hostNetwork and hostPath", func(_ Stack, p pod) (all []demand) {
			all = append(p.waits(p.spec("volumes"), p.spec("initContainers"), p.spec("containers")), p.flag(p.spec("hostNetwork")))
			for i, volume := range p.At(p.spec("volumes")...).List() {
				if v := volume.At("hostPath"); v.Given() && !volume.Unknown() {
					all = append(all, demand{any3(perhaps(v.Unknown()), whether(!v.Unknown())), p.spec("volumes", i, "hostPath"), v})
				}
			}
			p.each(func(at path, container resource.Value) {
				all = append(append(all, p.waits(at.At("ports"))...), p.flag(at.At("securityContext", "privileged")))
				for i, port := range container.At("ports").List() {
					if v := port.At("hostPort"); v.Given() {
						all = append(all, demand{any3(perhaps(v.Unknown()), whether(v.Number() > 0)), at.At("ports", i, "hostPort"), v})
					}
				}
			})
			return all
		}),
	},
	{
		ID: "fargate-gpu", Topic: Fargate, Level: config.PolicyMandatory,
		Title:  "Pods on Fargate ask for no GPU",
		Why:    "Fargate has none, and the pod stays pending.",
		Fix:    "run the pod on nodes: compute: nodes",
		Source: fargatePage,
		Whole: refusedOnFargate("cpu, memory and ephemeral-storage", func(_ Stack, p pod) (all []demand) {
			all = p.waits(p.spec("initContainers"), p.spec("containers"))
			p.each(func(at path, container resource.Value) {
				limits := container.At("resources", "limits")
				if limits.Unknown() {
					all = append(all, demand{maybe, at.At("resources", "limits"), limits})
				}
				for _, key := range slices.Sorted(maps.Keys(limits.Map())) {
					if strings.Contains(key, "gpu") || strings.Contains(key, "neuron") {
						all = append(all, demand{yes, at.At("resources", "limits", key), limits.At(key)})
					}
				}
			})
			return all
		}),
	},
	{
		ID: "fargate-daemon-set", Topic: Fargate, Level: config.PolicyMandatory,
		Title:  "No Fargate profile chooses a DaemonSet",
		Why:    "Each pod on Fargate has a node of its own, so that a DaemonSet never gets anywhere.",
		Fix:    "narrow the profile's selector by labels, or run the program as a sidecar",
		Source: fargatePage,
		Whole: refusedOnFargate("any other kind", func(_ Stack, p pod) []demand {
			return []demand{{whether(p.Type == daemonSetType), path{"kind"}, p.At("kind")}}
		}),
	},
	{
		ID: "fargate-arm", Topic: Fargate, Level: config.PolicyMandatory,
		Title:  "Pods on Fargate run on x86",
		Why:    "Fargate on EKS has no arm64, and the pod stays pending.",
		Fix:    "remove the node selector, or run the pod on Graviton nodes",
		Source: fargatePage,
		Whole: refusedOnFargate("amd64", func(_ Stack, p pod) []demand {
			at := p.spec("nodeSelector", "kubernetes.io/arch")
			return []demand{{equal(p.At(at...), resource.Of("arm64")), at, p.At(at...)}}
		}),
	},
	{
		ID: "fargate-volume", Topic: Fargate, Level: config.PolicyMandatory,
		Title:  "Pods on Fargate claim no EBS volume",
		Why:    "An EBS volume cannot be attached to them, and the pod stays pending.",
		Fix:    "use EFS or S3, or run the pod on nodes",
		Source: "https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html",
		Whole: refusedOnFargate("claims of another storage class", func(s Stack, p pod) (all []demand) {
			all = p.waits(p.spec("volumes"), path{"spec", "volumeClaimTemplates"})
			for i, template := range p.At("spec", "volumeClaimTemplates").List() {
				all = append(all, s.onEBS(template, path{"spec", "volumeClaimTemplates", i}))
			}
			for i, volume := range p.At(p.spec("volumes")...).List() {
				name := volume.At("persistentVolumeClaim", "claimName")
				for _, claim := range s.OfType("kubernetes:core/v1:PersistentVolumeClaim") {
					d := s.onEBS(resource.Of(claim.Properties), p.spec("volumes", i, "persistentVolumeClaim", "claimName"))
					d.asks = all3(d.asks, equal(name, claim.At("metadata", "name")), s.together(p.Resource, claim))
					all = append(all, d)
				}
			}
			return all
		}),
	},
	{
		ID: "fargate-disk", Topic: Fargate, Level: config.PolicyMandatory,
		Title:  "Pods on Fargate ask for 175 GiB of disk at most",
		Why:    "Fargate offers no more, and the pod stays pending.",
		Fix:    "ask for less, or run the pod on nodes",
		Source: fargateSizePage,
		Whole: refusedOnFargate("at most 175Gi over all containers", func(_ Stack, p pod) []demand {
			disk, known := p.request("ephemeral-storage", modelspec.ParseMemory)
			return []demand{{any3(perhaps(!known), whether(disk > ephemeralMost)), p.spec("containers"), fmt.Sprintf("%d GiB of ephemeral-storage",
				disk>>30)}}
		}),
	},
	{
		ID: "fargate-unused", Topic: Cost, Level: config.PolicyAdvisory,
		Title:  "Pods on Fargate use half of what is billed, or more",
		Why:    "Fargate bills the next size up, whatever of it the pod asked for. Of the smallest size there is nothing to save.",
		Fix:    "ask for what the size has, which costs nothing more, or run the pod on nodes",
		Source: fargateSizePage,
		Whole: refusedOnFargate("requests that make up half of the price of the size, or more", func(_ Stack, p pod) []demand {
			cpu, cpuKnown := p.request("cpu", modelspec.ParseCPU)
			memory, memoryKnown := p.request("memory", modelspec.ParseMemory)
			at := p.spec("containers", 0, "resources", "requests")
			size, err := fargate.Fit(cpu, memory)
			smallest, _ := fargate.Fit(0, 0)
			if !cpuKnown || !memoryKnown {
				return []demand{{asks: maybe, at: at}}
			}
			half := err == nil && (size.CPU > smallest.CPU || size.Memory > smallest.Memory) &&
				2*price(size.UnusedCPU, size.UnusedMemory) > price(size.CPU, size.Memory)
			return []demand{{whether(half), at, fmt.Sprintf("%dm CPU and %d MiB of %s", cpu, memory>>20, size)}}
		}),
	},
	{
		ID: "fargate-subnet", Topic: Fargate, Level: config.PolicyMandatory,
		Title:  "Fargate profiles are in private subnets",
		Why:    "EKS refuses subnets with a route to an internet gateway.",
		Fix:    "give the profile the private subnets",
		Source: "https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html",
		Whole: func(c *Case, s Stack) {
			for _, profile := range s.OfType(profileType) {
				ids := profile.At("subnetIds")
				answer, at := no, path{"subnetIds"}
				for _, subnet := range s.OfType(subnetType) {
					public := any3(equal(subnet.At("mapPublicIpOnLaunch"), resource.Of(true)), present(subnet.At("tags", "kubernetes.io/role/elb")))
					inside := perhaps(ids.HasUnknown())
					for _, id := range ids.Texts() {
						inside = any3(inside, equal(subnet.At("id"), resource.Of(id)))
					}
					answer = any3(answer, all3(public, inside))
				}
				c.decides(yes-answer, profile, at, ids, "subnets that are not public")
			}
		},
	},
}

// onFargate says whether a Fargate profile chooses the pods of a workload.
func (s Stack) onFargate(r resource.Resource) truth {
	answer := no
	namespace, labels := s.namespace(r), podOf(r).labels()
	known := map[string]string{}
	for key, value := range labels.Map() {
		known[key] = value.Text()
	}
	for _, profile := range s.OfType(profileType) {
		selectors := profile.At("selectors")
		answer = any3(answer, perhaps(selectors.Unknown()))
		for _, v := range selectors.List() {
			selector := config.Selector{Namespace: v.At("namespace").Text(), Labels: map[string]string{}}
			for key, value := range v.At("labels").Map() {
				selector.Labels[key] = value.Text()
			}
			name, certain := namespace.Text(), yes
			if namespace.Unknown() || v.HasUnknown() {
				name, selector.Namespace, certain = "any", "*", maybe
			}
			if labels.HasUnknown() || v.HasUnknown() {
				selector.Labels, certain = nil, maybe
			}
			answer = any3(answer, all3(certain, whether(selector.Matches(name, known))))
		}
	}
	return answer
}
