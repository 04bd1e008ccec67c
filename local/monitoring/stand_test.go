package monitoring_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/scrape"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/helm"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/nodes"
	"github.com/modelway/modelway/local/programs"
	"github.com/modelway/modelway/local/testcluster"
)

const (
	chart     = monitoring.Release
	namespace = monitoring.Namespace
)

// stand is a cluster with one node, the chart, and a namespace for models.
type stand struct {
	kubernetes.Interface
	*testcluster.Applier
	kubeconfig, logs string
	isolation        kubelet.Isolation
}

// start brings the chart up with the values of its row for a cluster, on definitions of the operator's objects in the files of a pattern, and what the
// platform scrapes.
func start(t testing.TB, definitions string, facts addons.Facts) *stand {
	t.Helper()
	testcluster.Build(t, "prometheus", "prometheus-operator", "prometheus-config-reloader", "kube-state-metrics", "alertmanager", "modelserver")
	account := accountWithANode(t)
	plane, config := testcluster.Start(t, func(ip string) string {
		pod, err := nodes.PodAt(account, ip)
		require.NoError(t, err)
		return pod
	})
	s := &stand{Interface: kubernetes.NewForConfigOrDie(config), Applier: testcluster.NewApplier(t, config), kubeconfig: plane.Kubeconfig,
		logs: t.TempDir()}
	c, err := checkout.Find(".")
	require.NoError(t, err)
	dir := t.TempDir()
	isolation, why := kubelet.ProbeIsolation(dir)
	t.Logf("isolation: %s (%v)", isolation, why)
	s.isolation = isolation
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- nodes.Run(ctx, nodes.Config{
			Client: config, Account: account, Programs: programs.Of(c), Isolation: isolation, PodDir: dir, LogDir: s.logs,
			Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		})
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	t.Cleanup(func() {
		if t.Failed() {
			s.tell(t)
		}
	})
	s.install(t, definitions, facts)
	for _, scraped := range scrape.Configs(facts, "models") {
		object := parse(t, fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: %s, namespace: %s, labels: {%s: %s}}}",
			monitoring.ScrapeVersion, monitoring.ScrapeKind, scraped.Name, namespace, monitoring.Selected, chart))
		object.Object["spec"] = scraped.Spec
		require.NoError(t, s.Apply(t, object), scraped.Name)
	}
	return s
}

// accountWithANode is an account with a subnet and an instance in it, made without the rules of AWS.
func accountWithANode(t testing.TB) *aws.Account {
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	require.NoError(t, account.Update(func(s *aws.State) error {
		put := func(kind, id string, inputs aws.Properties) {
			s.Resources[kind] = map[string]*aws.Resource{id: {Type: kind, ID: id, Status: aws.Active, Inputs: inputs}}
		}
		put(aws.Subnet, "subnet-a", aws.Properties{"availabilityZone": "us-east-1a", "cidrBlock": "10.98.1.0/24"})
		put(aws.NodeGroup, "c:general", aws.Properties{"clusterName": "c", "nodeGroupName": "general", "capacityType": "ON_DEMAND",
			"instanceTypes": []any{"m6i.large"}})
		s.Interfaces["eni-a"] = &aws.Interface{ID: "eni-a", SubnetID: "subnet-a", PrivateIP: "10.98.1.200",
			Description: "aws-K8S-i-0000000000000000a", Owner: aws.NodeGroup + " c:general"}
		return nil
	}))
	return account
}

// install applies the operator's definitions and what the chart renders to, beside a namespace for models.
func (s *stand) install(t testing.TB, definitions string, facts addons.Facts) {
	t.Helper()
	s.namespaces(t, namespace, "models")
	files, err := filepath.Glob(definitions)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			if strings.Contains(document, "kind: CustomResourceDefinition") {
				s.apply(t, document)
			}
		}
	}
	s.release(t, helm.Release{Chart: filepath.Join("..", "charts", chart), Name: chart, Namespace: namespace,
		Values: addons.Prometheus().ValuesOf(addons.Install{Facts: facts})})
}

// namespaces makes some, under restricted pod security.
func (s *stand) namespaces(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		s.apply(t, fmt.Sprintf(`{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {
		  pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: latest}}}`, name))
	}
}

// release applies what a chart renders to.
func (s *stand) release(t testing.TB, release helm.Release) {
	t.Helper()
	renderer, err := helm.Start(t.Context(), filepath.Join(testcluster.Bin(t), "pulumi-resource-kubernetes"), s.kubeconfig)
	require.NoError(t, err)
	defer renderer.Stop()
	rendered, err := renderer.Render(t.Context(), release)
	require.NoError(t, err)
	for _, content := range rendered {
		text, err := json.Marshal(content) // numbers of the renderer are floats, which the API server takes for whole ones in JSON
		require.NoError(t, err)
		s.apply(t, string(text))
	}
}

// apply creates or changes an object.
func (s *stand) apply(t testing.TB, text string) {
	t.Helper()
	object := parse(t, text)
	require.NoError(t, s.Apply(t, object), "%s %s", object.GetKind(), object.GetName())
}

// ready waits for pods that a selector chooses, all of them ready, and returns the first.
func (s *stand) ready(t testing.TB, in, selector string) corev1.Pod {
	t.Helper()
	var first corev1.Pod
	require.Eventually(t, func() bool {
		pods, err := s.CoreV1().Pods(in).List(context.Background(), metav1.ListOptions{LabelSelector: selector})
		if err != nil || len(pods.Items) == 0 {
			return false
		}
		first = pods.Items[0]
		for _, pod := range pods.Items {
			if !kubelet.IsReady(pod) {
				return false
			}
		}
		return true
	}, 2*time.Minute, 100*time.Millisecond, "pods of %s in %s are ready", selector, in)
	return first
}

// idle says what a pod's condition tells of the programs that it lacks; empty where all run.
func idle(pod corev1.Pod) string {
	why, _ := kubelet.RunsNothing(pod)
	return why
}

// addressOf is where a pod's port is reached on this machine.
func addressOf(pod corev1.Pod, port int, path string) string {
	return fmt.Sprintf("http://%s:%d%s", kubelet.Loopback(pod.Status.PodIP), port, path)
}

// tell logs the state of all pods and the ends of their logs.
func (s *stand) tell(t testing.TB) {
	pods, err := s.CoreV1().Pods("").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return
	}
	for _, pod := range pods.Items {
		status, _ := json.Marshal(pod.Status)
		t.Logf("%s/%s: %s", pod.Namespace, pod.Name, status)
		for _, c := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
			text, _ := os.ReadFile(kubelet.ContainerLogFile(s.logs, &pod, c.Name))
			t.Logf("log of %s/%s: %s", pod.Name, c.Name, text[max(0, len(text)-2500):])
		}
	}
	events, err := s.CoreV1().Events("").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return
	}
	for _, event := range events.Items {
		if event.Type == corev1.EventTypeWarning {
			t.Logf("%s %s: %s", event.InvolvedObject.Kind, event.InvolvedObject.Name, event.Message)
		}
	}
}

func parse(t testing.TB, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	require.NoError(t, yaml.Unmarshal([]byte(text), &object.Object), text)
	return object
}

// operatorModule is the folder of the operator's module.
func operatorModule(t testing.TB) string {
	return testcluster.Module(t, filepath.Join("..", "tools", "operator"), "github.com/prometheus-operator/prometheus-operator")
}
