package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/modelspec"

	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/testcluster"
)

// TestTrainPromoteServeTrace goes the whole way on one stack: it trains with artifacts in the stack's S3, promotes through the gates, serves
// with KServe, which downloads the files, and traces answers back to their runs. A second version takes over as a canary, and the first is
// tried once more and rolled back, while clients ask all the time: no request fails, and each answer is of a version that should give it.
func TestTrainPromoteServeTrace(t *testing.T) {
	t.Parallel()
	if !whole(t) {
		t.Skip("TestChain goes this way with Argo CD, and TestCanary without it")
	}
	c := withKServe(t, trainable(t))
	testcluster.Build(t, "kserve-controller", "storage-initializer")
	edit(t, c, "Pulumi.local.yaml", "modelStore: {enabled: true}", "modelStore: {enabled: true, existingBucket: "+filesStore+"}")
	for _, other := range []string{"churn", "recommender"} {
		require.NoError(t, os.Remove(filepath.Join(c.Root, "models", other+".yaml")))
	}
	p := &promoted{stack: startIn(t, c)}
	p.url = fmt.Sprintf("http://api.localhost:%d/v1/models/fraud-detection:predict", p.port)
	p.succeed("up")

	require.Contains(t, p.train(15), "version      fraud-detection/1, champion\n")
	p.promote("fraud-detection@champion", "--bucket", filesStore, "--rate", "10", "--for", "5s")
	p.succeed("up")
	one := fraudDetection(t, c)
	p.requireTraced("1", one.Number(), one.Source)
	var answer struct{ Predictions []float64 }
	text, err := predict(t.Context(), p.url, sample.request)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
	require.InDelta(t, 0.92, answer.Predictions[0], 0.03, "the payment of the documents")

	clients := startLoad(t, p.url)
	require.Contains(t, p.train(16), "version      fraud-detection/2, ")
	p.promote("fraud-detection/2", "--weight", "50", "--rate", "10", "--for", "2s")
	p.succeed("up")
	p.promote("fraud-detection", "--finish")
	p.succeed("up")
	canary := fraudDetection(t, c).Canary
	p.requireTraced("2", canary.Number(), canary.Source)
	p.requireIngress(map[string]modelspec.Source{lineage.Annotation: one.Source, lineage.CanaryAnnotation: canary.Source})
	clients.only(t, canary.Number(), func() {
		for range 2 {
			p.promote("fraud-detection", "--settle")
			p.succeed("up")
		}
	})
	two := fraudDetection(t, c)
	require.Equal(t, []any{canary.Source, false}, []any{two.Source, two.Canary.Running()})

	p.promote("fraud-detection/1", "--weight", "50", "--rate", "10", "--for", "2s")
	p.succeed("up")
	p.promote("fraud-detection", "--rollback")
	p.succeed("up")
	clients.only(t, two.Number(), func() { p.requireTraced("2", two.Number(), two.Source) })
	clients.stop()
	t.Logf("answers by version: %v", clients.answers)
	require.Empty(t, clients.failures)

	p.overwrite(two.Files.URI)
	said, err := modelway(c, "trace")(p.url)
	var ended *exec.ExitError
	require.ErrorAs(t, err, &ended)
	require.Equal(t, 1, ended.ExitCode())
	require.Contains(t, said, "the chain of fraud-detection is broken:\nstore: the files have this digest, and the model's file "+two.Files.Digest)
	p.succeed("down")
	p.requireGone()
}

// promoted is a stack whose model comes from MLflow.
type promoted struct {
	*stack
	url string
}

// train trains a version with a seed, and returns what is said of it.
func (p *promoted) train(seed int) string {
	p.t.Helper()
	var said strings.Builder
	training := training{model: "fraud-detection", seed: seed, artifacts: "s3://" + filesStore + "/mlflow/"}
	require.NoError(p.t, training.run(p.t.Context(), &said, p.c), "%s", &said)
	return said.String()
}

// promote changes the model's file.
func (p *promoted) promote(args ...string) {
	p.t.Helper()
	out, err := modelway(p.c, "promote")(append(args, "--apply")...)
	require.NoError(p.t, err, out)
}

// requireTraced requires that answers lead back to a version of the registry: by their own header, and over each link. What serves says the
// same on its pods, and in its metrics.
func (p *promoted) requireTraced(version, number string, source modelspec.Source) {
	p.t.Helper()
	out, err := modelway(p.c, "trace")(p.url)
	require.NoError(p.t, err, out)
	require.Regexp(p.t, `(?m)^answer +`+number+`, which says fraud-detection/`+version+` +holds$`, out)
	require.Equal(p.t, 7, strings.Count(out, " holds"), out)
	require.Contains(p.t, out, head(p.t, p.c))

	client, err := p.status.Client()
	require.NoError(p.t, err)
	pods, err := client.CoreV1().Pods("models").List(p.t.Context(), metav1.ListOptions{LabelSelector: lineage.Run + "=" + source.Run})
	require.NoError(p.t, err)
	require.NotEmpty(p.t, pods.Items)
	for _, pod := range pods.Items {
		if pod.DeletionTimestamp != nil {
			continue // one of the canary, which may end at any time
		}
		require.Equal(p.t, version, pod.Labels[lineage.Version])
		answer, err := http.Get("http://" + net.JoinHostPort(kubelet.Loopback(pod.Status.PodIP), strconv.Itoa(kserve.Port)) + "/metrics")
		require.NoError(p.t, err)
		text, err := io.ReadAll(answer.Body)
		require.NoError(p.t, errors.Join(err, answer.Body.Close()))
		require.Regexp(p.t, `model_info\{artifact_digest="`+source.Digest+`",commit="`+source.Commit+`",.*run="`+source.Run+`"`, string(text))
	}
}

// requireIngress requires that the model's Ingress says where its versions come from.
func (p *promoted) requireIngress(want map[string]modelspec.Source) {
	p.t.Helper()
	client, err := p.status.Client()
	require.NoError(p.t, err)
	ingress, err := client.NetworkingV1().Ingresses("models").Get(p.t.Context(), "fraud-detection", metav1.GetOptions{})
	require.NoError(p.t, err)
	for key, source := range want {
		got, err := lineage.Parse(ingress.Annotations[key])
		require.NoError(p.t, err)
		require.Equal(p.t, source, got, key)
	}
}

// overwrite puts other bytes in the place of a file that is served.
func (p *promoted) overwrite(uri string) {
	p.t.Helper()
	file := filepath.Join(p.c.State("store"), filepath.FromSlash(strings.TrimPrefix(uri, "s3://")), "model.ubj")
	require.FileExists(p.t, file)
	require.NoError(p.t, os.WriteFile(file, []byte("other"), 0o644))
}
