package model_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/model"
)

const (
	accountType    = "kubernetes:core/v1:ServiceAccount"
	deploymentType = "kubernetes:apps/v1:Deployment"
	autoscalerType = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
	budgetType     = "kubernetes:policy/v1:PodDisruptionBudget"
	serviceType    = "kubernetes:core/v1:Service"
	policyType     = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	ingressType    = "kubernetes:networking.k8s.io/v1:Ingress"
)

func TestObjectsGolden(t *testing.T) {
	recording := run(t, args(churn()), 1, 0)
	for typ, file := range map[string]string{
		deploymentType: "deployment", autoscalerType: "autoscaler", budgetType: "budget", serviceType: "service", ingressType: "ingress",
		policyType: "network-policy",
	} {
		objects := recording.OfType(typ)
		require.Len(t, objects, 1, typ)
		recorder.GoldenJSON(t, filepath.Join("testdata", file+".golden.json"), objects[0].Inputs.Mappable())
	}
	account := recording.Find(t, accountType, "churn-account")
	require.Equal(t, false, account.Input("automountServiceAccountToken"))
	require.Equal(t, "churn", account.Input("metadata.name"))
}

func TestChildrenBelongToTheComponent(t *testing.T) {
	recording := run(t, args(churn()), 1, 0)
	component := recording.Find(t, model.Token, "churn")
	require.Equal(t, "ghcr.io/modelway/model-server:0.1.0", component.Input("image"))
	var names []string
	for _, child := range recording.Children(component.URN) {
		names = append(names, child.Name)
		require.Equal(t, "churn", child.Input("metadata.name"), child.Name)
		require.Equal(t, "models", child.Input("metadata.namespace"), child.Name)
	}
	require.ElementsMatch(t, []string{
		"churn-account", "churn-network-policy", "churn-deployment", "churn-autoscaler", "churn-budget", "churn-service", "churn-ingress",
	}, names)
	require.Equal(t, []any{"api.example.com"}, component.Outputs["hosts"].Mappable())
	require.Equal(t, "/v1/models/churn:predict", component.Outputs["predictPath"].StringValue())
}

func TestIngressDependsOnEachPrerequisiteDirectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prerequisites := rapid.IntRange(1, 8).Draw(t, "prerequisites")
		capacity := rapid.IntRange(0, 4).Draw(t, "capacity")
		spec := churn()
		spec.Compute = rapid.SampledFrom(modelspec.ComputeKinds).Draw(t, "compute")
		spec.Route.By = rapid.SampledFrom(modelspec.Bys).Draw(t, "by")
		if rapid.Bool().Draw(t, "canary") {
			spec.Canary.Image = "acme/canary:1"
		}
		recording := run(t, args(spec), prerequisites, capacity)
		needs := recording.OfType("test:index:Prerequisite")
		require.Len(t, needs, prerequisites)
		require.Len(t, recording.OfType(ingressType), len(spec.Entrances("example.com")))
		for _, ingress := range recording.OfType(ingressType) {
			for _, need := range append(needs, recording.OfType("test:index:LoadBalancer")...) {
				require.True(t, ingress.DependsDirectly(need.URN), "%s does not depend on %s", ingress.Name, need.Name)
			}
		}
		for _, deployment := range recording.OfType(deploymentType) {
			for _, need := range needs {
				require.Equal(t, capacity == 0, deployment.DependsDirectly(need.URN), "without capacity of its own, %s depends on %s", deployment.Name,
					need.Name)
			}
			for _, need := range recording.OfType("test:index:Capacity") {
				require.True(t, deployment.DependsDirectly(need.URN), "%s does not depend on %s", deployment.Name, need.Name)
			}
		}
	})
}

func TestIngressGoesBeforeThePods(t *testing.T) {
	recording := run(t, args(churn()), 1, 0)
	ingress := recording.Find(t, ingressType, "churn-ingress")
	deployment := recording.Find(t, deploymentType, "churn-deployment")
	require.True(t, ingress.DependsDirectly(deployment.URN))
	require.True(t, ingress.DependsDirectly(recording.Find(t, serviceType, "churn-service").URN))
	require.True(t, recording.Find(t, autoscalerType, "churn-autoscaler").DependsDirectly(deployment.URN))
	require.True(t, deployment.DependsDirectly(recording.Find(t, accountType, "churn-account").URN))
}

func TestAutoscalerOwnsTheReplicas(t *testing.T) {
	recording := run(t, args(churn()), 1, 0)
	require.Nil(t, recording.Find(t, deploymentType, "churn-deployment").Input("spec.replicas"))
	autoscaler := recording.Find(t, autoscalerType, "churn-autoscaler")
	require.Equal(t, 2.0, autoscaler.Input("spec.minReplicas"))
	require.Equal(t, 5.0, autoscaler.Input("spec.maxReplicas"))
}

func TestComputeIsALabelOfThePodOnly(t *testing.T) {
	for _, compute := range modelspec.ComputeKinds {
		spec := churn()
		spec.Compute = compute
		deployment := run(t, args(spec), 1, 0).Find(t, deploymentType, "churn-deployment")
		require.Equal(t, compute, deployment.Input(`spec.template.metadata.labels["modelway.dev/compute"]`))
		require.Nil(t, deployment.Input(`spec.selector.matchLabels["modelway.dev/compute"]`), "a selector cannot change")
	}
}

func TestSelectorsAgree(t *testing.T) {
	recording := run(t, args(churn()), 1, 0)
	deployment := recording.Find(t, deploymentType, "churn-deployment")
	selector := deployment.Input("spec.selector.matchLabels")
	require.Equal(t, selector, recording.Find(t, serviceType, "churn-service").Input("spec.selector"))
	require.Equal(t, selector, recording.Find(t, budgetType, "churn-budget").Input("spec.selector.matchLabels"))
	pod := deployment.Input("spec.template.metadata.labels").(map[string]any)
	for key, value := range selector.(map[string]any) {
		require.Equal(t, value, pod[key], "the pods carry %s", key)
	}
}

func TestModelWithStorageGolden(t *testing.T) {
	recording := runWithStorage(t)
	account := recording.Find(t, accountType, "churn-account")
	recorder.GoldenJSON(t, filepath.Join("testdata", "storage-account.golden.json"), account.Inputs.Mappable())
	deployment := recording.Find(t, deploymentType, "churn-deployment")
	recorder.GoldenJSON(t, filepath.Join("testdata", "storage-deployment.golden.json"), deployment.Inputs.Mappable())
	component := recording.Find(t, model.Token, "churn")
	require.Equal(t, "arn:aws:iam::123456789012:role/churn", component.Input("roleArn"))
	require.Equal(t, "s3://models/churn/", component.Input("storeUri"))
}

// Without the whole role a new pod gets no credentials, and it never asks again.
func TestPodsStartAfterTheirRoleIsReady(t *testing.T) {
	recording := runWithStorage(t)
	deployment := recording.Find(t, deploymentType, "churn-deployment")
	needs := append(recording.OfType("test:index:Role"), recording.OfType("test:index:Prerequisite")...)
	require.Len(t, needs, 3)
	for _, need := range needs {
		require.True(t, deployment.DependsDirectly(need.URN), "the Deployment does not depend on %s", need.Name)
	}
}

func TestModelWithoutRoleHasNone(t *testing.T) {
	recording := run(t, args(churn()), 1, 0)
	require.Nil(t, recording.Find(t, accountType, "churn-account").Input("metadata.annotations"))
	require.NotContains(t, fmt.Sprint(recording.Find(t, deploymentType, "churn-deployment").Input("spec.template")), model.StoreUriVariable)
}

func TestIngressAsksForTheTokensOfTheLoadBalancer(t *testing.T) {
	const tokens = `{"jwksEndpoint":"https://login.example.com/keys","issuer":"https://login.example.com/"}`
	protected := args(churn())
	protected.Routes[0].JwtValidation = tokens
	const path = `metadata.annotations["alb.ingress.kubernetes.io/jwt-validation"]`
	require.Equal(t, tokens, run(t, protected, 1, 0).Find(t, ingressType, "churn-ingress").Input(path))
	require.Nil(t, run(t, args(churn()), 1, 0).Find(t, ingressType, "churn-ingress").Input(path))
}

func TestStoreUriIsThePlatforms(t *testing.T) {
	spec := churn()
	spec.Env[model.StoreUriVariable] = "s3://other/"
	stored := args(spec)
	stored.StoreUri = pulumi.String("s3://models/churn/")
	_, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		if err := standIn(ctx, stored, 1, 0, 0); err != nil {
			return err
		}
		_, err := model.NewModel(ctx, "churn", stored)
		return err
	})
	require.ErrorContains(t, err, `checking model "churn": Model.Env has MODEL_STORE_URI while StoreUri is set: remove it from the model's env`)
}

func TestFaultsAreReportedTogether(t *testing.T) {
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := model.NewModel(ctx, "churn", &model.ModelArgs{
			Model: modelspec.Model{Scaling: modelspec.Scaling{Metric: modelspec.MetricRequests}}, Routes: make([]model.RouteArgs, 2),
		})
		return err
	})
	for _, want := range []string{`model "churn"`, "Model.Name", "Model.Image", "Namespace", "RequestMetric", "Prerequisites",
		"Routes[0].Entrance.Host", "Routes[1].Entrance.Host", "Routes[0].ClassName", "Routes[0].ListenPorts", "Routes[0].SubnetCidrs",
		"Routes[0].LoadBalancer"} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, recording.OfType(model.Token), "nothing is registered")
}

func TestNamespace(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := model.NewNamespace(ctx, "models", &model.NamespaceArgs{Name: "models"})
		return err
	})
	got := recording.Find(t, "kubernetes:core/v1:Namespace", "models-namespace")
	require.Equal(t, recording.Find(t, model.NamespaceToken, "models").URN, got.Parent)
	require.Equal(t, "models", got.Input("metadata.name"))
	require.Equal(t, map[string]any{
		"app.kubernetes.io/part-of":                  "modelway",
		"elbv2.k8s.aws/pod-readiness-gate-inject":    "enabled",
		"pod-security.kubernetes.io/enforce":         "restricted",
		"pod-security.kubernetes.io/enforce-version": "latest",
	}, got.Input("metadata.labels"))
	_, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := model.NewNamespace(ctx, "models", &model.NamespaceArgs{})
		return err
	})
	require.ErrorContains(t, err, "NamespaceArgs.Name is required")
}

func churn() modelspec.Model {
	spec := modelspec.Default()
	spec.Name = "churn"
	spec.Image = "ghcr.io/modelway/model-server:0.1.0"
	spec.Replicas = modelspec.Replicas{Min: 2, Max: 5}
	spec.Env = map[string]string{"PORT": "8080", "MODEL_NAME": "churn"}
	return spec
}

// args describe the model behind a load balancer; run adds what it depends on.
func args(spec modelspec.Model) *model.ModelArgs {
	made := &model.ModelArgs{Model: spec, Namespace: pulumi.String("models")}
	for _, entrance := range spec.Entrances("example.com") {
		made.Routes = append(made.Routes, model.RouteArgs{
			Entrance: entrance, ClassName: pulumi.String("public"), ListenPorts: `[{"HTTP":80}]`, SubnetCidrs: []string{"10.0.0.0/24",
				"10.0.1.0/24"},
		})
	}
	return made
}

func run(t recorder.TB, args *model.ModelArgs, prerequisites, capacity int) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		if err := standIn(ctx, args, prerequisites, capacity, 0); err != nil {
			return err
		}
		_, err := model.NewModel(ctx, "churn", args)
		return err
	})
}

func standIn(ctx *pulumi.Context, args *model.ModelArgs, prerequisites, capacity, roles int) (err error) {
	for _, kind := range []struct {
		name   string
		count  int
		target *[]pulumi.Resource
	}{{"Prerequisite", prerequisites, &args.Prerequisites}, {"Capacity", capacity, &args.Capacity}, {"Role", roles, &args.RoleReady}} {
		if *kind.target, err = recorder.StandIns(ctx, kind.name, kind.count); err != nil {
			return err
		}
	}
	balancer, err := recorder.StandIns(ctx, "LoadBalancer", 3)
	for i := range args.Routes {
		args.Routes[i].LoadBalancer = balancer
	}
	return err
}

func runWithStorage(t recorder.TB) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		spec := churn()
		spec.Storage = modelspec.StorageRead
		stored := args(spec)
		if err := standIn(ctx, stored, 1, 0, 2); err != nil {
			return err
		}
		stored.RoleArn = pulumi.String("arn:aws:iam::123456789012:role/churn")
		stored.StoreUri = pulumi.String("s3://models/churn/")
		_, err := model.NewModel(ctx, "churn", stored)
		return err
	})
}
