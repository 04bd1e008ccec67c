package main

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
)

const (
	keyType        = "aws:kms/key:Key"
	aliasType      = "aws:kms/alias:Alias"
	bucketType     = "aws:s3/bucketV2:BucketV2"
	versioningType = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	encryptionType = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
)

func TestWhatIsRegistered(t *testing.T) {
	recorder.Golden(t, filepath.Join("testdata", "urns.golden"), run(t, nil).URNLines())
}

func TestStateIsVersionedAndEncryptedWithTheKey(t *testing.T) {
	recording := run(t, nil)
	require.Equal(t, "Enabled", recording.Find(t, versioningType, "modelway-state-versioning").Input("versioningConfiguration.status"))
	key := recording.Find(t, keyType, "state-key")
	require.Equal(t, true, key.Input("enableKeyRotation"))
	encryption := recording.Find(t, encryptionType, "modelway-state-encryption")
	require.Equal(t, key.Outputs["arn"].StringValue(), encryption.Input("rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId"))
}

func TestOutputsAreWhatPulumiLogsInWith(t *testing.T) {
	recording := run(t, nil)
	bucket := recording.Find(t, bucketType, "modelway-state-bucket").ID
	require.Equal(t, "s3://"+bucket+"?region=eu-central-1", recording.Outputs["backendUrl"].StringValue())
	require.Equal(t, "awskms://alias/modelway-state?region=eu-central-1", recording.Outputs["secretsProvider"].StringValue())
}

func TestNothingIsDeletedUnlessRemovable(t *testing.T) {
	for _, removable := range []bool{false, true} {
		config := map[string]string{}
		if removable {
			config["modelway:removable"] = "true"
		}
		recording := run(t, config)
		for _, resource := range recording.Resources {
			require.Equal(t, !removable, resource.Protect, resource.Name)
			require.Equal(t, !removable, resource.RetainOnDelete, resource.Name)
		}
		require.Len(t, recording.OfType(aliasType), 1)
		require.Equal(t, removable, recording.Find(t, bucketType, "modelway-state-bucket").Input("forceDestroy"))
	}
}

func TestRegionIsRequired(t *testing.T) {
	_, err := recorder.RunErr(program)
	require.ErrorContains(t, err, "aws:region")
}

func run(t *testing.T, config map[string]string) *recorder.Recording {
	if config == nil {
		config = map[string]string{}
	}
	config["aws:region"] = "eu-central-1"
	return recorder.Run(t, func(ctx *pulumi.Context) error { return program(ctx) }, recorder.WithConfig(config))
}
