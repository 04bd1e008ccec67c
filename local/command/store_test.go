package command

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/identity"
	"github.com/modelway/modelway/local/store"
	"github.com/modelway/modelway/local/testcluster"
)

// TestStore puts a model's files into the store of a stack, and downloads them with the rights of the pods of two models: the program has
// given one of them a role for its own folder.
func TestStore(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "storage-initializer")
	c := newCheckout(t)
	edit(t, c, "Pulumi.local.yaml", "config:\n", "config:\n  modelway:modelStore: {enabled: true}\n")
	edit(t, c, "models/churn.yaml", "name: churn\n", "name: churn\nstorage: read\n")
	s := startIn(t, c)
	_, outs := s.up()
	address := "s3://" + outs[outputs.ModelStore].Value.(string) + "/churn/1/"
	files := filepath.Join(t.TempDir(), "churn")
	require.NoError(t, os.MkdirAll(files, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(files, "model.json"), []byte(`{"name": "churn"}`), 0o644))
	block := s.modelway("store", "put", files, address, "--local")
	require.Contains(t, block, "uri: "+address+"\n")
	digest := strings.TrimSpace(s.modelway("store", "digest", files))
	require.Contains(t, block, "digest: "+digest+"\n")
	require.FileExists(t, filepath.Join(c.State("store"), outs[outputs.ModelStore].Value.(string), "churn", "1", "model.json"))

	got := t.TempDir()
	out, err := s.initialize("churn", address, got, digest)
	require.NoError(t, err, out)
	content, err := os.ReadFile(filepath.Join(got, "model.json"))
	require.NoError(t, err)
	require.JSONEq(t, `{"name": "churn"}`, string(content))

	out, err = s.initialize("churn", strings.Replace(address, "/churn/", "/fraud/", 1), t.TempDir(), digest)
	require.Error(t, err)
	require.Contains(t, out, "no right to s3:ListBucket on bucket")
	out, err = s.initialize("recommender", address, t.TempDir(), digest)
	require.Error(t, err)
	require.Contains(t, out, "there are no AWS credentials: give the service account a role", "it has no role")

	require.NoError(t, s.destroy(), "forceDestroy takes the objects, too")
	account, err := aws.Open(c.Account())
	require.NoError(t, err)
	state, err := account.Snapshot()
	require.NoError(t, err)
	require.Empty(t, state.List(aws.BucketV2))
}

// modelway runs the command line program in the checkout.
func (s *stack) modelway(args ...string) string {
	s.t.Helper()
	command := exec.Command(filepath.Join(s.c.Bin(), "modelway"), args...)
	command.Dir = s.c.Root
	var notes strings.Builder
	command.Stderr = &notes
	out, err := command.Output()
	require.NoError(s.t, err, notes.String())
	return string(out)
}

// initialize runs the storage initializer as a container of a model's pod, with nothing but the variables and the token that the pod gets.
func (s *stack) initialize(model, address, into, digest string) (out string, err error) {
	s.t.Helper()
	client, err := s.status.Client()
	require.NoError(s.t, err)
	ctx, namespace := context.Background(), "models"
	serviceAccount, err := client.CoreV1().ServiceAccounts(namespace).Get(ctx, model, metav1.GetOptions{})
	require.NoError(s.t, err)
	account, err := aws.Open(s.c.Account())
	require.NoError(s.t, err)
	state, err := account.Snapshot()
	require.NoError(s.t, err)
	connection, err := localstore.Read(s.c.Root)
	require.NoError(s.t, err)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace},
		Spec:       corev1.PodSpec{ServiceAccountName: model, Containers: []corev1.Container{{Name: "storage-initializer"}}},
	}
	pod = identity.Inject(pod, serviceAccount.Annotations, state, store.EndpointsAt(connection.Endpoint))

	command := exec.Command(filepath.Join(s.c.Bin(), "storage-initializer"), address, into)
	command.Env = []string{"ARTIFACT_DIGEST=" + digest, "HOME=" + s.t.TempDir()}
	for _, variable := range pod.Spec.Containers[0].Env {
		value := variable.Value
		if strings.HasSuffix(variable.Name, "_TOKEN_FILE") {
			projected := pod.Spec.Volumes[0].Projected.Sources[0].ServiceAccountToken
			made, err := client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, model, &authenticationv1.TokenRequest{
				Spec: authenticationv1.TokenRequestSpec{Audiences: []string{projected.Audience}, ExpirationSeconds: projected.ExpirationSeconds},
			}, metav1.CreateOptions{})
			require.NoError(s.t, err)
			value = filepath.Join(s.t.TempDir(), "token")
			require.NoError(s.t, os.WriteFile(value, []byte(made.Status.Token), 0o600))
		}
		command.Env = append(command.Env, variable.Name+"="+value)
	}
	text, err := command.CombinedOutput()
	return string(text), err
}
