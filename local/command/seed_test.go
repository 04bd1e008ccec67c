package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/engine"
)

// TestSeedOfAnExample requires everything that the example refers to, and nothing that counts as left over.
func TestSeedOfAnExample(t *testing.T) {
	p := engine.Project{Root: filepath.Join(repository(t).Root, "examples", "configurations"), Stack: "existing-vpc",
		Env: map[string]string{aws.EnvState: filepath.Join(t.TempDir(), "account.json")}}
	require.NoError(t, seed(p))
	require.NoError(t, seed(p), "a second time it is all there")
	account, err := aws.Open(p.Env[aws.EnvState])
	require.NoError(t, err)
	require.NoError(t, account.View(func(s *aws.State) error {
		require.NotNil(t, s.Get(aws.Vpc, "vpc-0a1b2c3d4e5f60718"))
		private, public := s.Get(aws.Subnet, "subnet-0a1b2c3d4e5f60001"), s.Get(aws.Subnet, "subnet-0a1b2c3d4e5f60013")
		require.Equal(t, map[string]any{"kubernetes.io/role/internal-elb": "1", "kubernetes.io/cluster/modelway-existing-vpc": "shared"},
			private.Inputs["tags"])
		require.Equal(t, map[string]any{"kubernetes.io/role/elb": "1", "kubernetes.io/cluster/modelway-existing-vpc": "shared"},
			public.Inputs["tags"])
		require.Equal(t, "company.com", s.Get(aws.Zone, "Z08345672CD1EXAMPLE").String("name"))
		require.NotNil(t, s.Get(aws.LogGroup, "/aws/eks/modelway-existing-vpc/cluster"))
		require.True(t, s.Empty())
		return nil
	}))
}

func TestSeedOfOtherSettings(t *testing.T) {
	p := engine.Project{Root: t.TempDir(), Stack: "x", Env: map[string]string{aws.EnvState: filepath.Join(t.TempDir(), "account.json")}}
	require.NoError(t, seed(p), "the engine reports that there are no settings")
	write := func(text string) {
		require.NoError(t, os.WriteFile(filepath.Join(p.Root, "Pulumi.x.yaml"), []byte(text), 0o644))
	}
	write("config:\n  modelway:cluster: {adoptLogGroups: true}\n")
	require.NoError(t, seed(p), "the program reports the fault")
	require.NoFileExists(t, p.Env[aws.EnvState])
	write("config: [")
	require.ErrorContains(t, seed(p), "reading the settings of stack x")
}

func TestSeedOfABucket(t *testing.T) {
	require.Equal(t, []string{"our-models"}, existing(config.Config{ModelStore: config.ModelStore{Enabled: true,
		ExistingBucket: "our-models"}}).Buckets)
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, account.Update(func(s *aws.State) error { return s.Seed(aws.Existing{Buckets: []string{"our-models"}}) }))
	}
	state, err := account.Snapshot()
	require.NoError(t, err)
	require.Equal(t, "arn:aws:s3:::our-models", state.Get(aws.BucketV2, "our-models").String("arn"))
	require.True(t, state.Empty())
}

// TestSeedOfBucketsOfModels has buckets that nothing but a model's file names, and such a file with a fault.
func TestSeedOfBucketsOfModels(t *testing.T) {
	c := kserveCheckout(t, enabled)
	for name, text := range map[string]string{"churn": fileModel + "canary: {model: {uri: 's3://others/churn/2/', digest: 'sha256:" +
		strings.Repeat("1", 64) + "'}}\n", "faulty": "name: faulty\nmodel: {format: sklearn, uri: 's3://faulty/1'}\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(c.Root, "models", name+".yaml"), []byte(text), 0o644))
	}
	p := engine.Project{Root: c.Root, Stack: localStack, Env: map[string]string{aws.EnvState: filepath.Join(t.TempDir(), "account.json")}}
	require.NoError(t, seed(p))
	account, err := aws.Open(p.Env[aws.EnvState])
	require.NoError(t, err)
	state, err := account.Snapshot()
	require.NoError(t, err)
	var names []string
	for _, bucket := range state.List(aws.BucketV2) {
		names = append(names, bucket.ID)
	}
	require.ElementsMatch(t, []string{"models", "others"}, names)
}

func TestParent(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"company.com", "company.com", "company.com"},
		{"models.company.com", "company.com", "company.com"},
		{"company.com", "models.company.com", "company.com"},
		{"a.company.com", "b.company.com", "company.com"},
		{"a.com", "b.org", "com"},
	} {
		require.Equal(t, c.want, parent(c.a, c.b), "%+v", c)
	}
}
