package addons

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/identity"
)

// Helm is one Helm add-on: everything that is to be said of it. The release, the role, the place of its pods, what they cost, the images to
// copy, the exceptions of the security baseline, the order of a destroy and the documents follow from the row.
type Helm struct {
	// Key names the row's resources, <platform>-<key> and <platform>-<key>-role: lower case letters and digits. Required.
	Key string
	// Token is the type token of its component. Default modelway:<key>:Addon.
	Token string
	// Title is what the add-on is called in messages and documents, and Why what it is for. Required.
	Title, Why string
	// Chart pins the chart and its images. Required.
	Chart Chart
	// Own says that the platform makes the objects itself, in a package of its own in k8s, and no chart does: Chart then has no more than
	// namespace, images and their version.
	Own bool
	// Bucket is the bucket of its own that the add-on keeps files in. Default none.
	Bucket Bucket
	// ServiceAccount is the service account that calls AWS, and Policy what it may do there. Default none: it does not call AWS.
	ServiceAccount string
	Policy         func(Facts) iamdoc.Document
	// Accounts are further service accounts that call AWS. Default none.
	Accounts []Account
	// Endpoints are the AWS services that it calls, besides those of the set private, as interface endpoints name them. Default none.
	Endpoints func(Facts) []string
	// Suit changes the row to suit a cluster, such as the number of its pods. Default: it is the same in all.
	Suit func(Facts, *Helm)
	// Values are the chart's values that depend on no resource, without what Workloads and Chart say. Default none.
	Values func(Facts) map[string]any
	// Places are where the chart's values have what the cluster is called.
	Places Places
	// Passwords are random passwords that the release finds in its own namespace. Default none.
	Passwords []Password
	// Workloads are the pods of the chart. Default none: it brings definitions, or settings of another one.
	Workloads []Workload
	// Address is the URL that programs in the cluster reach it by, which is a stack output. Default none.
	Address string
	// Pages are its web pages for people. Default none.
	Pages []Page
	// PodSecurity is the pod security standard that the add-on's namespace enforces, unless that is kube-system, which EKS makes. Default
	// restricted.
	PodSecurity string
	// Setting is the key of the setting that switches the add-on on, such as compute.clusterAutoscaler, and When what the cluster must
	// have besides. Default: it is always installed. AlsoSettings are the keys of further settings, each of which switches it on too.
	Setting      string
	AlsoSettings []string
	When         func(Facts) bool
	// After are the keys of rows that are installed before and removed after this one. Default none. Every row comes after the compute, the
	// EKS add-ons and the routes to AWS.
	After []string
	// Accepted are findings of the security baseline that stay, by check, with the reason. Object is what they are found in, by kind and
	// name, each with * for any part of it. Default the Deployment of the release's name.
	Accepted map[string]string
	Object   string
}

// Places are dotted names of a chart's values; "" for those that it does not ask for.
type Places struct {
	ClusterName, Region, VpcId, ServiceAccount string
}

// rows are the Helm add-ons in the order in which they are installed.
var rows = []func() Helm{LoadBalancerController, ClusterAutoscaler, CertManager, KServeDefinitions, KServe, KServeRuntimes,
	PrometheusDefinitions, Prometheus, Keda, Yace, ExternalSecrets, Mlflow, Pipelines, Argocd}

// NamespaceOf is the namespace of the add-on whose objects the platform makes in components of a type; "" where there is none.
func NamespaceOf(token string) string {
	for _, row := range All() {
		if row.Own && row.Token == token {
			return row.Chart.Namespace
		}
	}
	return ""
}

// All lists every Helm add-on, in the order in which they are installed.
func All() []Helm {
	all := make([]Helm, len(rows))
	for i, row := range rows {
		all[i] = row()
	}
	return all
}

// Charted lists those that are charts.
func Charted() []Helm { return slices.DeleteFunc(All(), func(row Helm) bool { return row.Own }) }

// Try adds a row until restore is called. It is for tests of what reads the rows.
func Try(row Helm) (restore func()) {
	before := rows
	rows = append(slices.Clone(rows), func() Helm { return row })
	return func() { rows = before }
}

// Installed lists the Helm add-ons of a cluster, in the order in which they are installed.
func Installed(f Facts) []Helm {
	all := slices.DeleteFunc(All(), func(row Helm) bool {
		return !row.switchedOn(f) || row.When != nil && !row.When(f)
	})
	for i := range all {
		if all[i].Suit != nil {
			all[i].Suit(f, &all[i])
		}
	}
	return all
}

// switchedOn reports whether a setting of the row is on, or it has none.
func (h Helm) switchedOn(f Facts) bool {
	return h.Setting == "" || f.On[h.Setting] || slices.ContainsFunc(h.AlsoSettings, func(key string) bool { return f.On[key] })
}

// OfChart returns the row of a chart, by the chart's name.
func OfChart(name string) (Helm, bool) {
	all := Charted()
	if i := slices.IndexFunc(all, func(row Helm) bool { return row.Chart.Name == name }); i >= 0 {
		return all[i], true
	}
	return Helm{}, false
}

// TypeToken is the type token of the row's component.
func (h Helm) TypeToken() string { return cmp.Or(h.Token, "modelway:"+h.Key+":Addon") }

// OwnNamespace reports whether the platform makes the add-on's namespace.
func (h Helm) OwnNamespace() bool { return h.Chart.Namespace != SystemNamespace }

// MakesNamespace reports whether the add-on's namespace comes with it, as it does with the first of those that share one.
func (h Helm) MakesNamespace() bool {
	for _, row := range All() {
		if row.Key == h.Key {
			break
		}
		if row.Chart.Namespace == h.Chart.Namespace {
			return false
		}
	}
	return h.OwnNamespace()
}

// SecurityStandard is the pod security standard that the add-on's own namespace enforces.
func (h Helm) SecurityStandard() string { return cmp.Or(h.PodSecurity, "restricted") }

// ByVersion reports whether the cluster's Kubernetes version decides which image runs.
func (h Helm) ByVersion() bool {
	return slices.ContainsFunc(h.Chart.Images, func(image ChartImage) bool { return image.Tags != nil })
}

// Selectors are the labels by which a Fargate profile selects the pods that may run there; none where it takes the whole namespace,
// which is the add-on's own.
func (h Helm) Selectors() []map[string]string {
	if h.OwnNamespace() {
		return []map[string]string{nil}
	}
	var all []map[string]string
	for _, w := range h.Workloads {
		if w.NodesOnly == "" {
			all = append(all, w.Selector())
		}
	}
	return all
}

// Install is what one installation adds to a row.
type Install struct {
	// Facts are those of the cluster.
	Facts Facts
	// Replicas is the number of pods of each workload; default the row's.
	Replicas int
	// Mirror is the registry that images come from; default their own.
	Mirror string
	// Values are laid over the row's; default none.
	Values map[string]any
	// ClusterName, VpcId and RoleArn are strings, or what stands for strings that are known later; nil for none.
	ClusterName, VpcId, RoleArn any
	// RoleArns are those of Helm.Accounts by their key, alike.
	RoleArns map[string]any
}

// Check refuses a cluster whose version has no image.
func (h Helm) Check(f Facts) error {
	for _, image := range h.Chart.Images {
		if image.Tags != nil {
			if _, err := image.Tags.of("the "+h.Title, f.KubernetesVersion); err != nil {
				return err
			}
		}
	}
	return nil
}

// ValuesOf are the chart's values: the row's, the caller's over them, and over those what belongs to the cluster.
func (h Helm) ValuesOf(in Install) map[string]any {
	values := map[string]any{}
	set := func(name string, value any) {
		if name != "" && value != nil {
			values = Merge(values, nested(name, value))
		}
	}
	if h.Values != nil {
		values = h.Values(in.Facts)
	}
	for _, w := range h.Workloads {
		set(w.ReplicasAt, cmp.Or(in.Replicas, w.Replicas))
		set(w.ResourcesAt, w.resources())
	}
	for _, image := range h.Chart.Images {
		if image.Tags != nil {
			set(image.place()+".tag", image.Tags[in.Facts.KubernetesVersion])
		}
	}
	values = Merge(values, in.Values)
	if in.Mirror != "" {
		for _, image := range h.Chart.Images {
			name, value := image.mirrored(h.Chart, in.Mirror)
			set(name, value)
		}
	}
	set(h.Places.ClusterName, in.ClusterName)
	set(h.Places.Region, in.Facts.Region)
	set(h.Places.VpcId, in.VpcId)
	if h.ServiceAccount != "" {
		set(h.Places.ServiceAccount, serviceAccount(h.ServiceAccount, in.RoleArn))
	}
	for _, account := range h.Accounts {
		set(account.At, serviceAccount(account.Name, in.RoleArns[account.Key]))
	}
	return values
}

// serviceAccount are the values of a service account with a role in AWS: in an annotation, which is where IAM roles for service
// accounts have it (https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html), or not at all where a Pod
// Identity association names the service account.
func serviceAccount(name string, roleArn any) map[string]any {
	account := map[string]any{"create": true, "name": name}
	if roleArn != nil {
		account["annotations"] = map[string]any{identity.RoleAnnotation: roleArn}
	}
	return account
}

// nested is a value below the keys of a dotted name.
func nested(name string, value any) map[string]any {
	key, rest, more := strings.Cut(name, ".")
	if more {
		value = nested(rest, value)
	}
	return map[string]any{key: value}
}
