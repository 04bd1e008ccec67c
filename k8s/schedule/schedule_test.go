package schedule_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/k8s/model"
	"github.com/modelway/modelway/k8s/schedule"
)

const (
	accountType = "kubernetes:core/v1:ServiceAccount"
	bindingType = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
	cronJobType = "kubernetes:batch/v1:CronJob"
	policyType  = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	roleType    = "kubernetes:rbac.authorization.k8s.io/v1:Role"
	podPath     = "spec.jobTemplate.spec.template"
)

func TestObjectsGolden(t *testing.T) {
	recording := run(t, args(), 0)
	component := recording.Find(t, schedule.Token, "nights")
	require.Equal(t, "registry.k8s.io/kubectl:v1.36.4", component.Input("image"))
	require.Equal(t, "models-stop", component.Outputs["stop"].StringValue())
	require.Equal(t, "models-start", component.Outputs["start"].StringValue())
	var children []string
	for _, child := range recording.Children(component.URN) {
		kind := strings.TrimPrefix(child.Name, "nights-")
		children = append(children, kind)
		recorder.GoldenJSON(t, filepath.Join("testdata", kind+".golden.json"), child.Inputs.Mappable())
	}
	require.ElementsMatch(t, []string{"account", "role", "role-binding", "network-policy", "stop", "start"}, children)
}

func TestRoleAllowsWhatScaleUses(t *testing.T) {
	recording := run(t, args(), 0)
	require.Len(t, recording.OfType(roleType), 1)
	allowed := map[string][]any{}
	for _, each := range recording.Find(t, roleType, "nights-role").Input("rules").([]any) {
		rule := each.(map[string]any)
		require.Equal(t, []any{"apps"}, rule["apiGroups"])
		for _, resource := range rule["resources"].([]any) {
			allowed[resource.(string)] = append(allowed[resource.(string)], rule["verbs"].([]any)...)
		}
	}
	require.Equal(t, map[string][]any{"deployments": {"list"}, "deployments/scale": {"patch"}}, allowed)
}

// TestScheduleHoldsWhatKedaScales wants models that KEDA scales held at zero, since it would raise them to their minimum, and let go again.
func TestScheduleHoldsWhatKedaScales(t *testing.T) {
	with := args()
	with.Keda = true
	recording := run(t, with, 0)
	require.Contains(t, recording.Find(t, roleType, "nights-role").Input("rules"), map[string]any{
		"apiGroups": []any{"keda.sh"}, "resources": []any{"scaledobjects"}, "verbs": []any{"list", "patch"},
	})
	for job, annotation := range map[string]string{"nights-stop": "=0", "nights-start": "-"} {
		first := recording.Find(t, cronJobType, job).Input(podPath + ".spec.initContainers").([]any)
		require.Len(t, first, 1)
		said := first[0].(map[string]any)["args"].([]any)
		require.Equal(t, []any{"annotate", "scaledobjects"}, said[:2])
		require.Equal(t, "autoscaling.keda.sh/paused-replicas"+annotation, said[len(said)-1])
		require.Contains(t, said, "--overwrite")
		require.Contains(t, said, "--selector="+labels.Models)
		require.Equal(t, recording.Find(t, cronJobType, job).Input(podPath+".spec.containers[0].securityContext"),
			first[0].(map[string]any)["securityContext"])
	}
}

func TestJobsRunWithTheRole(t *testing.T) {
	recording := run(t, args(), 0)
	account := recording.Find(t, accountType, "nights-account")
	binding := recording.Find(t, bindingType, "nights-role-binding")
	require.Equal(t, recording.Find(t, roleType, "nights-role").Input("metadata.name"), binding.Input("roleRef.name"))
	require.Equal(t, account.Input("metadata.name"), binding.Input("subjects[0].name"))
	require.Equal(t, account.Input("metadata.namespace"), binding.Input("subjects[0].namespace"))
	for _, job := range cronJobs(t, recording) {
		require.Equal(t, account.Input("metadata.name"), job.Input(podPath+".spec.serviceAccountName"))
		for _, need := range slices.Concat(recording.OfType(accountType), recording.OfType(roleType), recording.OfType(bindingType),
			recording.OfType(policyType)) {
			require.True(t, job.DependsDirectly(need.URN), "%s does not depend on %s", job.Name, need.Name)
		}
	}
}

func TestJobsPickTheDeploymentsOfModels(t *testing.T) {
	spec := model.DefaultSpec()
	spec.Name, spec.Image = "churn", "ghcr.io/modelway/model-server:0.1.0"
	spec.Canary.Image = "ghcr.io/modelway/model-server:0.2.0"
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		needs, err := recorder.StandIns(ctx, "Need", 1)
		if err != nil {
			return err
		}
		if _, err := schedule.NewSchedule(ctx, "nights", args()); err != nil {
			return err
		}
		_, err = model.NewModel(ctx, "churn", &model.ModelArgs{Model: spec, Namespace: pulumi.String("models"), Prerequisites: needs})
		return err
	})
	deployments := recording.OfType("kubernetes:apps/v1:Deployment")
	require.Len(t, deployments, 2, "the model and its canary")
	for _, job := range cronJobs(t, recording) {
		require.Contains(t, job.Input(podPath+".spec.containers[0].args"),
			"--selector=app.kubernetes.io/part-of=modelway,app.kubernetes.io/component in (model,canary)")
		for _, deployment := range deployments {
			labels := deployment.Input("metadata.labels").(map[string]any)
			require.Equal(t, "modelway", labels["app.kubernetes.io/part-of"])
			require.Contains(t, []string{"model", "canary"}, labels["app.kubernetes.io/component"])
		}
	}
}

func TestNetworkPolicyPicksThePodsAndNoModel(t *testing.T) {
	recording := run(t, args(), 0)
	selector := recording.Find(t, policyType, "nights-network-policy").Input("spec.podSelector.matchLabels").(map[string]any)
	namesake := model.DefaultSpec()
	namesake.Name = "modelway.schedule"
	missing := 0
	for key, value := range selector {
		for _, job := range cronJobs(t, recording) {
			require.Equal(t, value, job.Input(podPath + ".metadata.labels").(map[string]any)[key])
		}
		if serving.PodLabels(namesake)[key] != value {
			missing++
		}
	}
	require.NotZero(t, missing, "a model with the name of the schedule has a policy of its own")
}

func TestPodsCarryTheirCompute(t *testing.T) {
	for _, compute := range []string{"fargate", "nodes"} {
		made := args()
		made.Compute = compute
		for _, job := range cronJobs(t, run(t, made, 0)) {
			require.Equal(t, compute, job.Input(podPath + ".metadata.labels").(map[string]any)[labels.Compute])
		}
	}
}

func TestOptions(t *testing.T) {
	made := args()
	made.TimeZone, made.KubernetesVersion, made.ImageMirror = "", "1.34", "mirror.example.com/copies"
	for _, job := range cronJobs(t, run(t, made, 0)) {
		require.Equal(t, "Etc/UTC", job.Input("spec.timeZone"))
		require.Equal(t, "mirror.example.com/copies/kubectl:v1.34.9", job.Input(podPath+".spec.containers[0].image"))
	}
}

func TestEachObjectDependsOnEachNeedDirectly(t *testing.T) {
	recording := run(t, args(), 3)
	children := recording.Children(recording.Find(t, schedule.Token, "nights").URN)
	require.Len(t, recording.OfType("test:index:Need"), 3)
	require.NotEmpty(t, children)
	for _, need := range recording.OfType("test:index:Need") {
		for _, child := range children {
			require.True(t, child.DependsDirectly(need.URN), "%s does not depend on %s", child.Name, need.Name)
		}
	}
}

func TestFaultsAreReportedTogether(t *testing.T) {
	for _, c := range []struct {
		args  *schedule.ScheduleArgs
		wants []string
	}{
		{nil, []string{"Namespace, Stop, Start, Compute and KubernetesVersion are required"}},
		{&schedule.ScheduleArgs{}, []string{
			"ScheduleArgs.Namespace is required", "Stop and Start are required", `Compute is ""`,
			`KubernetesVersion: no release of kubectl is known for Kubernetes ""`,
		}},
		{&schedule.ScheduleArgs{Namespace: pulumi.String("models"), Spec: schedule.Spec{Stop: "@daily", Start: "TZ=UTC 0 7 * * *"},
			Compute: "gpu", KubernetesVersion: "1.20", ImageMirror: "https://mirror"},
			[]string{`stop is "@daily": not a cron expression of five fields`, `start is "TZ=UTC 0 7 * * *": not a cron expression`,
				`Compute is "gpu": it must be one of fargate, nodes`, `Kubernetes "1.20"`, `ImageMirror is "https://mirror"`}},
		{&schedule.ScheduleArgs{Spec: schedule.Spec{Stop: "0 7 * * *", Start: "0 7 * * *"}}, []string{`start is "0 7 * * *": the same as stop`,
			"Namespace"}},
	} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := schedule.NewSchedule(ctx, "nights", c.args)
			return err
		})
		for _, want := range append(c.wants, `checking schedule "nights"`) {
			require.ErrorContains(t, err, want)
		}
		require.Empty(t, recording.Resources, "nothing is registered")
	}
}

func args() *schedule.ScheduleArgs {
	return &schedule.ScheduleArgs{
		Namespace: pulumi.String("models"), Spec: schedule.Spec{Stop: "0 20 * * 1-5", Start: "0 7 * * 1-5", TimeZone: "Europe/Berlin"},
		Compute: "fargate", KubernetesVersion: "1.36",
	}
}

func run(t recorder.TB, args *schedule.ScheduleArgs, needs int) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		var err error
		if args.DependsOn, err = recorder.StandIns(ctx, "Need", needs); err != nil {
			return err
		}
		_, err = schedule.NewSchedule(ctx, "nights", args)
		return err
	})
}

func cronJobs(t recorder.TB, recording *recorder.Recording) []*recorder.Resource {
	return []*recorder.Resource{recording.Find(t, cronJobType, "nights-stop"), recording.Find(t, cronJobType, "nights-start")}
}
