package compute

import "slices"

// Pod names pods by what a Fargate profile can see of them.
type Pod struct {
	// Name says what the pods are, for messages.
	Name string
	// Namespace and Labels are those of the pods.
	Namespace string
	Labels    map[string]string
}

// CoreDNS are the pods of the EKS add-on coredns.
var CoreDNS = Pod{Name: "CoreDNS", Namespace: "kube-system", Labels: map[string]string{
	"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns",
}}

// SystemPods are the pods without which a cluster serves nothing: names resolve, models scale, load balancers exist. All
// may run on Fargate.
var SystemPods = []Pod{
	CoreDNS,
	{Name: "metrics-server", Namespace: "kube-system", Labels: map[string]string{
		"app.kubernetes.io/name": "metrics-server", "app.kubernetes.io/instance": "metrics-server",
	}},
	{Name: "AWS Load Balancer Controller", Namespace: "kube-system", Labels: map[string]string{
		"app.kubernetes.io/name": "aws-load-balancer-controller",
	}},
}

// Selects says whether any of the profiles takes the pods to Fargate
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func Selects(profiles []FargateProfile, pod Pod) bool {
	return slices.ContainsFunc(profiles, func(p FargateProfile) bool {
		return slices.ContainsFunc(p.Selectors, func(s Selector) bool { return s.matches(pod) })
	})
}

func (s Selector) matches(pod Pod) bool {
	if !wildcard(s.Namespace, pod.Namespace) {
		return false
	}
	for keyPattern, valuePattern := range s.Labels {
		found := false
		for key, value := range pod.Labels {
			found = found || wildcard(keyPattern, key) && wildcard(valuePattern, value)
		}
		if !found {
			return false
		}
	}
	return true
}

// wildcard matches a whole text: * stands for any characters, none included, and ? for exactly one.
func wildcard(pattern, text string) bool {
	// star and mark are where to go on when the characters after the last * do not match.
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
