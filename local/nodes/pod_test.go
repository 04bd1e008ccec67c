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
	"strconv"
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
	"github.com/modelway/modelway/local/kubelet"
)

// oneNode runs nodes on an account with one instance, and returns what reaches the API server.
func oneNode(t *testing.T) (*fake.Clientset, *aws.Account) {
	binary := filepath.Join(t.TempDir(), "server")
	output, err := exec.Command("go", "build", "-o", binary, "./testdata/server").CombinedOutput()
	require.NoError(t, err, string(output))
	account := testAccount(t)
	edit(t, account, func(s *aws.State) {
		put(s, aws.NodeGroup, "c:general", aws.Properties{"clusterName": "c", "nodeGroupName": "general", "capacityType": "ON_DEMAND",
			"instanceTypes": []any{"m7g.xlarge"}, "amiType": "AL2023_ARM_64_STANDARD"})
		s.Interfaces["eni-1"] = &aws.Interface{ID: "eni-1", SubnetID: "subnet-b", PrivateIP: "10.97.2.201",
			Description: "aws-K8S-i-0123456789abcdef0", Owner: aws.NodeGroup + " c:general"}
	})
	client := fake.NewClientset()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Config{Account: account, LogDir: t.TempDir(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), PodDir: t.TempDir(),
			Programs: kubelet.Table{"example.com/model": {Command: []string{binary}}}}.run(ctx, client)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	eventually(t, "a node", func() bool {
		_, err := client.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
		return err == nil
	})
	return client, account
}

const nodeName = "ip-10-97-2-201.us-east-1.compute.internal"

// onNode returns the pod as the scheduler leaves it.
func onNode(pod *corev1.Pod) *corev1.Pod {
	pod.Namespace, pod.UID, pod.Spec.NodeName, pod.Spec.RestartPolicy = "models", types.UID("1"), nodeName, corev1.RestartPolicyAlways
	pod.Spec.Containers[0].ReadinessProbe.HTTPGet.Scheme = corev1.URISchemeHTTP
	return pod
}

// TestPodOnANode follows a model's process from its start to its graceful end, without an API server.
func TestPodOnANode(t *testing.T) {
	client, account := oneNode(t)
	ctx := t.Context()
	node, err := client.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, "aws:///us-east-1b/i-0123456789abcdef0", node.Spec.ProviderID)
	require.Equal(t, "arm64", node.Labels[corev1.LabelArchStable])
	require.Equal(t, "general", node.Labels["eks.amazonaws.com/nodegroup"])
	eventually(t, "a heartbeat", func() bool {
		return slices.ContainsFunc(client.Actions(), func(action clienttesting.Action) bool {
			return action.Matches("patch", "nodes") && action.GetSubresource() == "status"
		})
	})

	pods := client.CoreV1().Pods("models")
	pod := onNode(modelPod("churn", "example.com/model@sha256:0123"))
	_, err = pods.Create(ctx, pod, metav1.CreateOptions{})
	require.NoError(t, err)
	eventually(t, "readiness", func() bool {
		pod, err = pods.Get(ctx, "churn", metav1.GetOptions{})
		require.NoError(t, err)
		return conditionTrue(pod.Status, corev1.PodReady)
	})
	require.Equal(t, corev1.PodRunning, pod.Status.Phase)
	base := "http://" + net.JoinHostPort(kubelet.Loopback(pod.Status.PodIP), "8080")
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

// TestTermination requires a pod that is deleted to answer through its preStop hook, to receive SIGTERM then, and, since it does not obey,
// to answer until it is killed at the end of its grace period. The bounds are lower ones: everything may be late.
func TestTermination(t *testing.T) {
	client, _ := oneNode(t)
	pods, ctx := client.CoreV1().Pods("models"), t.Context()
	pod := onNode(modelPod("churn", "example.com/model:1"))
	pod.Spec.TerminationGracePeriodSeconds = new(int64(3))
	pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
	pod.Spec.Containers[0].Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 1}}}
	_, err := pods.Create(ctx, pod, metav1.CreateOptions{})
	require.NoError(t, err)
	eventually(t, "readiness", func() bool {
		pod, err = pods.Get(ctx, "churn", metav1.GetOptions{})
		require.NoError(t, err)
		return conditionTrue(pod.Status, corev1.PodReady)
	})

	deleted := time.Now()
	pod.DeletionTimestamp = &metav1.Time{Time: deleted.Add(3 * time.Second)}
	_, err = pods.Update(ctx, pod, metav1.UpdateOptions{})
	require.NoError(t, err)
	var terminated, answered time.Time
	eventually(t, "the end of the process", func() bool {
		response, err := http.Get("http://" + net.JoinHostPort(kubelet.Loopback(pod.Status.PodIP), "8080") + "/term")
		if err != nil {
			return true
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		answered = time.Now()
		if at, _ := strconv.ParseInt(string(body), 10, 64); at > 0 {
			terminated = time.Unix(0, at)
		}
		return false
	})
	require.False(t, terminated.IsZero(), "it receives SIGTERM")
	require.GreaterOrEqual(t, terminated.Sub(deleted), time.Second, "after the preStop hook")
	require.Greater(t, answered.Sub(terminated), time.Second, "and answers for what is left of the grace period, 2 s")
	eventually(t, "deletion", func() bool {
		_, err := pods.Get(ctx, "churn", metav1.GetOptions{})
		return err != nil
	})
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
	require.Equal(t, "127.0.3.4", kubelet.Loopback("10.0.3.4"))
	require.True(t, strings.HasPrefix(ownerOf(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "controller-1", UID: "u"}}),
		InterfaceOwner("n", "controller-")))
}
