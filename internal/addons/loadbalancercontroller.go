package addons

import "github.com/modelway/modelway/internal/iamdoc"

// ControllerKey is the key of the AWS Load Balancer Controller, on which Ingresses depend.
const ControllerKey = "controller"

// controllerVersion is the release of the AWS Load Balancer Controller. Chart, definitions and IAM policy carry one version and move
// together: a newer controller calls AWS APIs that an older policy refuses.
const controllerVersion = "3.5.0"

// controllerPods fill the smallest Fargate size that holds the 500Mi which the controller's own manifest allows it: 768Mi and the
// 256Mi that Fargate keeps make 1 GB, at 0.25 vCPU
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html). Of two pods one leads and one stands by, so
// that the webhooks answer while one is replaced.
var controllerPods = Workload{
	Name: "AWS Load Balancer Controller", Namespace: SystemNamespace, Labels: charted("aws-load-balancer-controller",
		"aws-load-balancer-controller"),
	Replicas: 2, CPU: "250m", Memory: "768Mi", ReplicasAt: "replicaCount", ResourcesAt: "resources", Metrics: Metrics{Port: 8080},
}

// LoadBalancerController is the AWS Load Balancer Controller.
func LoadBalancerController() Helm {
	const source = "https://raw.githubusercontent.com/kubernetes-sigs/aws-load-balancer-controller/v" + controllerVersion
	return Helm{
		Key:   ControllerKey,
		Token: "modelway:controller:Controller",
		Title: "AWS Load Balancer Controller",
		Why:   "makes an Application Load Balancer of the Ingresses of an IngressClass",
		Chart: Chart{
			Name:       "aws-load-balancer-controller",
			Repository: "https://aws.github.io/eks-charts",
			Version:    controllerVersion,
			AppVersion: "v" + controllerVersion,
			Namespace:  SystemNamespace,
			Images:     []ChartImage{{Repository: "public.ecr.aws/eks/aws-load-balancer-controller"}},
			CRDs: CRDs{
				Names:  []string{"ingressclassparams.elbv2.k8s.aws", "targetgroupbindings.elbv2.k8s.aws"},
				Source: source + "/helm/aws-load-balancer-controller/crds/crds.yaml",
			},
			PolicySource: source + "/docs/install/iam_policy.json",
		},
		ServiceAccount: "aws-load-balancer-controller",
		Policy:         loadBalancerControllerPolicy,
		Places:         Places{ClusterName: "clusterName", Region: "region", VpcId: "vpcId", ServiceAccount: "serviceAccount"},
		Values:         loadBalancerControllerValues,
		Workloads:      []Workload{controllerPods},
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": NoStorage,
			"container-image-pull-policy":                   PinnedImage,
			"container-security-context-user-group-id":      ImageUser,
			"pod-networkpolicy":                             NoPolicy,
		},
	}
}

// loadBalancerControllerPolicy is the published policy, with names of web ACLs where a load balancer names one.
func loadBalancerControllerPolicy(f Facts) iamdoc.Document {
	policy := LoadBalancerControllerPolicy(f.Partition)
	if f.WebAcls {
		policy.Statements = append(policy.Statements, WebAclNames())
	}
	return policy
}

// loadBalancerControllerValues are by the names of
// https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/helm/aws-load-balancer-controller/values.yaml.
func loadBalancerControllerValues(Facts) map[string]any {
	return map[string]any{
		"podDisruptionBudget":       map[string]any{"maxUnavailable": 1},
		"priorityClassName":         "system-cluster-critical",
		"topologySpreadConstraints": controllerPods.spread(),
		// Targets are pod addresses, the only kind that Fargate has.
		"defaultTargetType": "ip",
		// Every IngressClass and every group is the platform's: the chart makes none, and no Ingress can pick one by annotation.
		"createIngressClassResource":        false,
		"ingressClassParams":                map[string]any{"create": false},
		"disableIngressClassAnnotation":     true,
		"disableIngressGroupNameAnnotation": true,
		// Pods serve the old certificate of the webhook until they restart, so upgrades keep it.
		"keepTLSSecret": true,
		// This webhook would refuse every new Service in the cluster while no controller pod is ready.
		"enableServiceMutatorWebhook": false,
		// IngressClassParams can name a WAFv2 web ACL. Shield Advanced needs a subscription, and AWS has ended WAF Classic
		// (https://docs.aws.amazon.com/waf/latest/developerguide/classic-waf-chapter.html).
		"enableShield": false,
		"enableWaf":    false,
		"enableWafv2":  true,
		// The pods fit the restricted pod security standard, to which the chart's own values add that the user is not root. The
		// chart writes both contexts as they are
		// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/helm/aws-load-balancer-controller/templates/deployment.yaml).
		"podSecurityContext": map[string]any{"seccompProfile": map[string]any{"type": "RuntimeDefault"}},
		"securityContext":    map[string]any{"capabilities": map[string]any{"drop": []any{"ALL"}}},
	}
}
