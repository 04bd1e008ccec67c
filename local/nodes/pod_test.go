package nodes

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/local/aws"
)

// TestPodOnANode follows a model's process from its start to its graceful end, without an API server.
func TestPodOnANode(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "server")
	output, err := exec.Command("go", "build", "-o", binary, "./testdata/server").CombinedOutput()
	require.NoError(t, err, string(output))
	account := testAccount(t)
	edit(t, account, func(s *aws.State) {
		put(s, aws.NodeGroup, "c:general", aws.Properties{"clusterName": "c", "nodeGroupName": "general", "capacityType": "ON_DEMAND", "instanceTypes": []any{"m7g.xlarge"}, "amiType": "AL2023_ARM_64_STANDARD"})
		s.Interfaces["eni-1"] = &aws.Interface{ID: "eni-1", SubnetID: "subnet-b", PrivateIP: "10.97.2.201", Description: "aws-K8S-i-0123456789abcdef0", Owner: aws.NodeGroup + " c:general"}
	})
	client := fake.NewClientset()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Config{Account: account, LogDir: t.TempDir(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Binaries: map[string]string{"example.com/model": binary}}.run(ctx, client)
	}()
	defer func() {
		cancel()
		<-ended
	}()

	const nodeName = "ip-10-97-2-201.us-east-1.compute.internal"
	var node *corev1.Node
	eventually(t, "a node", func() bool {
		node, err = client.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
		return err == nil
	})
	require.Equal(t, "aws:///us-east-1b/i-0123456789abcdef0", node.Spec.ProviderID)
	require.Equal(t, "arm64", node.Labels[corev1.LabelArchStable])
	require.Equal(t, "general", node.Labels["eks.amazonaws.com/nodegroup"])
	eventually(t, "a heartbeat", func() bool {
		return slices.ContainsFunc(client.Actions(), func(action clienttesting.Action) bool {
			return action.Matches("patch", "nodes") && action.GetSubresource() == "status"
		})
	})

	pods := client.CoreV1().Pods("models")
	pod := modelPod("churn", "example.com/model@sha256:0123")
	pod.Namespace, pod.UID, pod.Spec.NodeName, pod.Spec.RestartPolicy = "models", types.UID("1"), nodeName, corev1.RestartPolicyAlways
	pod.Spec.Containers[0].ReadinessProbe.HTTPGet.Scheme = corev1.URISchemeHTTP
	_, err = pods.Create(ctx, pod, metav1.CreateOptions{})
	require.NoError(t, err)
	eventually(t, "readiness", func() bool {
		pod, err = pods.Get(ctx, "churn", metav1.GetOptions{})
		require.NoError(t, err)
		return conditionTrue(pod.Status, corev1.PodReady)
	})
	require.Equal(t, corev1.PodRunning, pod.Status.Phase)
	base := "http://" + net.JoinHostPort(Loopback(pod.Status.PodIP), "8080")
	require.Equal(t, "blue", read(t, base+"/env/COLOUR"))

	pod.DeletionTimestamp = &metav1.Time{Time: time.Now().Add(time.Hour)} // the grace is not waited for
	_, err = pods.Update(ctx, pod, metav1.UpdateOptions{})
	require.NoError(t, err)
	eventually(t, "deletion", func() bool {
		_, err := pods.Get(ctx, "churn", metav1.GetOptions{})
		return err != nil
	})
	_, err = http.Get(base + "/healthz")
	require.Error(t, err, "the process has ended")
	eventually(t, "release of the interface", func() bool { return len(interfaces(t, account)) == 1 })
}

func TestGlobPatternAgreesWithTheAccount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		glob := rapid.StringMatching(`[ab*?.-]{0,6}`).Draw(t, "glob")
		text := rapid.StringMatching(`[ab.-]{0,6}`).Draw(t, "text")
		want, err := path.Match(glob, text)
		require.NoError(t, err)
		require.Equal(t, want, regexp.MustCompile(globPattern(glob)).MatchString(text), "%s on %s", glob, text)
	})
}

func TestNames(t *testing.T) {
	for image, want := range map[string]string{
		"ghcr.io/modelway/model-server:0.1.0": "ghcr.io/modelway/model-server", "localhost:5000/a": "localhost:5000/a", "localhost:5000/a:1@sha256:00": "localhost:5000/a",
	} {
		require.Equal(t, want, repository(image))
	}
	require.Equal(t, "127.0.3.4", Loopback("10.0.3.4"))
	require.True(t, strings.HasPrefix(ownerOf(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "controller-1", UID: "u"}}), InterfaceOwner("n", "controller-")))
}
