package mlflow

import (
	"fmt"
	"strings"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/labels"
	names "github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/k8s/inputs"
)

// waiting is for how many seconds Pulumi waits for the Job and for the Deployment, on top of what they may take.
const waiting = "pulumi.com/timeoutSeconds"

// newPods registers the Job that changes the schema, what waits for it, and what answers. Their specs have no type of the SDK: they are
// written once, as plain values, in package internal/mlflowserver.
func (b *builder) newPods() error {
	specs := b.args.installation()
	schema, err := b.newSchema(specs)
	if err != nil {
		return err
	}
	service, err := b.newService()
	if err != nil {
		return err
	}
	server := &appsv1.Deployment{}
	if err := b.newWorkload("deployment", "apps/v1", "Deployment", names.Name, names.ReadySeconds, specs.Deployment(), server,
		schema); err != nil {
		return err
	}
	budget, err := b.newBudget()
	if err != nil {
		return err
	}
	b.server.Ready = append(b.server.Ready, service, server, budget)
	return b.newWorkload("gc", "batch/v1", "CronJob", names.Garbage, 0, specs.GarbageJob(), &batchv1.CronJob{}, schema)
}

// newSchema registers the Job, by the version of the image: another version makes another Job, which has ended before the first pod of that
// version starts. The Job of the version before goes last.
func (b *builder) newSchema(specs names.Installation) (pulumi.Resource, error) {
	job := &batchv1.Job{}
	named := names.Schema + "-" + strings.ReplaceAll(names.Version, ".", "-")
	return job, b.newWorkload("schema", "batch/v1", "Job", named, names.SchemaSeconds, specs.SchemaJob(), job)
}

// newWorkload registers what makes pods.
func (b *builder) newWorkload(child, version, kind, name string, seconds int, spec map[string]any, made pulumi.CustomResource,
	after ...pulumi.Resource) error {
	metadata := b.metadata(name)
	if seconds > 0 {
		metadata.Annotations = pulumi.StringMap{waiting: pulumi.String(fmt.Sprint(seconds))}
	}
	return b.ctx.RegisterResource(fmt.Sprintf("kubernetes:%s:%s", version, kind), b.name+"-"+child, pulumi.Map{
		"apiVersion": pulumi.String(version), "kind": pulumi.String(kind), "metadata": metadata, "spec": inputs.Map(spec),
	}, made, b.child(append(b.needs, after...)...)...)
}

func (b *builder) newService() (*corev1.Service, error) {
	metadata := b.metadata(names.Name)
	metadata.Annotations = pulumi.StringMap{"pulumi.com/skipAwait": pulumi.String("true")} // its pods come after it
	return corev1.NewService(b.ctx, b.name+"-service", &corev1.ServiceArgs{
		Metadata: metadata,
		Spec: &corev1.ServiceSpecArgs{
			Selector: pulumi.StringMap{labels.Name: pulumi.String(names.Name)},
			Ports: corev1.ServicePortArray{&corev1.ServicePortArgs{
				Name: pulumi.String("http"), Port: pulumi.Int(names.ServicePort), TargetPort: pulumi.String("http"),
			}},
		},
	}, b.child()...)
}

// newBudget registers a budget that keeps one of two pods while nodes are replaced; of one pod it keeps none, which could never move.
func (b *builder) newBudget() (*policyv1.PodDisruptionBudget, error) {
	return policyv1.NewPodDisruptionBudget(b.ctx, b.name+"-budget", &policyv1.PodDisruptionBudgetArgs{
		Metadata: b.metadata(names.Name),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable:             pulumi.Int(1),
			Selector:                   &metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{labels.Name: pulumi.String(names.Name)}},
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, b.child()...)
}
