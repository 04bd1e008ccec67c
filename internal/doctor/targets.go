package doctor

import (
	"fmt"
	"strings"
	"time"
)

var targets = Check{
	Key: "readiness-gates", Title: "No pod that is ready waits for its load balancer to find it healthy",
	Needs:  []Need{needPods},
	Breaks: "A deployment stands still, or a model answers 502 or 504 although its pods are ready.",
	Find:   findTargets,
}

// gatePrefix begins the readiness gates of the AWS Load Balancer Controller
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/).
const gatePrefix = "target-health.elbv2.k8s.aws/"

// healthPatience is how long a target may take to become healthy: two health checks of 15 seconds, and its registration.
const healthPatience = 90 * time.Second

func findTargets(f Facts) (all []Finding) {
	for _, p := range f.Pods {
		ready, known := find(p.Status.Conditions, "ContainersReady")
		if p.going() || !known || ready.Status != "True" {
			continue
		}
		for _, gate := range p.Spec.ReadinessGates {
			if !strings.HasPrefix(gate.ConditionType, gatePrefix) || p.is(gate.ConditionType) {
				continue
			}
			condition, told := find(p.Status.Conditions, gate.ConditionType)
			why := because(condition.Reason, condition.Message)
			if !told {
				why = "the controller has not told its health"
			}
			all = append(all, Finding{
				Severity: lateness(f.Now.Sub(ready.LastTransitionTime), healthPatience), Object: p.object(),
				Seen: fmt.Sprintf("its containers are ready, and its target is not healthy (%s): %s",
					strings.TrimPrefix(gate.ConditionType, gatePrefix), why),
				Fix: "Let the security group of the load balancer reach the pod's port, and let its health path answer 200. Without a word of its " +
					"health, look at the controller's log.",
				Command: "kubectl -n kube-system logs -l app.kubernetes.io/name=aws-load-balancer-controller --tail=50",
			})
		}
	}
	return all
}

var targetHealth = Check{
	Key: "target-health", Title: "A target of a load balancer is healthy exactly where its pod is ready",
	Needs:  []Need{needPods, needBindings, needHealth},
	Breaks: "Requests go to a pod that cannot answer, or a pod that could gets none.",
	Find:   findTargetHealth,
}

// Binding is a TargetGroupBinding: a Service whose endpoints are the targets of a target group.
type Binding struct {
	Metadata Meta
	Spec     struct {
		TargetGroupARN, TargetType string
		ServiceRef                 struct{ Name string }
	}
}

// Target is what Elastic Load Balancing says of a target
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealthDescription.html).
type Target struct {
	Target struct {
		Id   string
		Port int
	}
	TargetHealth struct{ State, Reason, Description string }
}

func findTargetHealth(f Facts) (all []Finding) {
	pods := map[string]Pod{}
	for _, p := range f.Pods {
		if p.Status.PodIP != "" && p.Status.Phase == "Running" {
			pods[p.Status.PodIP] = p
		}
	}
	for _, b := range f.Bindings {
		if b.Spec.TargetType == "instance" {
			continue
		}
		for _, t := range f.Health[b.Spec.TargetGroupARN] {
			if found, wrong := f.targetFinding(b, t, pods); wrong {
				found.Command = "aws elbv2 describe-target-health --target-group-arn " + b.Spec.TargetGroupARN
				all = append(all, found)
			}
		}
	}
	return all
}

func (f Facts) targetFinding(b Binding, t Target, pods map[string]Pod) (Finding, bool) {
	p, known := pods[t.Target.Id]
	found := Finding{Object: fmt.Sprintf("target %s:%d of Service %s/%s", t.Target.Id, t.Target.Port, b.Metadata.Namespace,
		b.Spec.ServiceRef.Name)}
	containers, _ := find(p.Status.Conditions, "ContainersReady")
	switch state := t.TargetHealth.State; {
	case state == "draining" || state == "unused":
		return found, false
	case !known:
		found.Severity, found.Seen = Error, "no pod has this address, and the target is "+state
		found.Fix = "The AWS Load Balancer Controller takes targets away: bring it up, and look at its log for refused calls."
	case state == "unhealthy" && containers.Status == "True":
		found.Severity = lateness(f.Now.Sub(containers.LastTransitionTime), healthPatience)
		found.Seen = fmt.Sprintf("it is unhealthy (%s), and %s is ready", because(t.TargetHealth.Reason, t.TargetHealth.Description), p.object())
		found.Fix = "Let the security group of the load balancer reach the pod's port, and let its health path answer 200."
	case state == "healthy" && !p.is("Ready") && !p.going():
		ready, _ := find(p.Status.Conditions, "Ready")
		found.Severity = lateness(f.Now.Sub(ready.LastTransitionTime), healthPatience)
		found.Seen = fmt.Sprintf("it is healthy, and %s is not ready: requests go where Kubernetes sends none", p.object())
		found.Fix = "Let the load balancer check the path of the readiness probe, and bring the AWS Load Balancer Controller up, which takes " +
			"such targets away."
	default:
		return found, false
	}
	return found, true
}
