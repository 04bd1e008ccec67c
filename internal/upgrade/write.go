package upgrade

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/resource"
)

// controlPlane is the step that everything else of a minor version follows.
func (p *planner) controlPlane(from, to string) Step {
	return Step{
		Minor: to, Kind: ControlPlane, Name: p.plan.Cluster, From: from, To: to,
		Setting: fmt.Sprintf("# %s\nmodelway:cluster:\n  kubernetesVersion: %q", p.SettingsFile, to),
		Command: fmt.Sprintf("pulumi preview --stack %[1]s && pulumi up --stack %[1]s", p.Stack),
		Seen: fmt.Sprintf("the preview updates the cluster in place and replaces nothing; aws eks describe-cluster --name %s --query "+
			"cluster.version answers %s after some ten minutes", p.plan.Cluster, to),
		Back: fmt.Sprintf("within seven days: bring the nodes to %s first, then aws eks update-cluster-version --name %s --kubernetes-version "+
			"%[1]s, and the setting (%[3]s); later there is no way back", from, p.plan.Cluster, rollback),
		Interrupts: []string{"nobody who asks a model; kubectl, deployments and autoscaling may fail for a minute while the API servers " +
			"are replaced"},
	}
}

// nodeGroup is the update of a group. One that is behind is updated alone.
func (p *planner) nodeGroup(c change, to, from string, behind bool) Step {
	s := Step{
		Minor: to, Kind: NodeGroup, Name: c.name, From: from, To: to,
		Seen: fmt.Sprintf("new nodes come first, then old ones are drained, a third at a time: kubectl get nodes shows v%s for all, %s to "+
			"%s of them",
			to, text(c.after.At("scalingConfig", "minSize").Raw()), text(c.after.At("scalingConfig", "maxSize").Raw())),
		Back: fmt.Sprintf("nodes of %s first, then the control plane, as %s says", from, rollback),
	}
	if behind {
		s.Command = "pulumi refresh --stack " + p.Stack + " && pulumi up --stack " + p.Stack
	}
	for _, model := range alone(p.pods) {
		s.Interrupts = append(s.Interrupts, fmt.Sprintf("model %s has one replica: nobody answers from its eviction until the next pod is "+
			"ready; "+
			"replicas: {min: 2} in models/%[1]s.yaml avoids it", model))
	}
	if spotGroup(c.after) {
		s.Interrupts = append(s.Interrupts, "spot capacity: where AWS has none to spare, the update waits for its new nodes, and fails; "+
			"run it again, "+
			"or add instance types")
	}
	return s
}

// follower is what changes by the same command as the control plane.
func (p *planner) follower(c change, to string) Step {
	s := Step{Minor: to, Kind: c.kind, Name: c.name}
	s.From, s.To = c.versions()
	switch c.kind {
	case Addon:
		s.Seen = fmt.Sprintf("aws eks describe-addon --cluster-name %s --addon-name %s --query addon.status answers "+
			"ACTIVE", p.plan.Cluster, c.name)
		s.Back = fmt.Sprintf("modelway:cluster.addonVersions: {%s: %s}, where EKS offers it for %s", c.name, s.From, to)
	case Chart:
		s.Seen = "the release is deployed: helm history shows a new revision, and its pods are ready"
		s.Back = "follows kubernetesVersion, back too"
	default:
		s.Seen = "the object is updated"
		s.Back = "follows kubernetesVersion, back too"
	}
	return s
}

// fargate is the restart of the pods on Fargate: their kubelets stay as they are while the pods live
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-patching.html).
func (p *planner) fargate(to, from string) {
	namespaces := fargateNamespaces(p.pods)
	if len(namespaces) == 0 {
		return
	}
	var commands []string
	for _, namespace := range namespaces {
		commands = append(commands, p.restarts(namespace)...)
	}
	p.add(Step{
		Minor: to, Kind: FargatePods, Name: strings.Join(namespaces, ", "), From: from, To: to,
		Command: strings.Join(commands, " && "),
		Seen: fmt.Sprintf("kubectl get nodes -l eks.amazonaws.com/compute-type=fargate shows v%s for all; a pod takes a minute or two to "+
			"come up on Fargate", to),
		Back:       "a restart after the control plane went back: new pods have its version",
		Interrupts: single(p.pods),
	})
}

// restarts are the commands that replace the pods on Fargate of a namespace. KServe takes back a restart of its Deployments, and gives pods
// the annotations of their InferenceService (docs/models.md).
func (p *planner) restarts(namespace string) (commands []string) {
	files, others := false, false
	for _, w := range p.pods {
		if !w.OnFargate || w.Namespace != namespace {
			continue
		}
		files, others = files || w.Resource.Type == kserve.Type, others || w.Resource.Type != kserve.Type
	}
	if others {
		commands = append(commands, "kubectl -n "+namespace+" rollout restart deployment,statefulset")
	}
	if files {
		commands = append(commands, "kubectl -n "+namespace+" annotate --overwrite --all "+kserve.Plural+" "+
			"modelway.dev/restarted=$(date -u +%Y%m%dT%H%M%SZ)")
	}
	return commands
}

// single says who has workloads of one pod on Fargate, which is away while it is replaced; each once.
func single(pods []cost.Workload) (who []string) {
	count := map[string]int{}
	var order []string
	for _, w := range pods {
		if w.OnFargate && w.Model == "" && w.Known && w.Least == 1 && w.Resource.Type == resource.ReleaseType {
			key := nameOf(w.Resource) + " in " + w.Namespace
			if count[key]++; count[key] == 1 {
				order = append(order, key)
			}
		}
	}
	for _, key := range order {
		if count[key] == 1 {
			who = append(who, key+" has one pod: it is away for a minute")
			continue
		}
		who = append(who, fmt.Sprintf("%s has %d workloads of one pod: each is away for a minute", key, count[key]))
	}
	return who
}
