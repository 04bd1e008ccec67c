package review

import (
	"slices"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// Loss is a property of which a change in place cuts somebody off or loses something, though the resource stays.
type Loss struct {
	// Type is the type token, and Noun what people call the resource.
	Type, Noun string
	// Why is the property, and When what happens to it.
	Why, When string
	// Means is what follows, without the full stop: what is lost comes behind it.
	Means string
	// models are those that it affects.
	models scope
	// in is the type of the component that it is in, where only that one counts.
	in string
	// lost tells what the change takes away, in words; nothing where it takes nothing.
	lost func(before, after resource.Resource) []string
}

const (
	paramsType        = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
	networkPolicyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	nodeGroupType     = "aws:eks/nodeGroup:NodeGroup"
	logGroupType      = "aws:cloudwatch/logGroup:LogGroup"
	associationType   = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	scheduleType      = "modelway:schedule:Schedule"
	jwtAnnotation     = "alb.ingress.kubernetes.io/jwt-validation"
)

// Losses are the changes in place that are breaking by a property.
//
// Sources: events past their retention are deleted
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html), objects past their expiration too
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html); tokens
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html); protocols and ciphers
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html); who reaches the API
// (https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html); pods that do not tolerate a taint
// (https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/).
var Losses = []Loss{
	{Type: ingressType, Noun: "model's Ingress", in: resource.ModelType, models: ownModel, Why: "jwt-validation", When: "is added or changed",
		Means: "Callers without a token that the load balancer accepts get 401", lost: jwt(true)},
	{Type: ingressType, Noun: "model's Ingress", in: resource.ModelType, models: ownModel, Why: "jwt-validation", When: "is removed",
		Means: "Requests without a token reach the model", lost: jwt(false)},
	{Type: paramsType, Noun: "ALB settings", models: classModels, Why: "spec.listeners", When: "loses a listener",
		Means: "Clients of the listener get no connection any more", lost: fewer(listeners, contains)},
	{Type: paramsType, Noun: "ALB settings", models: classModels, Why: "spec.sslPolicy", When: "takes fewer TLS versions or ciphers",
		Means: "Clients that speak only what the policy leaves out get no connection", lost: fewer(taken, contains)},
	{Type: paramsType, Noun: "ALB settings", models: classModels, Why: "spec.wafv2AclArn", When: "is removed",
		Means: "Requests reach the models without the web ACL's check", lost: fewer(webACL, contains)},
	{Type: paramsType, Noun: "ALB settings", Why: "spec.loadBalancerAttributes", When: "turns access or connection logs off",
		Means: "From then on no request leaves a trace in the load balancer's logs", lost: fewer(logs, contains)},
	{Type: logGroupType, Noun: "log group", Why: "retentionInDays", When: "is lowered",
		Means: "Logs that are older than the new retention are lost",
		lost:  lowered(func(r resource.Resource) float64 { return r.At("retentionInDays").Number() })},
	{Type: "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", Noun: "retention of a bucket",
		Why: "rules", When: "lowers an expiration",
		Means: "Objects that are older than the new expiration are lost", lost: lowered(expiration)},
	{Type: databaseType, Noun: "database", Why: "backupRetentionPeriod", When: "is lowered",
		Means: "Backups that are older than the new retention are lost",
		lost:  lowered(func(r resource.Resource) float64 { return r.At("backupRetentionPeriod").Number() })},
	{Type: databaseType, Noun: "database", Why: "instanceClass", When: "changes",
		Means: "The server restarts: MLflow and Kubeflow Pipelines fail for some minutes, with a standby for one or two",
		lost:  added(texts("instanceClass"))},
	{Type: clusterType, Noun: "EKS cluster", Why: "vpcConfig.endpointPublicAccess", When: "becomes false",
		Means: "People, pipelines and Pulumi outside of the VPC cannot reach the Kubernetes API any more", lost: fewer(openEndpoint, contains)},
	{Type: clusterType, Noun: "EKS cluster", Why: "vpcConfig.publicAccessCidrs", When: "is narrowed",
		Means: "People, pipelines and Pulumi cannot reach the Kubernetes API any more from addresses that only these blocks covered",
		lost:  fewer(accessCidrs, covers)},
	{Type: nodeGroupType, Noun: "node group", models: nodeModels, Why: "taints", When: "gains one with NO_EXECUTE",
		Means: "Pods that do not tolerate the taint are evicted at once and need room elsewhere; no disruption budget holds it up",
		lost:  added(taints("NO_EXECUTE"))},
	{Type: nodeGroupType, Noun: "node group", models: nodeModels, Why: "taints", When: "gains one with NO_SCHEDULE",
		Means: "Pods that do not tolerate the taint cannot start on its nodes any more and stay pending unless there is room elsewhere",
		lost:  added(taints("NO_SCHEDULE"))},
	{Type: networkPolicyType, Noun: "model's network policy", in: resource.ModelType, models: ownModel,
		Why: "spec.ingress", When: "loses a namespace",
		Means: "Pods of the namespace cannot call the model in the cluster any more", lost: fewer(callers, contains)},
	{Type: networkPolicyType, Noun: "model's network policy", in: resource.ModelType, models: ownModel,
		Why: "spec.egress", When: "loses a destination",
		Means: "The model's calls to the destination get no answer any more", lost: fewer(destinations, covers)},
	{Type: resource.ModelType, Noun: "model", models: ownModel, Why: "storeUri", When: "is removed",
		Means: "Its pods have no access to the model store any more", lost: fewer(texts("storeUri"), contains)},
	{Type: resource.ModelType, Noun: "model", models: ownModel, Why: "roleArn", When: "is removed",
		Means: "Its pods get no AWS credentials any more", lost: func(before, after resource.Resource) []string {
			if before.At("roleArn").Given() && !after.At("roleArn").Given() {
				return []string{"the model's IAM role"}
			}
			return nil
		}},
	{Type: scheduleType, Noun: "schedule", models: allModels, Why: "stop", When: "changes, or `start` or `timeZone` does",
		Means: "All models are down at other times, from each stop to the next start", lost: added(times)},
}

// lose adds to a break what an update takes away by properties, and says what that means.
func (b *Break) lose(s events.Step, m models) (means []string) {
	if s.Op != events.OpUpdate || s.Old == nil || s.New == nil {
		return nil
	}
	for _, l := range Losses {
		if s.Type != l.Type || l.in != "" && s.Old.ComponentType() != l.in {
			continue
		}
		lost := l.lost(*s.Old, *s.New)
		if len(lost) == 0 {
			continue
		}
		means = append(means, l.Means+": "+list(lost)+".")
		b.What, b.Why = l.Noun, append(b.Why, l.Why)
		b.Models, b.AllModels = append(b.Models, m.served(s, l.models)...), b.AllModels || l.models == allModels
	}
	b.Why = slices.Compact(b.Why)
	return means
}
