package charts

import "maps"

// LoadBalancerControllerServiceAccount is the service account of the AWS Load Balancer Controller. Its IAM role trusts
// this name in the chart's namespace.
const LoadBalancerControllerServiceAccount = "aws-load-balancer-controller"

// LoadBalancerController pins the AWS Load Balancer Controller. Chart, definitions and IAM policy carry one version and
// move together: a newer controller calls AWS APIs that an older policy refuses.
func LoadBalancerController() Chart {
	return Chart{
		Name:       "aws-load-balancer-controller",
		Repository: "https://aws.github.io/eks-charts",
		Version:    "3.5.0",
		AppVersion: "v3.5.0",
		Namespace:  "kube-system",
		Image:      "public.ecr.aws/eks/aws-load-balancer-controller",
		CRDs: CRDs{
			Version: "v3.5.0",
			Names:   []string{"ingressclassparams.elbv2.k8s.aws", "targetgroupbindings.elbv2.k8s.aws"},
			Source:  "https://raw.githubusercontent.com/kubernetes-sigs/aws-load-balancer-controller/v3.5.0/helm/aws-load-balancer-controller/crds/crds.yaml",
		},
		IAMPolicy: IAMPolicy{
			Version: "v3.5.0",
			Source:  "https://raw.githubusercontent.com/kubernetes-sigs/aws-load-balancer-controller/v3.5.0/docs/install/iam_policy.json",
		},
	}
}

// LoadBalancerControllerValues returns the values of the chart that do not depend on the cluster. The names are those of
// https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/helm/aws-load-balancer-controller/values.yaml.
// Replicas is the number of controller pods; above one, all but the leader stand by.
func LoadBalancerControllerValues(replicas int) map[string]any {
	values := map[string]any{
		"replicaCount":        replicas,
		"podDisruptionBudget": map[string]any{"maxUnavailable": 1},
		"priorityClassName":   "system-cluster-critical",
		"resources":           controllerResources(),
		"topologySpreadConstraints": []any{map[string]any{
			"maxSkew":           1,
			"topologyKey":       "topology.kubernetes.io/zone",
			"whenUnsatisfiable": "ScheduleAnyway",
			"labelSelector":     map[string]any{"matchLabels": map[string]any{"app.kubernetes.io/name": "aws-load-balancer-controller"}},
		}},
	}
	maps.Copy(values, ingressValues())
	maps.Copy(values, webhookValues())
	maps.Copy(values, addonValues())
	maps.Copy(values, confinedValues())
	return values
}

// controllerResources fill the smallest Fargate size that holds the 500Mi which the controller's own manifest allows it, and
// the 600Mi which the Cluster Autoscaler's allows: 768Mi and the 256Mi that Fargate keeps make 1 GB, at 0.25 vCPU
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html). Requests equal limits, since Fargate
// sizes a pod by its requests.
func controllerResources() map[string]any {
	size := map[string]any{"cpu": "250m", "memory": "768Mi"}
	return map[string]any{"requests": size, "limits": maps.Clone(size)}
}

// confinedValues make the pods fit the restricted pod security standard, to which the chart's own values add that the user is not
// root. The chart writes both contexts as they are
// (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/helm/aws-load-balancer-controller/templates/deployment.yaml).
func confinedValues() map[string]any {
	return map[string]any{
		"podSecurityContext": map[string]any{"seccompProfile": map[string]any{"type": "RuntimeDefault"}},
		"securityContext":    map[string]any{"capabilities": map[string]any{"drop": []any{"ALL"}}},
	}
}

// ingressValues give every IngressClass and every group to the platform: the chart makes none, and no Ingress can pick one
// by annotation. Targets are pod addresses, the only kind that Fargate has.
func ingressValues() map[string]any {
	return map[string]any{
		"defaultTargetType":                 "ip",
		"createIngressClassResource":        false,
		"ingressClassParams":                map[string]any{"create": false},
		"disableIngressClassAnnotation":     true,
		"disableIngressGroupNameAnnotation": true,
	}
}

// webhookValues keep the webhook's certificate across upgrades, since pods serve the old one until they restart, and leave
// out the webhook that would refuse every new Service in the cluster while no controller pod is ready.
func webhookValues() map[string]any {
	return map[string]any{
		"keepTLSSecret":               true,
		"enableServiceMutatorWebhook": false,
	}
}

// addonValues keep WAFv2, which IngressClassParams can name, and switch off what cannot be used: Shield Advanced, which
// needs a subscription, and WAF Classic, which AWS has ended
// (https://docs.aws.amazon.com/waf/latest/developerguide/classic-waf-chapter.html).
func addonValues() map[string]any {
	return map[string]any{
		"enableShield": false,
		"enableWaf":    false,
		"enableWafv2":  true,
	}
}
