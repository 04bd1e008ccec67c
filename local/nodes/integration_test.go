package nodes

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/controlplane"
	"github.com/modelway/modelway/local/kubelet"
)

// testAccount is an account with two subnets, made without the rules of AWS.
func testAccount(t testing.TB) *aws.Account {
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	edit(t, account, func(s *aws.State) {
		for index, zone := range []string{"a", "b"} {
			put(s, aws.Subnet, "subnet-"+zone, aws.Properties{"availabilityZone": "us-east-1" + zone, "cidrBlock": fmt.Sprintf("10.97.%d.0/24",
				index+1)})
		}
	})
	return account
}

func edit(t testing.TB, account *aws.Account, change func(*aws.State)) {
	require.NoError(t, account.Update(func(s *aws.State) error { change(s); return nil }))
}

func put(s *aws.State, kind, id string, inputs aws.Properties) {
	if s.Resources[kind] == nil {
		s.Resources[kind] = map[string]*aws.Resource{}
	}
	s.Resources[kind][id] = &aws.Resource{Type: kind, ID: id, Status: aws.Active, Inputs: inputs}
}

func interfaces(t *testing.T, account *aws.Account) (addresses []string) {
	require.NoError(t, account.View(func(s *aws.State) error {
		for _, attached := range s.Interfaces {
			addresses = append(addresses, attached.PrivateIP)
		}
		return nil
	}))
	return addresses
}

// TestAgainstAPIServer runs the nodes against an embedded control plane, whose programs are in MODELWAY_BIN or in .modelway/bin of this
// checkout.
func TestAgainstAPIServer(t *testing.T) {
	binaries := cmp.Or(os.Getenv("MODELWAY_BIN"), "../../.modelway/bin")
	require.FileExists(t, filepath.Join(binaries, "kube-apiserver"), "run make tools")
	plane, err := controlplane.Start(t.Context(), controlplane.Options{Dir: t.TempDir(), BinDir: binaries})
	require.NoError(t, err)
	t.Cleanup(plane.Stop)
	config, err := clientcmd.BuildConfigFromFlags("", plane.Kubeconfig)
	require.NoError(t, err)
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	binary := filepath.Join(t.TempDir(), "server")
	output, err := exec.Command("go", "build", "-o", binary, "./testdata/server").CombinedOutput()
	require.NoError(t, err, string(output))

	ctx, cancel := context.WithCancel(t.Context())
	t.Setenv("GOFLAGS", "-trimpath")
	account, logs, ended := testAccount(t), t.TempDir(), make(chan error)
	go func() {
		ended <- Run(ctx, Config{
			Client: config, Account: account, LogDir: logs, PodDir: t.TempDir(), Isolation: kubelet.Mounted, Programs: kubelet.Table{
				"example.com/model": {Command: []string{binary}}, "example.com/shell": {Command: []string{"/bin/sh"}},
				"example.com/absent": {Command: []string{"/usr/bin/absent"}},
			},
			Log: slog.New(slog.NewTextHandler(testWriter{t}, nil)),
		})
	}()
	defer func() {
		cancel()
		require.NoError(t, <-ended)
	}()

	edit(t, account, func(s *aws.State) {
		put(s, aws.NodeGroup, "c:general", aws.Properties{"clusterName": "c", "nodeGroupName": "general", "capacityType": "SPOT",
			"instanceTypes": []any{"m6i.large"},
			"labels":        map[string]any{"team": "ml"}, "taints": []any{map[string]any{"key": "dedicated", "value": "ml",
				"effect": "NO_SCHEDULE"}}})
		for index, zone := range []string{"a", "b"} {
			s.Interfaces["eni-"+zone] = &aws.Interface{ID: "eni-" + zone, SubnetID: "subnet-" + zone, PrivateIP: fmt.Sprintf("10.97.%d.200", index+
				1),
				Description: "aws-K8S-i-0000000000000000" + zone, Owner: aws.NodeGroup + " c:general"}
		}
		put(s, aws.FargateProfile, "c:models", aws.Properties{"clusterName": "c", "fargateProfileName": "models", "subnetIds": []any{"subnet-a",
			"subnet-b"},
			"selectors": []any{map[string]any{"namespace": "test-models*", "labels": map[string]any{"modelway.dev/compute": "farg?te"}}}})
	})
	namespace := fmt.Sprintf("test-models-%d", time.Now().UnixNano())
	_, err = client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		metav1.CreateOptions{})
	require.NoError(t, err)

	nodes := func() []corev1.Node {
		list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
		require.NoError(t, err)
		return list.Items
	}
	eventually(t, "four nodes without the not-ready taint", func() bool {
		ready := 0
		for _, node := range nodes() {
			if isReady(node) && len(node.Spec.Taints) == 1 {
				ready++
			}
		}
		return ready == 4
	})
	for _, node := range nodes() {
		require.Equal(t, "us-east-1", node.Labels[corev1.LabelTopologyRegion])
		if node.Labels[computeTypeLabel] == "" {
			require.Regexp(t, `^aws:///us-east-1[ab]/i-[0-9a-f]{17}$`, node.Spec.ProviderID)
			require.Equal(t, "ml", node.Labels["team"])
			require.Equal(t, "SPOT", node.Labels["eks.amazonaws.com/capacityType"])
			require.Equal(t, corev1.Taint{Key: "dedicated", Value: "ml", Effect: corev1.TaintEffectNoSchedule}, node.Spec.Taints[0])
		}
	}

	pods := client.CoreV1().Pods(namespace)
	get := func(name string) *corev1.Pod {
		pod, err := pods.Get(ctx, name, metav1.GetOptions{})
		require.NoError(t, err)
		return pod
	}
	podReady := func(name string) func() bool {
		return func() bool { return conditionTrue(get(name).Status, corev1.PodReady) }
	}
	// Admission takes effect a moment after the profile: a dry run tells when.
	eventually(t, "Fargate admission", func() bool {
		pod, err := pods.Create(ctx, modelPod("dry", "example.com/model:1"), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		require.NoError(t, err)
		return pod.Labels[fargateProfileLabel] == "models"
	})

	t.Run("a sample model runs as a process on Fargate", func(t *testing.T) {
		_, err := pods.Create(ctx, modelPod("model", "example.com/model:1"), metav1.CreateOptions{})
		require.NoError(t, err)
		eventually(t, "readiness", podReady("model"))
		pod := get("model")
		require.True(t, strings.HasPrefix(pod.Spec.NodeName, "fargate-c-us-east-1"), pod.Spec.NodeName)
		require.Regexp(t, `^10\.97\.`, pod.Status.PodIP)
		base := "http://" + net.JoinHostPort(kubelet.Loopback(pod.Status.PodIP), "8080")
		require.Equal(t, "blue", read(t, base+"/env/COLOUR"))
		require.Equal(t, pod.Status.PodIP, read(t, base+"/env/POD_IP"))
		require.NotEqual(t, os.Getenv("HOME"), read(t, base+"/env/HOME"), "it has a folder of its own")
		require.Empty(t, read(t, base+"/env/GOFLAGS"), "nothing of this machine's environment")

		_, _ = http.Get(base + "/exit/3")
		eventually(t, "a restart", func() bool { return get("model").Status.ContainerStatuses[0].RestartCount == 1 && podReady("model")() })
		require.EqualValues(t, 3, get("model").Status.ContainerStatuses[0].LastTerminationState.Terminated.ExitCode)
		eventually(t, "a log", func() bool {
			log, _ := os.ReadFile(filepath.Join(logs, "pods", namespace+"_model.log"))
			return strings.Count(string(log), "listening") == 2
		})

		require.NoError(t, pods.Delete(ctx, "model", metav1.DeleteOptions{}))
		eventually(t, "deletion", func() bool {
			_, err := pods.Get(ctx, "model", metav1.GetOptions{})
			return apierrors.IsNotFound(err)
		})
		_, err = http.Get(base + "/healthz")
		require.Error(t, err)
		eventually(t, "release of the interface", func() bool {
			return !slices.Contains(interfaces(t, account), pod.Status.PodIP)
		})
	})

	t.Run("an address that is taken on the loopback is passed over", func(t *testing.T) {
		var next []string
		require.NoError(t, account.View(func(s *aws.State) error { // changes of a view are lost
			for _, subnet := range []string{"subnet-a", "subnet-b"} {
				_, address, err := s.AttachInterface(subnet, "", "")
				require.NoError(t, err)
				next = append(next, address)
			}
			return nil
		}))
		for _, address := range next {
			listener, err := net.Listen("tcp", kubelet.Loopback(address)+":8080")
			require.NoError(t, err)
			defer listener.Close()
		}
		_, err := pods.Create(ctx, modelPod("second", "example.com/model:1"), metav1.CreateOptions{})
		require.NoError(t, err)
		eventually(t, "readiness", podReady("second"))
		require.NotContains(t, next, get("second").Status.PodIP)
	})

	t.Run("other images only become ready", func(t *testing.T) {
		_, err := pods.Create(ctx, modelPod("other", "example.com/other:1"), metav1.CreateOptions{})
		require.NoError(t, err)
		eventually(t, "readiness", podReady("other"))
	})

	t.Run("a program that cannot start crash-loops", func(t *testing.T) {
		pod := modelPod("broken", "example.com/model:1")
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "PORT", Value: "70000"})
		_, err := pods.Create(ctx, pod, metav1.CreateOptions{})
		require.NoError(t, err)
		eventually(t, "CrashLoopBackOff", func() bool {
			statuses := get("broken").Status.ContainerStatuses
			return len(statuses) == 1 && statuses[0].State.Waiting != nil && statuses[0].State.Waiting.Reason == "CrashLoopBackOff"
		})
		require.False(t, podReady("broken")())
	})

	t.Run("pods run as their author wrote them", func(t *testing.T) { (written{t, client, namespace, logs}).test() })

	t.Run("pods leave with their profile and nodes with their group", func(t *testing.T) {
		edit(t, account, func(s *aws.State) {
			delete(s.Resources, aws.FargateProfile)
			delete(s.Resources, aws.NodeGroup)
			clear(s.Interfaces)
		})
		eventually(t, "no pods", func() bool {
			list, err := pods.List(ctx, metav1.ListOptions{})
			require.NoError(t, err)
			return len(list.Items) == 0
		})
		eventually(t, "no nodes", func() bool { return len(nodes()) == 0 })
		eventually(t, "no interfaces", func() bool {
			return len(interfaces(t, account)) == 0
		})
	})
	require.NoError(t, client.CoreV1().Namespaces().Delete(ctx, namespace, metav1.DeleteOptions{}))
}

func modelPod(name, image string) *corev1.Pod {
	probe := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz",
		Port: intstr.FromString("http")}}}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"modelway.dev/compute": "fargate"}},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "model", Image: image, ReadinessProbe: probe, Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}},
			Env: []corev1.EnvVar{{Name: "COLOUR", Value: "blue"}},
		}}},
	}
}

func isReady(node corev1.Node) bool {
	return slices.ContainsFunc(node.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
	})
}

func conditionTrue(status corev1.PodStatus, kind corev1.PodConditionType) bool {
	return slices.ContainsFunc(status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == kind && c.Status == corev1.ConditionTrue
	})
}

func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, time.Minute, 50*time.Millisecond, what)
}

func read(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}
