package doctor

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const albClass = `{"metadata": {"name": "public"}, "spec": {"controller": "ingress.k8s.aws/alb", "parameters": {"kind": "IngressClassParams", "name": "public"}}}`

// albParams are those of a load balancer, with a certificate.
const albParams = `{"metadata": {"name": "public"}, "spec": {"group": {"name": "public"}, "scheme": "internet-facing", "certificateArn": ["arn:aws:acm:r:1:certificate/a"],

	"subnets": {"ids": ["a", "b"]}, "listeners": [{"protocol": "HTTP", "port": 80}]}}`

// albIngress has so many paths of one host.
func albIngress(paths int) string {
	var all []string
	for i := range paths {
		all = append(all, fmt.Sprintf(`{"path": "/m%d", "pathType": "Exact", "backend": {"service": {"name": "churn", "port": {"number": 80}}}}`, i))
	}
	return `{"metadata": {"namespace": "models", "name": "churn", "creationTimestamp": "2026-11-30T11:00:00Z"}, "spec": {"ingressClassName": "public",
		"rules": [{"host": "api.example.com", "http": {"paths": [` + strings.Join(all, ",") + `]}}]},
		"status": {"loadBalancer": {"ingress": [{"hostname": "k8s-public.elb.amazonaws.com"}]}}}`
}

func edge(t *testing.T) Facts {
	return Facts{
		Ingresses: objectsOf[Ingress](t, albIngress(1)), Classes: objectsOf[Class](t, albClass), Params: objectsOf[Params](t, albParams),
		Services: objectsOf[Service](t, `{"metadata": {"namespace": "models", "name": "churn"}, "spec": {"ports": [{"port": 80}]}}`),
		Slices: objectsOf[Slice](t, `{"metadata": {"namespace": "models", "labels": {"kubernetes.io/service-name": "churn"}},
			"endpoints": [{"addresses": ["10.0.0.1"], "conditions": {}}]}`),
		Balancers: []Balancer{{DNSName: "K8s-public.elb.amazonaws.com", Type: "application"}},
		Resolved: map[string]Resolved{"api.example.com": {Addresses: []string{"192.0.2.1"}},
			"k8s-public.elb.amazonaws.com": {Addresses: []string{"192.0.2.2", "192.0.2.1"}}},
	}
}

func TestHostsLeadToTheirLoadBalancer(t *testing.T) {
	resolve := func(name string, r Resolved) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.Resolved[name] = r }
	}
	requireFound(t, addresses, edge, map[string]one{
		"they do":                  {},
		"load balancers not known": {func(_ *testing.T, f *Facts) { f.Balancers = nil }, nil},
		"a class of somebody else": {func(_ *testing.T, f *Facts) { f.Classes[0].Spec.Controller = "nginx"; f.Resolved = nil }, nil},
		"no load balancer":         {func(_ *testing.T, f *Facts) { f.Balancers = []Balancer{} }, []string{"error: Ingress models/churn: its load balancer k8s-public.elb.amazonaws.com does not exist in the account and region"}},
		"the load balancer failed": {func(_ *testing.T, f *Facts) { f.Balancers[0].State.Code, f.Balancers[0].State.Reason = "failed", "r" }, []string{"error: Ingress models/churn: its load balancer k8s-public.elb.amazonaws.com failed: r"}},
		"no address":               {func(_ *testing.T, f *Facts) { f.Ingresses[0].Status.LoadBalancer.Ingress = nil }, []string{"error: Ingress models/churn: it has no load balancer"}},
		"no address yet": {func(_ *testing.T, f *Facts) {
			f.Ingresses[0].Status.LoadBalancer.Ingress, f.Ingresses[0].Metadata.CreationTimestamp = nil, now
		}, []string{"warning: Ingress models/churn: it has no load balancer"}},
		"the host does not resolve": {resolve("api.example.com", Resolved{Err: errors.New("no such host")}), []string{"error: Ingress models/churn: host api.example.com does not resolve: no such host"}},
		"nor does the name": {resolve("k8s-public.elb.amazonaws.com", Resolved{Err: errors.New("no such host")}), []string{
			"error: Ingress models/churn: the name of its load balancer, k8s-public.elb.amazonaws.com, does not resolve: no such host"}},
		"elsewhere": {resolve("api.example.com", Resolved{Addresses: []string{"198.51.100.1"}}), []string{"warning: Ingress models/churn: host " +
			"api.example.com resolves to 198.51.100.1, and its load balancer k8s-public.elb.amazonaws.com to 192.0.2.2, 192.0.2.1"}},
		"a private name": {func(t *testing.T, f *Facts) {
			f.Params[0].Spec["scheme"] = "internal"
			resolve("api.example.com", Resolved{Err: errors.New("no such host")})(t, f)
		}, []string{"warning: Ingress models/churn: host api.example.com does not resolve: no such host"}},
	})
}

func TestACMIssuesAndRenews(t *testing.T) {
	given := func(text string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			var one ACMCertificate
			require.NoError(t, json.Unmarshal([]byte(text), &one))
			f.ACM = append([]ACMCertificate{{CertificateArn: "arn:aws:acm:r:1:certificate/others", Status: "EXPIRED"}}, one)
		}
	}
	const arn = `"CertificateArn": "arn:aws:acm:r:1:certificate/a", "DomainName": "*.example.com"`
	const at = ": certificate of *.example.com (arn:aws:acm:r:1:certificate/a): "
	requireFound(t, acm, edge, map[string]one{
		"issued":   {given(`{` + arn + `, "Status": "ISSUED", "NotAfter": "2027-03-01T00:00:00Z"}`), nil},
		"pending":  {given(`{` + arn + `, "Status": "PENDING_VALIDATION"}`), []string{"error" + at + "it is not issued: AWS has not found the record that proves the domain"}},
		"expired":  {given(`{` + arn + `, "Status": "EXPIRED"}`), []string{"error" + at + "its status is EXPIRED"}},
		"ends":     {given(`{` + arn + `, "Status": "ISSUED", "NotAfter": "2026-12-20T12:00:00Z"}`), []string{"warning" + at + "it ends in 20 days, on 2026-12-20, and was not renewed"}},
		"ends now": {given(`{` + arn + `, "Status": "ISSUED", "Type": "IMPORTED", "NotAfter": "2026-12-03T12:00:00Z"}`), []string{"error" + at + "it ends in 3 days, on 2026-12-03, and was not renewed"}},
		"not in use yet": {func(t *testing.T, f *Facts) {
			given(`{`+arn+`, "Status": "PENDING_VALIDATION"}`)(t, f)
			f.Params = nil
		}, []string{"error" + at + "it is not issued: AWS has not found the record that proves the domain"}},
		"gone": {nil, []string{"error: certificate arn:aws:acm:r:1:certificate/a: a load balancer's settings name it, and it is not in the account and region"}},
	})
}

func TestLoadBalancersHaveRoom(t *testing.T) {
	paths := func(n int) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) { f.Ingresses = objectsOf[Ingress](t, albIngress(n)) }
	}
	requireFound(t, balancers, edge, map[string]one{
		"there is":       {paths(89), nil},
		"rules are near": {paths(90), []string{"warning: load balancer public: 90 of 100 rules are used"}},
		"rules are used": {paths(100), []string{"error: load balancer public: 100 of 100 rules are used"}},
		"AWS gave more":  {func(t *testing.T, f *Facts) { paths(90)(t, f); f.Limits = map[string]int{limitRules: 200} }, nil},
		"targets are near": {func(_ *testing.T, f *Facts) { f.Limits = map[string]int{limitTargets: 1, limitGroups: 1} }, []string{
			"error: load balancer public: 1 of 1 target groups are used", "error: load balancer public: 1 of 1 targets are used"}},
	})
}

func TestAccountHasRoom(t *testing.T) {
	node := func(kind, more string) string {
		return `{"metadata": {"labels": {"node.kubernetes.io/instance-type": "` + kind + `"` + more + `}}, "status": {"capacity": {"cpu": "16"}}}`
	}
	whole := func(t *testing.T) Facts {
		return Facts{Balancers: make([]Balancer, 44), ElasticIPs: make([]string, 4), Quotas: map[string]int{quotaElasticIPs: 5, quotaVCPUs: 32},
			Nodes: objectsOf[Node](t, node("m5.4xlarge", ""), node("g5.4xlarge", ""), node("inf2.8xlarge", ""), node("m5.4xlarge", `, "eks.amazonaws.com/capacityType": "SPOT"`))}
	}
	requireFound(t, account, whole, map[string]one{
		"there is":        {},
		"load balancers":  {func(_ *testing.T, f *Facts) { f.Balancers = make([]Balancer, 45) }, []string{"warning: region: 45 of 50 load balancers are used"}},
		"network ones":    {func(_ *testing.T, f *Facts) { f.Balancers = append(f.Balancers, Balancer{Type: "network"}) }, nil},
		"addresses":       {func(_ *testing.T, f *Facts) { f.ElasticIPs = make([]string, 5) }, []string{"error: region: 5 of 5 Elastic IP addresses are used"}},
		"vCPUs":           {func(t *testing.T, f *Facts) { f.Nodes = append(f.Nodes, f.Nodes[0]) }, []string{"error: nodes of the cluster: 32 of 32 vCPUs of On-Demand Standard instances are used"}},
		"quotas are zero": {func(t *testing.T, f *Facts) { f.Quotas = nil }, nil},
	})
}
