package doctor

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/rollout"
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

const modelLabels = `{"app.kubernetes.io/part-of": "modelway", "app.kubernetes.io/component": "model", "app.kubernetes.io/name": "churn"}`

var digestA, digestB = "sha256:" + strings.Repeat("a", 64), "sha256:" + strings.Repeat("b", 64)

func TestPodsRunWhatWasDeployed(t *testing.T) {
	deployment := func(image, files string) string {
		return `{"metadata": {"namespace": "models", "name": "churn"}, "spec": {"selector": {"matchLabels": ` + modelLabels + `}, "template": {"metadata": {"labels": ` +
			modelLabels + `, "annotations": {"modelway.dev/artifact-digest": "` + files + `"}}, "spec": {"containers": [{"name": "model", "image": "` + image + `"}]}}}}`
	}
	pod := func(name, image, id, files string) string {
		return `{"metadata": {"namespace": "models", "name": "` + name + `", "labels": ` + modelLabels + `, "annotations": {"modelway.dev/artifact-digest": "` + files +
			`"}}, "status": {"containerStatuses": [{"name": "model", "image": "` + image + `", "imageID": "` + id + `"}]}}`
	}
	whole := func(t *testing.T) Facts {
		return Facts{Deployments: objectsOf[Deployment](t, deployment("a:1", digestA)),
			Pods:     objectsOf[Pod](t, pod("p1", "a:1", "r/a@"+digestA, digestA), pod("p2", "a:1", "r/a@"+digestA, digestA)),
			Versions: versionsOf(rollout.Version{Deployment: "churn", Image: "a:1"})}
	}
	versions := func(v rollout.Version) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.Versions = versionsOf(v) }
	}
	requireFound(t, digests, whole, map[string]one{
		"the same":             {},
		"the same files":       {versions(rollout.Version{Deployment: "churn", Digest: digestA}), nil},
		"an id without digest": {func(t *testing.T, f *Facts) { f.Pods = objectsOf[Pod](t, pod("p1", "a:1", "a:1", digestA)) }, nil},
		"while it rolls out": {func(t *testing.T, f *Facts) {
			f.Deployments[0].Status.Replicas = 2
			f.Pods[0].Metadata.Annotations = nil
		}, nil},
		"another image": {versions(rollout.Version{Deployment: "churn", Image: "a:2"}), []string{"error: model churn: image a:2 was deployed, and Deployment models/churn has a:1"}},
		"another digest of files": {versions(rollout.Version{Deployment: "churn", Digest: digestB}), []string{"error: model churn: files " + digestB +
			" were deployed, and Deployment models/churn has \"" + digestA + "\" in modelway.dev/artifact-digest"}},
		"no Deployment": {versions(rollout.Version{Deployment: "gone", Image: "a:1"}), []string{"error: model churn: its Deployment gone is not in the cluster"}},
		"files of a pod": {func(t *testing.T, f *Facts) { f.Pods[0].Metadata.Annotations["modelway.dev/artifact-digest"] = digestB }, []string{
			"error: Pod models/p1: its files are " + digestB + ", and Deployment models/churn says " + digestA}},
		"a pod runs another digest": {func(t *testing.T, f *Facts) {
			f.Deployments = objectsOf[Deployment](t, deployment("a@"+digestB, digestA))
			f.Versions, f.Pods = nil, f.Pods[:1]
		}, []string{"error: Pod models/p1: container model runs " + digestA + ", and Deployment models/churn says " + digestB}},
		"a tag that moved": {func(t *testing.T, f *Facts) { f.Pods[1].Status.ContainerStatuses[0].ImageID = "r/a@" + digestB }, []string{
			"error: Deployment models/churn: its pods run different images under one tag, a:1: " + digestA + ", " + digestB}},
	})
}

func TestSchemaIsThatOfTheImage(t *testing.T) {
	job := func(name, made, image, status string) string {
		return `{"metadata": {"namespace": "mlflow", "name": "` + name + `", "creationTimestamp": "` + made + `"}, "spec": {"template": {"spec": {"containers": [{"image": "` + image +
			`"}]}}}, "status": ` + status + `}`
	}
	const done, failed = `{"succeeded": 1}`, `{"conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}`
	const before, after = "2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z"
	whole := func(t *testing.T) Facts {
		return Facts{Jobs: objectsOf[Job](t, job("mlflow-schema-3", before, "m:3", done)),
			Deployments: objectsOf[Deployment](t, `{"metadata": {"namespace": "mlflow", "name": "mlflow"}, "spec": {"template": {"spec": {"containers": [{"image": "m:3"}]}}}}`)}
	}
	jobs := func(all ...string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) { f.Jobs = objectsOf[Job](t, all...) }
	}
	requireFound(t, schema, whole, map[string]one{
		"the same":          {},
		"the newest counts": {jobs(job("mlflow-schema-2", before, "m:2", failed), job("mlflow-schema-3", after, "m:3", done)), nil},
		"another version": {jobs(job("mlflow-schema-2", before, "m:2", done)), []string{"error: Deployment mlflow/mlflow: the schema is that of m:2, and the " +
			"server runs m:3"}},
		"it failed": {jobs(job("mlflow-schema-3", after, "m:3", failed), job("mlflow-schema-2", before, "m:2", done)), []string{"error: Job " +
			"mlflow/mlflow-schema-3: it failed: BackoffLimitExceeded"}},
		"it runs": {jobs(job("mlflow-schema-3", after, "m:3", `{}`)), []string{"warning: Job mlflow/mlflow-schema-3: it has not ended: the schema is being changed"}},
		"no Job":  {jobs(), []string{"warning: Deployment mlflow/mlflow: no Job that changes the schema is there, so that nobody can tell the schema's version"}},
	})
}

func TestApplicationsAreSyncedAndHealthy(t *testing.T) {
	status := func(text string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			f.Applications = objectsOf[Application](t, `{"metadata": {"namespace": "argocd", "name": "models"}, "status": `+text+`}`)
		}
	}
	const at = ": Application argocd/models: "
	requireFound(t, argocd, func(*testing.T) Facts { return Facts{} }, map[string]one{
		"well":        {status(`{"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}`), nil},
		"stopped":     {status(`{"sync": {"status": "Synced"}, "health": {"status": "Suspended"}, "operationState": {"phase": "Succeeded"}}`), nil},
		"out of sync": {status(`{"sync": {"status": "OutOfSync"}, "health": {"status": "Progressing"}}`), []string{"warning" + at + "what runs is not what is in Git"}},
		"degraded":    {status(`{"sync": {"status": "Synced"}, "health": {"status": "Degraded", "message": "m"}}`), []string{"error" + at + "it is Degraded: m"}},
		"refused": {status(`{"sync": {"status": "Synced"}, "health": {"status": "Healthy"}, "operationState": {"phase": "Failed", "message": "m"}}`),
			[]string{"error" + at + "its last sync failed: m"}},
		"no repository": {status(`{"sync": {"status": "Unknown"}, "health": {"status": "Unknown"}, "conditions": [{"type": "ComparisonError", "message": "m"}]}`),
			[]string{"error" + at + "ComparisonError: m", "warning" + at + "its health is not known", "warning" + at +
				"nobody knows whether what runs is what is in Git"}},
	})
}

func TestScrapesFindTargets(t *testing.T) {
	whole := func(*testing.T) Facts {
		return Facts{Pools: []Pool{{"models", []ScrapeTarget{{Health: "up"}, {Health: "unknown"}}}}}
	}
	requireFound(t, scrapes, whole, map[string]one{
		"they answer": {},
		"no target":   {func(_ *testing.T, f *Facts) { f.Pools[0].Targets = nil }, []string{"warning: scrape models: it finds no target"}},
		"one is down": {func(_ *testing.T, f *Facts) {
			f.Pools[0].Targets[0] = ScrapeTarget{Health: "down", ScrapeURL: "u", LastError: "e"}
		}, []string{"warning: scrape models: 1 of 2 targets do not answer, such as u: e"}},
		"all are down": {func(_ *testing.T, f *Facts) {
			f.Pools[0].Targets = []ScrapeTarget{{Health: "down", ScrapeURL: "u", LastError: "e"}}
		},
			[]string{"error: scrape models: 1 of 1 targets do not answer, such as u: e"}},
	})
}

func TestCertificatesAreReady(t *testing.T) {
	given := func(made, status string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			f.Certificates = objectsOf[Certificate](t, `{"metadata": {"namespace": "kserve", "name": "serving", "creationTimestamp": "`+made+`"}, "status": `+status+`}`)
		}
	}
	const early, ready = "2026-11-29T00:00:00Z", `"conditions": [{"type": "Ready", "status": "True"}]`
	const at = ": Certificate kserve/serving: "
	requireFound(t, certificates, func(*testing.T) Facts { return Facts{} }, map[string]one{
		"ready":         {given(early, `{`+ready+`, "notAfter": "2027-02-01T00:00:00Z", "renewalTime": "2027-01-01T00:00:00Z"}`), nil},
		"not issued":    {given(early, `{"conditions": [{"type": "Ready", "status": "False", "reason": "DoesNotExist"}]}`), []string{"error" + at + "it is not ready: DoesNotExist"}},
		"not yet":       {given(now.Format(time.RFC3339), `{}`), []string{"warning" + at + "it is not ready"}},
		"it has ended":  {given(early, `{`+ready+`, "notAfter": "2026-11-30T00:00:00Z"}`), []string{"error" + at + "it has ended, and nobody renewed it"}},
		"it is overdue": {given(early, `{`+ready+`, "notAfter": "2026-12-30T00:00:00Z", "renewalTime": "2026-11-30T00:00:00Z"}`), []string{"warning" + at + "it was to be renewed on 2026-11-30, and was not"}},
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

func TestWhatCannotBeReadIsNotWell(t *testing.T) {
	for name, test := range map[string]struct {
		missing map[Need]error
		state   State
		note    string
	}{
		"not installed":    {map[Need]error{needCertificates: fmt.Errorf("%w: x", ErrAbsent)}, Absent, "not in this environment: Certificates of cert-manager"},
		"not allowed":      {map[Need]error{needCertificates: errors.New("forbidden")}, Unread, "forbidden"},
		"of another check": {map[Need]error{needPods: errors.New("forbidden")}, OK, ""},
	} {
		r := certificates.Decide(Facts{}, test.missing)
		require.Equal(t, test.state, r.State, name)
		require.Equal(t, test.note, r.Note, name)
	}
}
