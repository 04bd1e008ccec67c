package review

import (
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// Consequence is what it means for people on call when a resource of a type is replaced or deleted.
type Consequence struct {
	// Type is the type token; one that ends in * stands for all that begin so.
	Type string
	// Noun is what people call it.
	Noun string
	// Replaced and Deleted are what follows. Created is what follows where there are models already; empty where a new one breaks nothing.
	Replaced, Deleted, Created string
	// Changes are properties of which a change in place means the same as a replacement.
	Changes []string
	// models are those that it affects.
	models scope
	// in is the type of the component that it is in, where only that one counts.
	in string
}

// scope says which models a resource serves.
type scope int

const (
	noModel scope = iota
	allModels
	nodeModels    // that run on nodes
	fargateModels // that run on Fargate
	classModels   // behind the load balancer of an ingress class
	namespaceModels
	filesModels // that are files, which KServe serves
	hostModels  // that answer on the host of a DNS record
	ownModel
)

const (
	loadBalancerType = "modelway:ingress:LoadBalancer"
	ingressType      = "kubernetes:networking.k8s.io/v1:Ingress"
	databaseType     = "aws:rds/instance:Instance"
	recordType       = "aws:route53/record:Record"
	profileType      = "aws:eks/fargateProfile:FargateProfile"
	routeType        = "aws:ec2/route:Route"
	albReplaced      = "The load balancer is replaced: its DNS name changes, and requests fail until every record and client follows."
	albDeleted       = "The load balancer is deleted: no host on it answers any more."
	classGone        = "The controller changes nothing on the load balancer any more, refuses Ingresses, and cannot clean up after those " +
		"that are left."
	lostImages = "Its images are lost, and pods that start on another node cannot pull them; while it holds any, the deletion fails " +
		"unless it is forced."
	lostLogs      = "Its logs are lost."
	kserveRollout = "A rollout of every model with files: KServe writes their Deployments again, so that every pod of theirs is replaced, " +
		"all models at once, each when one more is ready."
	kserveGone = "Models with files answer as long as their pods live: no pod of theirs starts any more, and what is left of them " +
		"cannot be deleted."
	runtimesGone    = "Models of its formats answer as long as they do not change: KServe takes no new version of them."
	definitionsGone = "Every InferenceService is deleted with its definition, and with it every model with files."
	measuresGone    = "Prometheus itself and every rule and scrape is deleted with its definition: nothing is measured, and nobody is told."
	kedaGone        = "Models that scale by requests keep their number of pods, until they have another metric."
	lostSeries      = "All series that it keeps are lost, and with them the history of every model."
	lostTracking    = "All that MLflow and Kubeflow Pipelines have noted is lost with its backups, experiments, registered models and runs, " +
		"unless it leaves a final snapshot; both stand still. Models answer as before."
	pipelinesGone = "Every pipeline, schedule and run under way is deleted with its definition. What runs have noted stays in the database."
	lostObjects   = "Its objects are lost; while it holds any, the deletion fails unless it is forced."
)

// Consequences are the breaking changes. What is not among them can be created again, or changed, without an interruption.
//
// Sources: a cluster stays in its VPC (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html); pods of a deleted profile are
// deleted, and wait unless another one selects them (https://docs.aws.amazon.com/eks/latest/userguide/delete-fargate-profile.html); a
// deleted node group drains its nodes, each for 5 minutes
// (https://docs.aws.amazon.com/eks/latest/userguide/delete-managed-node-group.html); a deleted key cannot decrypt
// (https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html); groups of Ingresses, and what is left of them without their
// class or its parameters (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/); another
// scheme is another load balancer
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#scheme); a repository with images is
// deleted by force only (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html); a released address can be
// recovered (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eip-overview.html); what KServe makes of a runtime, and when
// (https://github.com/kserve/kserve/tree/v0.20.0/pkg/controller/v1beta1/inferenceservice).
var Consequences = []Consequence{
	{Type: clusterType, Noun: "EKS cluster", models: allModels,
		Replaced: "Every workload stops and starts again on a new, empty cluster, whose endpoint is another one in every kubeconfig.",
		Deleted:  "Every workload stops."},
	{Type: vpcType, Noun: "VPC", models: allModels,
		Replaced: "Every subnet and address is replaced.",
		Deleted:  "Nothing in it can go on."},
	{Type: subnetType, Noun: "subnet", models: allModels,
		Replaced: "What runs in it has to move and gets other addresses; until it is empty the deletion hangs.",
		Deleted:  "What runs in it has to move; until it is empty the deletion hangs."},
	{Type: "pulumi:providers:*", Noun: "provider", models: allModels,
		Replaced: "Everything that it manages is replaced with it.",
		Deleted:  "Nothing that it manages can be changed or deleted any more, unless it goes first."},
	{Type: "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams", Noun: "ALB settings", models: classModels,
		Replaced: albReplaced, Deleted: classGone, Changes: []string{"spec.scheme", "spec.group.name"}},
	{Type: "kubernetes:networking.k8s.io/v1:IngressClass", Noun: "ALB class", models: classModels,
		Replaced: "Until the new class is there, the controller changes nothing on the load balancer and refuses Ingresses; with other " +
			"parameters, its hosts move to another load balancer.",
		Deleted: classGone, Changes: []string{"spec.controller", "spec.parameters.name"}},
	{Type: ingressType, Noun: "ALB anchor", models: classModels, in: loadBalancerType,
		Replaced: albReplaced, Deleted: albDeleted, Changes: []string{"spec.ingressClassName"}},
	{Type: nodeGroupType, Noun: "node group", models: nodeModels,
		Replaced: "All of its nodes are drained: every pod on them is evicted and starts on new nodes. A disruption budget holds a node up for " +
			"5 minutes at most.",
		Deleted: "All of its nodes are drained: every pod on them is evicted and needs room elsewhere. A disruption budget holds a node up for " +
			"5 minutes at most."},
	{Type: profileType, Noun: "Fargate profile", models: fargateModels,
		Replaced: "Every pod that it runs is deleted and starts again; disruption budgets do not hold it up.",
		Deleted:  "Every pod that it runs is deleted, and stays pending unless another profile selects it."},
	{Type: "kubernetes:core/v1:Namespace", Noun: "namespace", models: namespaceModels,
		Replaced: "Everything in it is deleted and created again.",
		Deleted:  "Everything in it is deleted."},
	{Type: natType, Noun: "NAT gateway", models: allModels,
		Replaced: "Until routes lead to the new one, what runs in its subnets reaches nothing on the internet; open connections break.",
		Deleted:  "What runs in its subnets reaches the internet another way or not at all; open connections break."},
	{Type: recordType, Noun: "DNS record", models: hostModels, in: "modelway:edge:AliasRecords",
		Replaced: "Its old name no longer resolves.",
		Deleted:  "Its name no longer resolves."},
	{Type: resource.ModelType, Noun: "model", models: ownModel,
		Replaced: "It is replaced: requests fail until its pods are ready.",
		Deleted:  "Its URL answers 404 from then on. So does every address that a change of its route takes away."},
	{Type: resource.ReleaseType, Noun: "KServe", models: filesModels, in: "modelway:" + addons.KServeKey + ":Addon",
		Changes:  []string{"version"},
		Replaced: kserveRollout, Deleted: kserveGone},
	{Type: resource.ReleaseType, Noun: "KServe runtimes", models: filesModels, in: "modelway:" + addons.KServeRuntimesKey + ":Addon",
		Changes:  []string{"version"},
		Replaced: kserveRollout, Deleted: runtimesGone},
	{Type: resource.ReleaseType, Noun: "KServe definitions", models: filesModels, in: "modelway:" + addons.KServeDefinitionsKey + ":Addon",
		Replaced: definitionsGone, Deleted: definitionsGone},
	{Type: "kubernetes:" + kserve.RuntimeVersion + ":ClusterServingRuntime", Noun: "runtime", models: filesModels, Changes: []string{"spec"},
		Replaced: "KServe replaces every pod of the models that it serves, all models at once.", Deleted: runtimesGone},
	{Type: resource.ReleaseType, Noun: "Prometheus", in: "modelway:" + addons.PrometheusKey + ":Addon",
		Replaced: "Until the new one runs nothing is measured and no alert is raised; where it keeps series in its pod, they are lost.",
		Deleted:  "Nothing is measured any more, nobody is told of a failure, and models that scale by requests keep their number of pods."},
	{Type: resource.ReleaseType, Noun: "Prometheus definitions", in: "modelway:" + addons.PrometheusDefinitionsKey + ":Addon",
		Replaced: measuresGone, Deleted: measuresGone},
	{Type: resource.ReleaseType, Noun: "KEDA", in: "modelway:" + addons.KedaKey + ":Addon",
		Replaced: "Models that scale by requests keep their number of pods until the new one runs.", Deleted: kedaGone},
	{Type: resource.ReleaseType, Noun: "YACE", in: "modelway:" + addons.YaceKey + ":Addon",
		Replaced: "Until the new one runs, failures of models whose servers do not count them are not counted.",
		Deleted:  "Failures of models whose servers do not count them are not counted any more, and no certificate of ACM is watched."},
	{Type: "aws:amp/workspace:Workspace", Noun: "metric store", Replaced: lostSeries, Deleted: lostSeries},
	{Type: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", Noun: "definition of pipelines", in: pipelines.Token,
		Replaced: pipelinesGone, Deleted: pipelinesGone},
	{Type: databaseType, Noun: "database", Replaced: lostTracking, Deleted: lostTracking},
	{Type: "aws:s3/bucketV2:BucketV2", Noun: "bucket", Replaced: lostObjects, Deleted: lostObjects},
	{Type: "aws:s3/bucket:Bucket", Noun: "bucket", Replaced: lostObjects, Deleted: lostObjects},
	{Type: "aws:kms/key:Key", Noun: "KMS key",
		Replaced: "What the old key encrypted cannot be read once its waiting period is over; an EKS cluster cannot take another key.",
		Deleted:  "What it encrypted cannot be read once its waiting period is over."},
	{Type: "aws:acm/certificate:Certificate", Noun: "certificate", models: allModels,
		Replaced: "HTTPS depends on the new certificate being validated before the listeners let go of the old one.",
		Deleted: "The hosts that it is for no longer answer HTTPS, unless their listeners get another certificate; while a listener uses it " +
			"the deletion fails."},
	{Type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", Noun: "identity provider",
		Replaced: "Until the new one is there, who signs in through it, pods or pipelines, gets no AWS credentials.",
		Deleted:  "Who signs in through it, pods or pipelines, gets no AWS credentials any more."},
	{Type: "aws:ec2/eip:Eip", Noun: "Elastic IP address", models: allModels,
		Replaced: "The address from which models reach the internet changes; allow lists elsewhere must follow.",
		Deleted:  "The address from which models reach the internet is given up; it can be recovered only until somebody else gets it."},
	{Type: "aws:ecr/repository:Repository", Noun: "image repository",
		Replaced: lostImages, Deleted: lostImages},
	{Type: logGroupType, Noun: "log group", Replaced: lostLogs, Deleted: lostLogs},
	{Type: associationType, Noun: "access policy",
		Replaced: "Whoever it is for, people, pipelines or Pulumi itself, has other rights in the cluster from then on, and none for a moment.",
		Deleted:  "Whoever it is for, people, pipelines or Pulumi itself, loses these rights in the cluster."},
	{Type: scheduleType, Noun: "schedule", models: allModels,
		Replaced: "Until the new one is there nothing stops or starts the models.",
		Deleted:  "Nothing starts the models any more: those that are stopped at that moment stay down until somebody scales them up.",
		Created:  "All models are down from each stop to the next start; requests fail in between."},
}

// consequenceOf is what a step breaks, and the properties because of which; false where it breaks nothing.
func consequenceOf(s events.Step) (Consequence, []string, bool) {
	r := s.Resource()
	for _, c := range Consequences {
		start, all := strings.CutSuffix(c.Type, "*")
		if s.Type != c.Type && !(all && strings.HasPrefix(s.Type, start)) || c.in != "" && r.ComponentType() != c.in {
			continue
		}
		switch {
		case s.Op == events.OpReplace:
			return c, s.Keys, true
		case s.Op == events.OpDelete:
			return c, nil, !s.DefaultProvider() // one of another version takes over
		case s.Op == events.OpUpdate:
			changed := changed(s, c.Changes)
			return c, changed, len(changed) > 0
		case s.Op == events.OpCreate:
			return c, nil, c.Created != ""
		}
		return Consequence{}, nil, false
	}
	if s.Type == ingressType && s.Op == events.OpUpdate {
		moved := changed(s, []string{"spec.ingressClassName"})
		return moves, moved, len(moved) > 0
	}
	return Consequence{}, nil, false
}

// means is what follows of a step.
func (c Consequence) means(op events.Op) string {
	switch op {
	case events.OpDelete:
		return c.Deleted
	case events.OpCreate:
		return c.Created
	}
	return c.Replaced
}

// moves is what it means when a model's Ingress changes its class.
var moves = Consequence{
	Type: ingressType, Noun: "model's Ingress", Changes: []string{"spec.ingressClassName"}, models: classModels,
	Replaced: "The model's hosts move to another load balancer: requests fail until DNS follows.",
}

// changed are those of the paths at which the resource differs.
func changed(s events.Step, paths []string) []string {
	var found []string
	for _, path := range paths {
		if s.Old != nil && s.New != nil && at(*s.Old, path).Shown() != at(*s.New, path).Shown() {
			found = append(found, path)
		}
	}
	return found
}

func at(r resource.Resource, path string) resource.Value {
	v := resource.Of(r.Properties)
	for key := range strings.SplitSeq(path, ".") {
		v = v.At(key)
	}
	return v
}
