package kserve_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/local/certmanager"
	"github.com/modelway/modelway/local/charts"
	"github.com/modelway/modelway/local/helm"
	"github.com/modelway/modelway/local/port"
	"github.com/modelway/modelway/local/testcluster"
)

const (
	controllerPod = "kserve/kserve-controller-manager-0"
	controllerIP  = "10.80.0.1"
	certManagerIP = "10.80.0.2"
	mirror        = "mirror.example.com"
)

// pods are those that the test stands in for, by their addresses.
var pods = map[string]string{controllerIP: controllerPod, certManagerIP: "cert-manager/cert-manager-webhook-0"}

// stand is a cluster with KServe.
type stand struct {
	*testcluster.Applier
	*kubernetes.Clientset
	config       *rest.Config
	asController *kubernetes.Clientset
	rendered     []*unstructured.Unstructured

	controllerDir  string
	webhookPort    int
	stopController func()
}

// start installs the four charts in their order, each when what it needs works.
func start(t *testing.T) *stand {
	published := t.TempDir()
	if err := charts.Published(t.Context(), "../..", published, charts.MinimalDefinitions); err != nil {
		t.Skip(err)
	}
	testcluster.Build(t, "kserve-controller")

	plane, config := testcluster.Start(t, func(ip string) string { return pods[ip] })
	s := &stand{
		Applier:       testcluster.NewApplier(t, config),
		Clientset:     kubernetes.NewForConfigOrDie(config),
		config:        config,
		controllerDir: t.TempDir(),
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.events(), s.said())
		}
	})
	renderer, err := helm.Start(t.Context(), filepath.Join(testcluster.Bin(t), "pulumi-resource-kubernetes"), plane.Kubeconfig)
	require.NoError(t, err)
	t.Cleanup(renderer.Stop)
	for _, name := range []string{"cert-manager", "kserve", "models"} {
		require.NoError(t, s.Apply(t, parse(t, `{apiVersion: v1, kind: Namespace, metadata: {name: `+name+`, labels: {
		  pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: latest}}}`)))
	}

	require.Equal(t, certmanager.Version, addons.CertManager().Chart.Version, "the stand-in is for the pinned version")
	s.install(t, renderer, addons.CertManager(), published)
	s.issueCertificates(t)
	s.install(t, renderer, addons.KServeDefinitions(), published)
	s.install(t, renderer, addons.KServe(), published)
	s.startController(t)
	s.install(t, renderer, addons.KServeRuntimes(), published)
	return s
}

// install applies what the chart of a row renders to, with the values of the row, and its images from a mirror.
func (s *stand) install(t *testing.T, renderer *helm.Helm, row addons.Helm, published string) {
	t.Helper()
	name := row.Chart.Name
	values := row.ValuesOf(addons.Install{Facts: addons.Facts{Region: "us-east-1", KubernetesVersion: "1.36"}, Mirror: mirror})
	rendered, err := renderer.Render(t.Context(), helm.Release{Chart: filepath.Join(published, name), Name: name,
		Namespace: row.Chart.Namespace, Values: values})
	require.NoError(t, err, name)
	for _, content := range rendered {
		// Numbers of the renderer are floats, which the API server takes for whole ones in JSON.
		text, err := json.Marshal(content)
		require.NoError(t, err)
		object := parse(t, string(text))
		require.NoError(t, s.Apply(t, object), "%s: %s %s", name, object.GetKind(), object.GetName())
		s.rendered = append(s.rendered, object)
	}
	s.served(t)
}

// served waits until the API server serves every definition of the charts: KServe's controller ends where one is missing.
func (s *stand) served(t *testing.T) {
	t.Helper()
	for _, definition := range s.rendered {
		if definition.GetKind() != "CustomResourceDefinition" {
			continue
		}
		group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
		kind, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "kind")
		versions, _, _ := unstructured.NestedSlice(definition.Object, "spec", "versions")
		for _, version := range versions {
			of := &unstructured.Unstructured{}
			of.SetAPIVersion(group + "/" + version.(map[string]any)["name"].(string))
			of.SetKind(kind)
			s.At(t, of)
		}
	}
}

// as is a connection with the token of a service account, and nothing else.
func (s *stand) as(t *testing.T, namespace, account string) *rest.Config {
	t.Helper()
	hours := int64(3600)
	token, err := s.CoreV1().ServiceAccounts(namespace).CreateToken(t.Context(), account, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &hours},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	config := rest.AnonymousClientConfig(s.config)
	config.BearerToken = token.Status.Token
	return config
}

// issueCertificates runs the stand-in for cert-manager with the rights of cert-manager's programs.
func (s *stand) issueCertificates(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	t.Cleanup(func() { cancel(); ended.Wait() })
	config := func(account string) certmanager.Config {
		return certmanager.Config{Client: s.as(t, "cert-manager", account), Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	}
	issuing, injecting, admitting := config("cert-manager"), config("cert-manager-cainjector"), config("cert-manager-webhook")
	listener, err := net.Listen("tcp", "127.80.0.2:0")
	require.NoError(t, err)
	webhook := certmanager.Webhook{
		Namespace: "cert-manager", Secret: "cert-manager-webhook-ca", Listener: listener,
		DNSNames: []string{"cert-manager-webhook.cert-manager.svc"},
	}
	ended.Go(func() { _ = certmanager.Issue(ctx, issuing) })
	ended.Go(func() { _ = certmanager.Inject(ctx, injecting) })
	ended.Go(func() { _ = certmanager.Admit(ctx, admitting, webhook) })
	s.endpoint(t, "cert-manager", "cert-manager-webhook", "https", certManagerIP, listener.Addr().(*net.TCPAddr).Port)
	s.answers(t, `{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: probe, namespace: cert-manager}, spec: {selfSigned: {}}}`)
}

// startController runs the controller as the process of its pod, and returns when it and the way to it work.
func (s *stand) startController(t *testing.T) {
	certificates := filepath.Join(s.controllerDir, "k8s-webhook-server", "serving-certs")
	require.NoError(t, os.MkdirAll(certificates, 0o700))
	require.Eventually(t, func() bool {
		secret, err := s.CoreV1().Secrets("kserve").Get(context.Background(), "kserve-webhook-server-cert", metav1.GetOptions{})
		for name, content := range secret.Data {
			require.NoError(t, os.WriteFile(filepath.Join(certificates, name), content, 0o600))
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond, "the certificate of the webhooks is issued")
	config := s.as(t, "kserve", "kserve-controller-manager")
	s.asController = kubernetes.NewForConfigOrDie(config)
	kubeconfig := filepath.Join(s.controllerDir, "kubeconfig")
	writeKubeconfig(t, kubeconfig, config)
	var err error
	s.webhookPort, err = port.Choose(0)
	require.NoError(t, err)
	health, err := port.Choose(s.webhookPort)
	require.NoError(t, err)

	log, err := os.Create(filepath.Join(s.controllerDir, "controller.log"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = log.Close() })
	began := time.Now()
	command := exec.Command(
		filepath.Join(testcluster.Bin(t), "kserve-controller"),
		"--kubeconfig="+kubeconfig,
		"--leader-elect=false",
		"--metrics-addr=0",
		"--webhook-port="+strconv.Itoa(s.webhookPort),
		"--health-probe-addr=127.0.0.1:"+strconv.Itoa(health),
	)
	command.Env = append(os.Environ(), "POD_NAMESPACE=kserve", "TMPDIR="+s.controllerDir)
	command.Stdout, command.Stderr = log, log
	require.NoError(t, command.Start())
	s.stopController = sync.OnceFunc(func() { _ = command.Process.Kill(); _ = command.Wait() })
	t.Cleanup(s.stopController)
	require.Eventually(t, func() bool {
		answer, err := http.Get("http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(health)) + "/readyz")
		return err == nil && answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}, time.Minute, 20*time.Millisecond, "the controller is ready")
	t.Logf("the controller is ready %.1f s after its start", time.Since(began).Seconds())
	s.endpoint(t, "kserve", "kserve-webhook-server-service", "", controllerIP, s.webhookPort)
	s.answers(t, `{apiVersion: serving.kserve.io/v1alpha1, kind: ClusterServingRuntime, metadata: {name: probe}, spec: {
	  supportedModelFormats: [{name: probe, version: "1"}], containers: [{name: kserve-container, image: example.com/probe:1}]}}`)
}

// endpoint makes an address the endpoint of a Service.
func (s *stand) endpoint(t *testing.T, namespace, service, portName, ip string, port int) {
	t.Helper()
	number, ready := int32(port), true
	_, err := s.DiscoveryV1().EndpointSlices(namespace).Create(t.Context(), &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: service, Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{ip}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}},
		Ports:       []discoveryv1.EndpointPort{{Name: &portName, Port: &number}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// answers waits until the webhooks of an object's kind answer, which takes a certificate, its bundle and an endpoint.
func (s *stand) answers(t *testing.T, text string) {
	t.Helper()
	probe := parse(t, text)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		_, err := s.At(t, probe).Create(context.Background(), probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		assert.NoError(c, err)
	}, time.Minute, 50*time.Millisecond, "the webhooks of %s answer", probe.GetKind())
}

// said is the end of the controller's log.
func (s *stand) said() string {
	text, _ := os.ReadFile(filepath.Join(s.controllerDir, "controller.log"))
	return string(text[max(0, len(text)-3000):])
}

func writeKubeconfig(t *testing.T, path string, config *rest.Config) {
	t.Helper()
	type object = map[string]any
	text, err := json.Marshal(object{
		"apiVersion": "v1", "kind": "Config", "current-context": "c",
		"clusters": []object{{"name": "c", "cluster": object{"server": config.Host, "certificate-authority-data": config.CAData}}},
		"users":    []object{{"name": "u", "user": object{"token": config.BearerToken}}},
		"contexts": []object{{"name": "c", "context": object{"cluster": "c", "user": "u"}}},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
}
