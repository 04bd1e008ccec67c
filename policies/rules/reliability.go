package rules

import (
	"strconv"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/resource"
)

const probes = "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"

var reliabilityRules = []Rule{
	{
		ID: "replicas", Topic: Reliability, Level: config.PolicyAdvisory,
		Title:  "A production environment runs two pods or more of everything that answers requests",
		Why:    "With a single pod, every drained or lost node is an outage until another one has started.",
		Fix:    "raise the minimum of the autoscaler (replicas.min of the model), or spec.replicas",
		Source: "https://docs.aws.amazon.com/eks/latest/best-practices/application.html",
		Whole: func(c *Case, s Stack) {
			if !c.Policies.Production {
				return
			}
			for _, r := range s.OfType(servers...) {
				switch place, at, count, known := s.replicas(r); {
				case !known:
					c.unknown(place, at)
				case count < 2:
					c.breaks(place, at, place.At(at...), "2 or more in production")
				}
			}
		},
	},
	{
		ID: "readiness-probe", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "Containers say when they are ready",
		Why:    "Otherwise requests reach pods that are still loading their model.",
		Fix:    "add a readinessProbe",
		Source: probes,
		Types:  servers,
		Each:   wantsInRunning("a probe", given, "readinessProbe"),
	},
	{
		ID: "liveness-probe", Topic: Reliability, Level: config.PolicyAdvisory,
		Title:  "Containers that hang are restarted",
		Why:    "A process that answers no more, but runs, stays.",
		Fix:    "add a livenessProbe that is slower than the readinessProbe",
		Source: probes,
		Types:  servers,
		Each:   wantsInRunning("a probe", given, "livenessProbe"),
	},
	{
		ID: "resource-requests", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "Containers say what they need, and stop at a limit of memory",
		Why:    "A pod that says nothing is put anywhere, and the first that is killed; one without a limit takes the memory of its neighbours.",
		Fix:    "set resources.requests and resources.limits.memory",
		Source: "https://docs.aws.amazon.com/eks/latest/best-practices/data-plane.html",
		Types:  workloads,
		Each: func(c *Case, r resource.Resource) {
			c.containers(r, func(at path) {
				c.wants(r, at.At("resources", "limits", "memory"), "a quantity, which also is the request where there is none", given)
				if !r.At(at.At("resources", "limits", "cpu")...).Given() {
					c.wants(r, at.At("resources", "requests", "cpu"), "a quantity", given)
				}
			})
		},
	},
	{
		ID: "instance-type", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "Node groups name instance types that exist",
		Why:    "AWS refuses others a quarter of an hour later, when the cluster is there.",
		Fix:    "correct the name",
		Source: "https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html",
		Types:  []string{"aws:eks/nodeGroup:NodeGroup"},
		Each: func(c *Case, r resource.Resource) {
			for i, name := range c.look(r, path{"instanceTypes"}).List() {
				allowed := "an instance type of EC2, such as " + machine.Similar(name.Text())
				c.wants(r, path{"instanceTypes", i}, allowed, func(v resource.Value) bool { return machine.StandingOf(v.Text()) != machine.Unknown })
			}
		},
	},
	{
		ID: "zone-spread", Topic: Reliability, Level: config.PolicyAdvisory,
		Title:  "Pods spread over zones",
		Why:    "All pods could be in the zone that fails.",
		Fix:    "add a topologySpreadConstraint on topology.kubernetes.io/zone",
		Source: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
		Types:  servers,
		Each: func(c *Case, r resource.Resource) {
			p := podOf(r)
			at := p.spec("topologySpreadConstraints")
			answer := any3(present(r.At(p.spec("affinity", "podAntiAffinity")...)), perhaps(r.At(at...).Unknown()))
			for _, constraint := range r.At(at...).List() {
				answer = any3(answer, equal(constraint.At("topologyKey"), resource.Of("topology.kubernetes.io/zone")))
			}
			c.decides(answer, r, at, r.At(at...), "a constraint on topology.kubernetes.io/zone, or podAntiAffinity")
		},
	},
	{
		ID: "termination-grace", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "Pods have time to end after their preStop hook",
		Why:    "The grace period begins before the hook; when the hook outlasts it, the pod is killed with requests under way.",
		Fix:    "raise terminationGracePeriodSeconds above the sleep of the hook",
		Source: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
		Types:  workloads,
		Each: func(c *Case, r resource.Resource) {
			p := podOf(r)
			c.running(r, func(at path) {
				sleep := r.At(at.At("lifecycle", "preStop", "sleep", "seconds")...)
				if !sleep.Given() {
					return
				}
				at = p.spec("terminationGracePeriodSeconds")
				if sleep.Unknown() {
					c.unknown(r, at)
					return
				}
				c.wants(r, at, "more than the "+strconv.FormatFloat(sleep.Number(), 'f', -1, 64)+" seconds of preStop", func(v resource.Value) bool {
					const standard = 30 // https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#lifecycle
					return v.Given() && v.Number() > sleep.Number() || !v.Given() && standard > sleep.Number()
				})
			})
		},
	},
}

// replicas is the least number of pods of a workload, where it stands, and whether it is known.
func (s Stack) replicas(r resource.Resource) (place resource.Resource, at path, count int, known bool) {
	name, kind := r.At("metadata", "name"), r.At("kind")
	if r.Type == kserve.Type { // KServe makes the Deployment
		kind = resource.Of("Deployment")
		if !name.Unknown() {
			name = resource.Of(kserve.Predictor(name.Text()))
		}
	}
	for _, scaler := range s.OfType(keda.Scalers...) {
		target := scaler.At("spec", "scaleTargetRef")
		named := equal(target.At("name"), name)
		if named == no {
			continue
		}
		switch all3(named, equal(target.At("kind"), kind), s.together(scaler, r)) {
		case yes:
			minimum, _ := keda.Bounds(scaler.Type)
			return least(scaler, path{"spec", minimum})
		case maybe:
			return scaler, path{"spec", "scaleTargetRef"}, 0, false
		}
	}
	if r.Type == kserve.Type {
		return least(r, path{"spec", "predictor", "minReplicas"})
	}
	return least(r, path{"spec", "replicas"})
}

// least is a number of pods, of which there is one where it is not said.
func least(r resource.Resource, at path) (resource.Resource, path, int, bool) {
	switch v := r.At(at...); {
	case v.Unknown():
		return r, at, 0, false
	case !v.Given():
		return r, at, 1, true
	default:
		return r, at, int(v.Number()), true
	}
}
