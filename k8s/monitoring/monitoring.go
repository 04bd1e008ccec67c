// Package monitoring makes the objects that tell an installed Prometheus what to scrape, and by which rules to record and to alert, and
// Grafana what to show.
package monitoring

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/labels"
	names "github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/scrape"
	"github.com/modelway/modelway/k8s/inputs"
)

// Token is the component's type token.
const Token = "modelway:monitoring:Monitoring"

// MonitoringArgs describe what Prometheus does.
type MonitoringArgs struct {
	// Facts are those of the cluster: which add-ons it has, and whether pods run on Fargate.
	Facts addons.Facts
	// Models is the namespace of the models. Required.
	Models string
	// Rules are specs of PrometheusRules by the name of the object: each a map with the key groups
	// (https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRuleSpec). Default none.
	Rules map[string]map[string]any
	// Dashboards are pages of Grafana, each the text of its JSON, by the page's identifier, which names the object. Default none.
	Dashboards map[string]string
	// DependsOn are the releases of the monitoring: their definitions must outlive the objects. Required.
	DependsOn []pulumi.Resource
}

// Monitoring is what Prometheus does.
type Monitoring struct {
	pulumi.ResourceState
}

// NewMonitoring registers the objects, in the namespace of Prometheus, which obeys no others.
func NewMonitoring(ctx *pulumi.Context, name string, args *MonitoringArgs, opts ...pulumi.ResourceOption) (*Monitoring, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking the monitoring's objects %q: %w", name, err)
	}
	m := &Monitoring{}
	if err := ctx.RegisterComponentResourceV2(Token, name, pulumi.Map{"models": pulumi.String(args.Models)}, m, opts...); err != nil {
		return nil, err
	}
	for _, config := range scrape.Configs(args.Facts, args.Models) {
		if err := m.newObject(ctx, name+"-scrape-"+config.Name, names.ScrapeVersion, names.ScrapeKind, config.Name, config.Spec,
			args); err != nil {
			return nil, fmt.Errorf("registering what is scraped of %q: %w", name, err)
		}
	}
	for _, rules := range slices.Sorted(maps.Keys(args.Rules)) {
		if err := m.newObject(ctx, name+"-rules-"+rules, names.RuleVersion, names.RuleKind, rules, args.Rules[rules], args); err != nil {
			return nil, fmt.Errorf("registering the rules of %q: %w", name, err)
		}
	}
	for _, uid := range slices.Sorted(maps.Keys(args.Dashboards)) {
		if err := m.newDashboard(ctx, name+"-dashboard-"+uid, uid, args); err != nil {
			return nil, fmt.Errorf("registering the dashboards of %q: %w", name, err)
		}
	}
	return m, ctx.RegisterResourceOutputs(m, pulumi.Map{})
}

func (a *MonitoringArgs) validate() error {
	if a == nil {
		return errors.New("MonitoringArgs are required")
	}
	var faults []error
	if a.Models == "" {
		faults = append(faults, errors.New("MonitoringArgs.Models is empty: name the namespace of the models"))
	}
	if len(a.DependsOn) == 0 {
		faults = append(faults, errors.New("MonitoringArgs.DependsOn is empty: name the releases of the monitoring"))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Rules)) {
		if _, has := a.Rules[name]["groups"].([]any); !has {
			faults = append(faults, fmt.Errorf("MonitoringArgs.Rules[%q] has no list of groups: give the spec of a PrometheusRule", name))
		}
	}
	for _, uid := range slices.Sorted(maps.Keys(a.Dashboards)) {
		if size := len(a.Dashboards[uid]); size == 0 || size > maxDashboard {
			faults = append(faults, fmt.Errorf("MonitoringArgs.Dashboards[%q] has %d bytes: give a page of 1 to %d bytes", uid, size, maxDashboard))
		}
	}
	return errors.Join(faults...)
}

// maxDashboard is the size of a page in bytes that leaves room in a ConfigMap, which the API server takes up to 1 MiB
// (https://kubernetes.io/docs/concepts/configuration/configmap/#motivation).
const maxDashboard = 1000 << 10

// newDashboard registers a page of Grafana's, in a file that its sidecar finds by the label.
func (m *Monitoring) newDashboard(ctx *pulumi.Context, resource, uid string, args *MonitoringArgs) error {
	_, err := corev1.NewConfigMap(ctx, resource, &corev1.ConfigMapArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name: pulumi.String(uid), Namespace: pulumi.String(names.Namespace), Labels: pulumi.StringMap{
				labels.PartOf: pulumi.String(labels.Modelway), names.DashboardLabel: pulumi.String(names.DashboardValue),
			},
		},
		Data: pulumi.StringMap{uid + ".json": pulumi.String(args.Dashboards[uid])},
	}, pulumi.Parent(m), pulumi.DependsOn(args.DependsOn))
	return err
}

// newObject registers an object of the operator's.
func (m *Monitoring) newObject(ctx *pulumi.Context, resource, version, kind, name string, spec map[string]any, args *MonitoringArgs) error {
	_, err := apiextensions.NewCustomResource(ctx, resource, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(version),
		Kind:       pulumi.String(kind),
		Metadata: &metav1.ObjectMetaArgs{
			Name: pulumi.String(name), Namespace: pulumi.String(names.Namespace), Labels: pulumi.StringMap{
				labels.PartOf: pulumi.String(labels.Modelway), names.Selected: pulumi.String(names.Release),
			},
		},
		OtherFields: kubernetes.UntypedArgs{"spec": inputs.Map(spec)},
	}, pulumi.Parent(m), pulumi.DependsOn(args.DependsOn))
	return err
}
