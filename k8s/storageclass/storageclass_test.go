package storageclass_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/storageclass"
)

func TestClassGolden(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		needs, err := recorder.StandIns(ctx, "Need", 1)
		if err != nil {
			return err
		}
		_, err = storageclass.NewClass(ctx, "s", &storageclass.ClassArgs{Name: "modelway-gp3", ClusterName: "modelway-prod", DependsOn: needs})
		return err
	})
	class := recording.Find(t, "kubernetes:storage.k8s.io/v1:StorageClass", "s-class")
	recorder.GoldenJSON(t, filepath.Join("testdata", "class.golden.json"), class.Inputs.Mappable())
	require.True(t, class.DependsDirectly(recording.OfType("test:index:Need")[0].URN), "the driver deletes the volumes")
}

func TestNamesAreRequired(t *testing.T) {
	for _, args := range []*storageclass.ClassArgs{nil, {Name: "a"}, {ClusterName: "b"}} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := storageclass.NewClass(ctx, "s", args)
			return err
		})
		require.ErrorContains(t, err, "ClassArgs.Name and ClassArgs.ClusterName are required")
		require.Empty(t, recording.Resources, "nothing is registered")
	}
}
