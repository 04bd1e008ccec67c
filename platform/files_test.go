package platform

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
)

// tryKServe adds a row that stands in for those of KServe, where there are none, until restore is called.
func tryKServe() (restore func()) {
	if slices.ContainsFunc(addons.All(), func(row addons.Helm) bool { return row.Setting == kserve.Setting }) {
		return func() {}
	}
	row := sample()
	row.Key, row.Title, row.Setting, row.When, row.ServiceAccount, row.Policy = "kserve", "KServe", kserve.Setting, nil, "", nil
	row.Chart.Name, row.Chart.Namespace = "kserve-resources", kserve.Namespace
	row.Workloads[0].Namespace, row.Workloads[0].ReadsModels = kserve.Namespace, false
	return addons.Try(row)
}

// filesOf are files of a model of a name.
func filesOf(name string) modelspec.Files {
	return modelspec.Files{Format: "sklearn", URI: "s3://acme-models/" + name + "/3/", Digest: "sha256:" + strings.Repeat("0a", 32)}
}

// filesArgs are a platform with a model with files and a canary on the compute.
func filesArgs(kind, storage string) *PlatformArgs {
	cfg := config.Defaults("test", recorder.DefaultRegion)
	cfg.Cluster.AdminRoleArns = []string{"arn:aws:iam::111122223333:role/admin"}
	cfg.Cluster.PublicAccessCidrs = []string{"203.0.113.0/24"}
	lb := config.DefaultLoadBalancer()
	lb.Domain = "example.com"
	cfg.LoadBalancers["public"], cfg.ModelStore.Enabled, cfg.KServe.Enabled = lb, true, true
	cfg.Compute.NodeGroups = []config.NodeGroup{compute.DefaultNodeGroup()}
	cfg.Compute.NodeGroups[0].Name, cfg.Compute.NodeGroups[0].InstanceTypes = "general", []string{"m6i.large"}
	m := modelspec.Default()
	m.Name, m.Files, m.Compute, m.Storage = "filed", filesOf("filed"), kind, storage
	m.Canary = modelspec.Canary{Files: modelspec.CanaryFiles{URI: "s3://acme-candidates/filed/4/", Digest: "sha256:" +
		strings.Repeat("0b", 32)}, Weight: 10}
	return &PlatformArgs{Config: cfg, Models: []modelspec.Model{m}}
}

// recordFiles runs a platform with a model with files.
func recordFiles(t *testing.T) *recorder.Recording {
	t.Helper()
	t.Cleanup(tryKServe())
	return recorder.Run(t, program(filesArgs(modelspec.ComputeFargate, modelspec.StorageNone)), withZones())
}

// On Fargate pods get the role by an annotation of their service account, on nodes by an association.
func TestFilesAreReadByARoleOfTheirOwn(t *testing.T) {
	t.Cleanup(tryKServe())
	for _, kind := range []string{modelspec.ComputeFargate, modelspec.ComputeNodes} {
		r := recorder.Run(t, program(filesArgs(kind, modelspec.StorageNone)), withZones())
		policy := r.Find(t, "aws:iam/policy:Policy", "modelway-filed-role-policy").Input("policy")
		for _, want := range []string{`"arn:aws:s3:::acme-models/filed/3/*"`, `"arn:aws:s3:::acme-candidates/filed/4/*"`,
			`"s3:prefix":"filed/3/*"`, `"s3:prefix":"filed/4/*"`} {
			require.Contains(t, policy, want)
		}
		require.NotContains(t, policy, "PutObject")
		arn := r.Find(t, "kubernetes:core/v1:ServiceAccount", "filed-account").Input(`metadata.annotations["eks.amazonaws.com/role-arn"]`)
		require.Equal(t, kind == modelspec.ComputeFargate, arn != nil)
		require.Len(t, r.OfType("aws:eks/podIdentityAssociation:PodIdentityAssociation"), map[string]int{modelspec.ComputeFargate: 0,
			modelspec.ComputeNodes: 1}[kind]+others(r))
	}
}

// others are the associations of what is no model.
func others(r *recorder.Recording) (count int) {
	for _, association := range r.OfType("aws:eks/podIdentityAssociation:PodIdentityAssociation") {
		if !strings.Contains(association.Name, "-filed-") {
			count++
		}
	}
	return count
}

// A model may have files and a folder of its own in the model store.
func TestFilesAndStorageAreOneRole(t *testing.T) {
	t.Cleanup(tryKServe())
	r := recorder.Run(t, program(filesArgs(modelspec.ComputeNodes, modelspec.StorageRead)), withZones())
	policy := r.Find(t, "aws:iam/policy:Policy", "modelway-filed-role-policy").Input("policy")
	require.Contains(t, policy, `"s3:prefix":"filed/*"`)
	require.Contains(t, policy, `"s3:prefix":"filed/3/*"`)
	service := r.Find(t, kserve.Type, "filed-inference-service")
	require.Equal(t, modelspec.EnvStoreURI, service.Input("spec.predictor.model.env[0].name"))
	require.Regexp(t, `^s3://modelway-test-.*/filed/$`, service.Input("spec.predictor.model.env[0].value"))
}

// The address of the model store is not known before it is made, and hides nothing else.
func TestAPreviewShowsWhichFilesAreServed(t *testing.T) {
	t.Cleanup(tryKServe())
	r := recorder.Run(t, program(filesArgs(modelspec.ComputeFargate, modelspec.StorageRead)), recorder.WithPreview(), withZones())
	service := r.Find(t, kserve.Type, "filed-inference-service")
	require.Equal(t, "s3://acme-models/filed/3/", service.Input("spec.predictor.model.storageUri"))
	require.Equal(t, modelspec.EnvStoreURI, service.Input("spec.predictor.model.env[0].name"))
}

func TestFilesAreRefusedWithoutKServe(t *testing.T) {
	args := filesArgs(modelspec.ComputeFargate, modelspec.StorageNone)
	args.Config.KServe.Enabled = false
	_, err := recorder.RunErr(program(args), withZones())
	require.ErrorContains(t, err, "set modelway:kserve.enabled to true, or give an image")
}

func TestKServeIsLetInWhereItIs(t *testing.T) {
	const name, token = "modelway-admission-inference-services", "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
	require.NotNil(t, recordFiles(t).Find(t, token, name))
	for _, policy := range recordStored(t).OfType(token) {
		require.NotEqual(t, name, policy.Name)
	}
}
