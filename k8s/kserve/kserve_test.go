package kserve_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	names "github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/kserve"
)

const (
	object = "kubernetes:serving.kserve.io/v1alpha1:"
	mirror = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
)

func run(t *testing.T, args *kserve.ServingArgs) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		var err error
		if args.DependsOn, err = recorder.StandIns(ctx, "Need", 2); err != nil {
			return err
		}
		_, err = kserve.NewServing(ctx, "k", args)
		return err
	})
}

func TestObjectGoldens(t *testing.T) {
	recording := run(t, &kserve.ServingArgs{Region: "us-east-1"})
	for _, child := range recording.Children(recording.Find(t, kserve.Token, "k").URN) {
		recorder.GoldenJSON(t, filepath.Join("testdata", child.Name+".golden.json"), child.Inputs.Mappable())
	}
}

// TestEveryFormatHasItsRuntime wants a runtime of the platform for each format that names one of its own.
func TestEveryFormatHasItsRuntime(t *testing.T) {
	recording := run(t, &kserve.ServingArgs{Region: "us-east-1"})
	served := map[string]any{}
	for _, runtime := range recording.OfType(object + "ClusterServingRuntime") {
		served[runtime.Input("metadata.name").(string)] = runtime.Input("spec.supportedModelFormats[0].name")
	}
	require.Len(t, served, 2)
	for _, format := range names.Formats {
		if own, is := served[format.Runtime]; is {
			require.Equal(t, format.Name, own)
			continue
		}
		require.Contains(t, []string{"kserve-sklearnserver", "kserve-xgbserver", "kserve-lgbserver"}, format.Runtime, "KServe's chart has it")
	}
}

func TestImagesComeFromTheMirror(t *testing.T) {
	recording := run(t, &kserve.ServingArgs{Region: "us-east-1", ImageMirror: mirror})
	require.Equal(t, mirror+"/modelway/storage-initializer:0.1.0", recording.Find(t, object+"ClusterStorageContainer",
		"k-storage-container").Input("spec.container.image"))
	for _, runtime := range recording.OfType(object + "ClusterServingRuntime") {
		require.Regexp(t, "^"+mirror+"/modelway/", runtime.Input("spec.containers[0].image"))
	}
}

func TestObjectsGoBeforeTheReleases(t *testing.T) {
	recording := run(t, &kserve.ServingArgs{Region: "us-east-1"})
	children := recording.Children(recording.Find(t, kserve.Token, "k").URN)
	require.Len(t, children, 5)
	for _, child := range children {
		for _, need := range recording.OfType("test:index:Need") {
			require.True(t, child.DependsDirectly(need.URN), "%s outlives %s", child.Name, need.Name)
		}
	}
}

// TestTheConfigurationIsLaidAgainOverEachRevision has Helm write KServe's ConfigMap once more.
func TestTheConfigurationIsLaidAgainOverEachRevision(t *testing.T) {
	laid := map[any]bool{}
	for _, revision := range []string{"1", "2"} {
		recording := run(t, &kserve.ServingArgs{Region: "us-east-1", Unpropagated: []string{"argocd.argoproj.io/tracking-id"},
			Revision: pulumi.String(revision)})
		patch := recording.Find(t, "kubernetes:core/v1:ConfigMapPatch", "k-configuration")
		require.Contains(t, patch.Input("data.inferenceService"), "argocd.argoproj.io/tracking-id")
		metadata := patch.Inputs.Mappable()["metadata"].(map[string]any)
		laid[metadata["annotations"].(map[string]any)["modelway.dev/helm-revision"]] = true
	}
	require.Len(t, laid, 2)
}

func TestFaults(t *testing.T) {
	for _, args := range []*kserve.ServingArgs{nil, {ImageMirror: "https://mirror", Unpropagated: []string{"a"}}} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := kserve.NewServing(ctx, "k", args)
			return err
		})
		if args == nil {
			require.ErrorContains(t, err, "ServingArgs are required")
		} else {
			require.ErrorContains(t, err, "ServingArgs.Region is empty: name the region of the buckets, such as us-east-1")
			require.ErrorContains(t, err, "ServingArgs.DependsOn is empty: name the releases of KServe")
			require.ErrorContains(t, err, "ServingArgs.Revision is missing")
			require.ErrorContains(t, err, `ImageMirror is "https://mirror": not the address of a container registry`)
		}
		require.Empty(t, recording.OfType(kserve.Token), "nothing is registered")
	}
}
