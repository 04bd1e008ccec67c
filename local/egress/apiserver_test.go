package egress_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/restmapper"

	"github.com/modelway/modelway/local/controlplane"
	"github.com/modelway/modelway/local/testcluster"
)

const namespace = "hooks"

// pods are the addresses of the pods that the test stands in for, and what they are named.
var pods = map[string]string{
	"10.79.0.1": "hooks/answers",
	"10.79.0.2": "hooks/frozen",
	"10.79.0.3": "hooks/absent",
	"10.79.0.4": "hooks/aggregated",
}

// TestAgainstAPIServer has a real API server call webhooks and an aggregated API at pods of this machine.
func TestAgainstAPIServer(t *testing.T) {
	plane, config := testcluster.Start(t, func(ip string) string { return pods[ip] })
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	_, err = client.CoreV1().
		Namespaces().
		Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{})
	require.NoError(t, err)

	objects, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	webhooks(t, client)
	aggregated(t, client, objects)
	restarted(t, plane, objects)
}

// restarted wants the aggregated API to answer through the API server of a control plane that was stopped and started again.
func restarted(t *testing.T, plane *controlplane.ControlPlane, objects dynamic.Interface) {
	dir := filepath.Dir(plane.Kubeconfig)
	plane.Stop()
	again, err := controlplane.Start(
		t.Context(),
		controlplane.Options{Dir: dir, BinDir: testcluster.Bin(t), EgressSocket: filepath.Join(dir, "egress.sock")},
	)
	require.NoError(t, err)
	t.Cleanup(again.Stop)
	require.Eventually(t, func() bool {
		_, err := objects.Resource(apples).List(context.Background(), metav1.ListOptions{})
		return err == nil
	}, time.Minute, 100*time.Millisecond, "the aggregated API answers")
}

var apples = schema.GroupVersionResource{Group: "fruit.example.com", Version: "v1", Resource: "apples"}

// webhooks wants a webhook to decide, and one that does not answer to refuse with a message that says who.
func webhooks(t *testing.T, client kubernetes.Interface) {
	port, authority := listen(t, "127.79.0.1", "answers", http.HandlerFunc(review))
	service(t, client, "answers", "10.79.0.1", port)
	webhook(t, client, "answers", authority, 10)
	create := func(name string) error {
		_, err := client.CoreV1().
			ConfigMaps(namespace).
			Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{DryRun: []string{"All"}})
		return err
	}
	require.Eventually(t, func() bool { return apierrors.IsForbidden(create("bad")) }, time.Minute, 50*time.Millisecond, "the webhook refuses")
	require.ErrorContains(t, create("bad"), `admission webhook "answers.example.com" denied the request: bad is no name`)
	require.NoError(t, create("good"))
	remove(t, client, "answers")

	frozen, err := net.Listen("tcp", "127.79.0.2:0") // accepts no connection, as a process that was stopped
	require.NoError(t, err)
	t.Cleanup(func() { _ = frozen.Close() })
	service(t, client, "frozen", "10.79.0.2", frozen.Addr().(*net.TCPAddr).Port)
	webhook(t, client, "frozen", authority, 1)
	fails(t, create, `failed calling webhook "frozen.example.com"`, "https://frozen.hooks.svc:443", "context deadline exceeded")
	remove(t, client, "frozen")

	service(t, client, "absent", "10.79.0.3", 9443)
	webhook(t, client, "absent", authority, 5)
	fails(
		t,
		create,
		`failed calling webhook "absent.example.com"`,
		"nothing listens at 127.79.0.3:9443 for pod hooks/absent (10.79.0.3:9443): it runs no program on this machine",
	)
	remove(t, client, "absent")

	service(t, client, "stranger", "10.79.9.9", 9443)
	webhook(t, client, "stranger", authority, 5)
	fails(t, create, `failed calling webhook "stranger.example.com"`, "no pod of the local stack has the address 10.79.9.9")
	remove(t, client, "stranger")
}

// fails waits until a webhook is in force, and wants every part in the error.
func fails(t *testing.T, create func(string) error, parts ...string) {
	t.Helper()
	var err error
	require.Eventually(
		t,
		func() bool { err = create("good"); return err != nil && strings.Contains(err.Error(), parts[0]) },
		time.Minute,
		50*time.Millisecond,
		"%v",
		err,
	)
	for _, part := range parts {
		require.ErrorContains(t, err, part)
	}
}

// review refuses objects named bad.
func review(response http.ResponseWriter, request *http.Request) {
	var asked admissionv1.AdmissionReview
	if err := json.NewDecoder(request.Body).Decode(&asked); err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	answer := &admissionv1.AdmissionResponse{UID: asked.Request.UID, Allowed: asked.Request.Name != "bad"}
	if !answer.Allowed {
		answer.Result = &metav1.Status{
			Message: asked.Request.Name + " is no name",
			Code:    http.StatusForbidden,
			Reason:  metav1.StatusReasonForbidden,
		}
	}
	_ = json.NewEncoder(response).Encode(admissionv1.AdmissionReview{TypeMeta: asked.TypeMeta, Response: answer})
}

// listen serves TLS at an address as the Service of a name, and returns the port and the authority, PEM.
func listen(t *testing.T, address, name string, handler http.Handler) (int, []byte) {
	t.Helper()
	certificate, authority := certificateOf(t, name+"."+namespace+".svc")
	listener, err := net.Listen("tcp", address+":0")
	require.NoError(t, err)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}}
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	return listener.Addr().(*net.TCPAddr).Port, authority
}

// service makes a Service with one endpoint.
func service(t *testing.T, client kubernetes.Interface, name, ip string, port int) {
	t.Helper()
	number, portName, ready := int32(port), "https", true
	_, err := client.CoreV1().Services(namespace).Create(t.Context(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: portName, Port: 443}}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.DiscoveryV1().EndpointSlices(namespace).Create(t.Context(), &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name:   name,
			Labels: map[string]string{discoveryv1.LabelServiceName: name},
		}, AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints: []discoveryv1.Endpoint{{Addresses: []string{ip}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}},
		Ports:     []discoveryv1.EndpointPort{{Name: &portName, Port: &number}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

func webhook(t *testing.T, client kubernetes.Interface, name string, authority []byte, timeout int32) {
	t.Helper()
	fail, none := admissionregistrationv1.Fail, admissionregistrationv1.SideEffectClassNone
	_, err := client.AdmissionregistrationV1().
		ValidatingWebhookConfigurations().
		Create(t.Context(), &admissionregistrationv1.ValidatingWebhookConfiguration{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Webhooks: []admissionregistrationv1.ValidatingWebhook{{
				Name: name + ".example.com", FailurePolicy: &fail, SideEffects: &none, TimeoutSeconds: &timeout,
				AdmissionReviewVersions: []string{"v1"},
				NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: namespace}},
				ClientConfig: admissionregistrationv1.WebhookClientConfig{
					CABundle: authority,
					Service:  &admissionregistrationv1.ServiceReference{Namespace: namespace, Name: name},
				},
				Rules: []admissionregistrationv1.RuleWithOperations{{
					Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
					Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}},
				}},
			}},
		}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// remove deletes a webhook, whose end the API server may see a moment later.
func remove(t *testing.T, client kubernetes.Interface, name string) {
	t.Helper()
	require.NoError(t, client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Delete(t.Context(), name, metav1.DeleteOptions{}))
}

// aggregated wants a kind of an aggregated API to be discovered and read, by a server that knows for whom the API server asks.
func aggregated(t *testing.T, client kubernetes.Interface, objects dynamic.Interface) {
	port, authority := listen(t, "127.79.0.4", "aggregated", fruitServer(t, client))
	service(t, client, "aggregated", "10.79.0.4", port)
	_, err := objects.Resource(schema.GroupVersionResource{Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices"}).
		Create(t.Context(), &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": map[string]any{"name": "v1.fruit.example.com"},
			"spec": map[string]any{
				"group": "fruit.example.com", "version": "v1", "groupPriorityMinimum": int64(1000), "versionPriority": int64(10),
				"caBundle": authority64(authority),
				"service":  map[string]any{"namespace": namespace, "name": "aggregated"},
			},
		}}, metav1.CreateOptions{})
	require.NoError(t, err)
	var found *unstructured.UnstructuredList
	require.Eventually(t, func() bool {
		groups, err := restmapper.GetAPIGroupResources(client.Discovery())
		if err != nil && !discovery.IsGroupDiscoveryFailedError(err) {
			return false
		}
		mapping, err := restmapper.NewDiscoveryRESTMapper(groups).RESTMapping(schema.GroupKind{Group: "fruit.example.com", Kind: "Apple"})
		if err != nil {
			return false
		}
		found, err = objects.Resource(mapping.Resource).List(context.Background(), metav1.ListOptions{})
		return err == nil
	}, time.Minute, 100*time.Millisecond, "the aggregated API is discovered and answers")
	require.Len(t, found.Items, 1)
	require.Equal(t, "boskoop", found.Items[0].GetName())
	require.Equal(t, "kubernetes-admin", found.Items[0].GetAnnotations()["asked-by"], "the API server says for whom it asks")
}

// fruitServer is a small aggregated API. It answers the API server alone, which it knows by the authority that the cluster names.
func fruitServer(t *testing.T, client kubernetes.Interface) http.Handler {
	t.Helper()
	authentication, err := client.CoreV1().
		ConfigMaps("kube-system").
		Get(t.Context(), "extension-apiserver-authentication", metav1.GetOptions{})
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(
		t,
		roots.AppendCertsFromPEM([]byte(authentication.Data["requestheader-client-ca-file"])),
		"the cluster names no authority of the API server",
	)
	lists := map[string]string{
		"/apis/fruit.example.com/v1": `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"fruit.example.com/v1","resources":[` +
			`{"name":"apples","singularName":"apple","kind":"Apple","namespaced":false,"verbs":["get","list"]}]}`,
		"/apis/fruit.example.com/v1/apples": `{"kind":"AppleList","apiVersion":"fruit.example.com/v1","items":[` +
			`{"kind":"Apple","apiVersion":"fruit.example.com/v1","metadata":{"name":"boskoop","annotations":{"asked-by":"USER"}}}]}`,
	}
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if len(request.TLS.PeerCertificates) == 0 {
			http.Error(response, "a client certificate is needed", http.StatusUnauthorized)
			return
		}
		_, err := request.TLS.PeerCertificates[0].Verify(
			x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}},
		)
		text, known := lists[request.URL.Path]
		if err != nil || !known {
			http.Error(response, request.URL.Path, http.StatusNotFound)
			return
		}
		response.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(response, strings.ReplaceAll(text, "USER", request.Header.Get("X-Remote-User")))
	})
}
