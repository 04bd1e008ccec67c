package loadbalancer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/nodes"
)

const roleArn = "arn:aws:iam::123456789012:role/controller"

// world is a cluster without an API server's rules, an account and the load balancers that follow them.
type world struct {
	t       *testing.T
	ctx     context.Context
	client  *fake.Clientset
	account *aws.Account
	port    int
	objects *dynamicfake.FakeDynamicClient
}

func newWorld(t *testing.T) *world {
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	w := &world{t: t, ctx: t.Context(), account: account, port: freePort(t)}
	w.account.Now = time.Now
	w.edit(func(s *aws.State) {
		put(s, aws.Vpc, "vpc-1", aws.Properties{"cidrBlock": "10.0.0.0/16", "mainRouteTableId": "rtb-1"})
		put(s, aws.RouteTable, "rtb-1", aws.Properties{"vpcId": "vpc-1"})
		put(s, aws.InternetGateway, "igw-1", aws.Properties{"vpcId": "vpc-1"})
		for index, zone := range []string{"a", "b"} {
			put(s, aws.Subnet, "subnet-"+zone, aws.Properties{"vpcId": "vpc-1", "availabilityZone": "us-east-1" + zone,
				"cidrBlock": fmt.Sprintf("10.0.%d.0/24", index), "tags": map[string]any{"kubernetes.io/role/elb": "1"}})
		}
		r := put(s, aws.Role, "controller", aws.Properties{"name": "controller"})
		r.Computed = aws.Properties{"arn": roleArn}
		put(s, aws.RolePolicyAttachment, "controller-policy", aws.Properties{"role": "controller"})
	})
	class, group := "public", "elbv2.k8s.aws"
	w.client = fake.NewClientset(
		deployment(1),
		&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "controller",
			Annotations: map[string]string{roleAnnotation: roleArn}}},
		&networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: class}, Spec: networkingv1.IngressClassSpec{Controller: classController,
			Parameters: &networkingv1.IngressClassParametersReference{APIGroup: &group, Kind: "IngressClassParams", Name: class}}},
	)
	params := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams",
		"metadata": map[string]any{"name": class},
		"spec": map[string]any{"group": map[string]any{"name": "public"}, "scheme": "internet-facing",
			"subnets":                map[string]any{"ids": []any{"subnet-b", "subnet-a"}},
			"loadBalancerAttributes": []any{map[string]any{"key": "idle_timeout.timeout_seconds", "value": "60"}}}}}
	objects := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(),
		map[schema.GroupVersionResource]string{paramsResource: "IngressClassParamsList"})
	_, err = objects.Resource(paramsResource).Create(w.ctx, params, metav1.CreateOptions{})
	require.NoError(t, err)
	w.objects = objects
	config := Config{Account: account, Log: slog.New(slog.NewTextHandler(testWriter{t}, nil))}
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); config.run(ctx, w.client, objects) }()
	t.Cleanup(func() { cancel(); <-ended })
	// The fake loses what is created between an informer's list and its watch.
	w.eventually("informers", func() bool {
		watches := 0
		for _, action := range w.client.Actions() {
			if action.GetVerb() == "watch" {
				watches++
			}
		}
		return watches >= 7
	})
	return w
}

func put(s *aws.State, kind, id string, inputs aws.Properties) *aws.Resource {
	if s.Resources[kind] == nil {
		s.Resources[kind] = map[string]*aws.Resource{}
	}
	s.Resources[kind][id] = &aws.Resource{Type: kind, ID: id, Status: aws.Active, Inputs: inputs, Computed: aws.Properties{}}
	return s.Resources[kind][id]
}

func (w *world) edit(change func(*aws.State)) {
	w.t.Helper()
	require.NoError(w.t, w.account.Update(func(s *aws.State) error { change(s); return nil }))
}

func deployment(available int32) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: controllerName,
			Labels: map[string]string{"app.kubernetes.io/name": controllerName}},
		Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{ServiceAccountName: "controller",
			Containers: []corev1.Container{{
				Args: []string{"--cluster-name=test", "--aws-vpc-id=vpc-1", "--default-target-type=ip"}}}}}},
		Status: appsv1.DeploymentStatus{AvailableReplicas: available},
	}
}

func (w *world) setAvailable(replicas int32) {
	_, err := w.client.AppsV1().Deployments("kube-system").Update(w.ctx, deployment(replicas), metav1.UpdateOptions{})
	require.NoError(w.t, err)
}

// serve adds a Service with one ready endpoint.
func (w *world) serve(name, address string) {
	_, text, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(text)
	port, portName, ready := int32(number), "http", true
	_, err := w.client.CoreV1().Services("models").Create(w.ctx, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "models",
		Name: name},
		Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, Ports: []corev1.ServicePort{{Name: portName, Port: 80}}}},
		metav1.CreateOptions{})
	require.NoError(w.t, err)
	_, err = w.client.DiscoveryV1().EndpointSlices("models").Create(w.ctx, &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name, Labels: map[string]string{discoveryv1.LabelServiceName: name}},
		Ports:      []discoveryv1.EndpointPort{{Name: &portName, Port: &port}},
		Endpoints:  []discoveryv1.Endpoint{{Addresses: []string{"10.0.0.1"}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}},
	}, metav1.CreateOptions{})
	require.NoError(w.t, err)
}

func (w *world) ingress(name, path string) *networkingv1.Ingress {
	class, exact := "public", networkingv1.PathTypeExact
	ingress := &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name,
			Annotations: map[string]string{"alb.ingress.kubernetes.io/listen-ports": fmt.Sprintf(`[{"HTTP":%d}]`, w.port)}},
		Spec: networkingv1.IngressSpec{IngressClassName: &class,
			Rules: []networkingv1.IngressRule{{IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{Path: path, PathType: &exact, Backend: networkingv1.IngressBackend{
					Service: &networkingv1.IngressServiceBackend{Name: name, Port: networkingv1.ServiceBackendPort{Name: "http"}}}}}}}}}},
	}
	_, err := w.client.NetworkingV1().Ingresses("models").Create(w.ctx, ingress, metav1.CreateOptions{})
	require.NoError(w.t, err)
	return ingress
}

func (w *world) get(name string) *networkingv1.Ingress {
	ingress, err := w.client.NetworkingV1().Ingresses("models").Get(w.ctx, name, metav1.GetOptions{})
	require.NoError(w.t, err)
	return ingress
}

// remove does what the API server does with an Ingress that has finalizers.
func (w *world) remove(name string) {
	ingress := w.get(name)
	ingress.DeletionTimestamp = &metav1.Time{Time: time.Now().Add(-time.Minute)}
	_, err := w.client.NetworkingV1().Ingresses("models").Update(w.ctx, ingress, metav1.UpdateOptions{})
	require.NoError(w.t, err)
}

func (w *world) eventually(what string, condition func() bool) {
	w.t.Helper()
	require.Eventually(w.t, condition, 30*time.Second, 20*time.Millisecond, what)
}

func (w *world) answers(path, want string) func() bool {
	return func() bool {
		response, err := http.Get("http://" + address(w.port) + path)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return string(body) == want
	}
}

func (w *world) hasEvent(reason, text string) func() bool {
	return func() bool {
		list, err := w.client.CoreV1().Events("models").List(w.ctx, metav1.ListOptions{})
		require.NoError(w.t, err)
		for _, event := range list.Items {
			if (reason == "" || event.Reason == reason) && strings.Contains(event.Message, text) {
				return true
			}
		}
		return false
	}
}

// held returns what load balancers hold in the account.
func (w *world) held() (loadBalancers, interfaces, securityGroups int) {
	require.NoError(w.t, w.account.View(func(s *aws.State) error {
		loadBalancers, interfaces, securityGroups = len(s.LoadBalancers), len(s.Interfaces), len(s.List(aws.SecurityGroup))
		return nil
	}))
	return
}

func TestLifeOfAGroup(t *testing.T) {
	w := newWorld(t)
	w.serve("churn", backend(t, "churn", nil))
	w.serve("fraud", backend(t, "fraud", nil))
	w.ingress("churn", "/churn")
	w.ingress("fraud", "/fraud")
	w.eventually("an answer", w.answers("/churn", "churn"))
	w.eventually("an answer", w.answers("/fraud", "fraud"))
	w.eventually("a host name", func() bool {
		status := w.get("churn").Status.LoadBalancer.Ingress
		return len(status) == 1 && strings.HasPrefix(status[0].Hostname, "k8s-public-") && strings.HasSuffix(status[0].Hostname,
			".us-east-1.elb.localhost")
	})
	require.Equal(t, []string{"group.ingress.k8s.aws/public"}, w.get("churn").Finalizers)
	loadBalancers, interfaces, securityGroups := w.held()
	require.Equal(t, [3]int{1, 2, 1}, [3]int{loadBalancers, interfaces, securityGroups})

	t.Run("a faulty member freezes the group", func(t *testing.T) {
		w.ingress("broken", "/wild*card")
		w.eventually("an Event on a healthy member", w.hasEvent("FailedBuildModel", "wild*card"))
		require.True(t, w.answers("/churn", "churn")(), "the last good model is served")
		w.remove("fraud")
		require.Never(t, func() bool { return len(w.get("fraud").Finalizers) == 0 }, 300*time.Millisecond, 20*time.Millisecond)
		require.True(t, w.answers("/fraud", "fraud")(), "the last good model is served")
		w.remove("broken")
		w.eventually("both to go", func() bool { return len(w.get("fraud").Finalizers)+len(w.get("broken").Finalizers) == 0 })
		require.False(t, w.answers("/fraud", "fraud")())
	})

	t.Run("without the controller or its policy a deletion hangs", func(t *testing.T) {
		w.setAvailable(0)
		w.remove("churn")
		w.eventually("an Event that says why", w.hasEvent("ControllerUnavailable", "has no available replica"))
		w.edit(func(s *aws.State) { delete(s.Resources, aws.RolePolicyAttachment) })
		w.setAvailable(1)
		w.eventually("an Event that says why", w.hasEvent("ControllerUnavailable", "has no policy attached"))
		require.Equal(t, []string{"group.ingress.k8s.aws/public"}, w.get("churn").Finalizers)
		require.True(t, w.answers("/churn", "churn")(), "the load balancer still serves")
		loadBalancers, _, _ := w.held()
		require.Equal(t, 1, loadBalancers)
	})

	t.Run("without a route to AWS a deletion hangs", func(t *testing.T) {
		w.edit(func(s *aws.State) {
			put(s, aws.RolePolicyAttachment, "controller-policy", aws.Properties{"role": "controller"})
			s.Interfaces["eni-pod"] = &aws.Interface{ID: "eni-pod", SubnetID: "subnet-a", Owner: nodes.InterfaceOwner("kube-system", controllerName+
				"-7d-x") + "/uid"}
		})
		w.eventually("an Event that says why", w.hasEvent("ControllerUnavailable", "neither a route to a NAT gateway nor a VPC endpoint for"))
	})

	t.Run("the last member takes the load balancer along", func(t *testing.T) {
		w.edit(func(s *aws.State) { delete(s.Interfaces, "eni-pod") })
		w.eventually("the finalizer to go", func() bool { return len(w.get("churn").Finalizers) == 0 })
		loadBalancers, interfaces, securityGroups := w.held()
		require.Equal(t, [3]int{0, 0, 0}, [3]int{loadBalancers, interfaces, securityGroups})
		_, err := net.Dial("tcp", address(w.port))
		require.Error(t, err)
	})
}

func TestSubnetsAreRequired(t *testing.T) {
	w := newWorld(t)
	w.edit(func(s *aws.State) { delete(s.Resources[aws.Subnet], "subnet-b") })
	w.ingress("churn", "/churn")
	w.eventually("an Event", w.hasEvent("FailedDeployModel", "subnet-b"))
	require.Empty(t, w.get("churn").Status.LoadBalancer.Ingress)
}

// TestConflictsAreNotReported lets somebody else be faster at the first attempts to write an Ingress.
func TestConflictsAreNotReported(t *testing.T) {
	w := newWorld(t)
	var refused atomic.Int32
	w.client.PrependReactor("patch", "ingresses", func(clienttesting.Action) (bool, runtime.Object, error) {
		if refused.Add(1) > 3 {
			return false, nil, nil
		}
		return true, nil, apierrors.NewConflict(networkingv1.Resource("ingresses"), "churn", errors.New("the object has been modified"))
	})
	w.ingress("churn", "/churn")
	w.eventually("a host name", func() bool { return len(w.get("churn").Status.LoadBalancer.Ingress) == 1 })
	require.False(t, w.hasEvent("", "has been modified")())
}

func TestAMissingClassFreezesTheGroup(t *testing.T) {
	w := newWorld(t)
	w.serve("churn", backend(t, "churn", nil))
	w.ingress("churn", "/churn")
	w.eventually("an answer", w.answers("/churn", "churn"))
	w.eventually("the finalizer", func() bool { return len(w.get("churn").Finalizers) == 1 })
	require.NoError(t, w.client.NetworkingV1().IngressClasses().Delete(w.ctx, "public", metav1.DeleteOptions{}))
	require.Never(t, func() bool { return len(w.get("churn").Finalizers) == 0 || !w.answers("/churn", "churn")() }, 300*time.Millisecond,
		20*time.Millisecond)
	w.remove("churn")
	w.eventually("a deleted Ingress to leave", func() bool { return len(w.get("churn").Finalizers) == 0 })
}

// TestNamespaceSelector leaves out an Ingress of a namespace that the class does not select, and freezes the group of one that was in it
// (LBC pkg/ingress/class_loader.go, group_loader.go).
func TestNamespaceSelector(t *testing.T) {
	w := newWorld(t)
	labelled := func(value string) *corev1.Namespace {
		return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "models", Labels: map[string]string{"team": value}}}
	}
	_, err := w.client.CoreV1().Namespaces().Create(w.ctx, labelled("other"), metav1.CreateOptions{})
	require.NoError(t, err)
	params, err := w.objects.Resource(paramsResource).Get(w.ctx, "public", metav1.GetOptions{})
	require.NoError(t, err)
	selector := map[string]any{"matchExpressions": []any{map[string]any{"key": "team", "operator": "In", "values": []any{"science"}}}}
	require.NoError(t, unstructured.SetNestedMap(params.Object, selector, "spec", "namespaceSelector"))
	_, err = w.objects.Resource(paramsResource).Update(w.ctx, params, metav1.UpdateOptions{})
	require.NoError(t, err)
	w.serve("churn", backend(t, "churn", nil))
	w.ingress("churn", "/churn")
	const reason = "failed load groupID due to invalid ingress class: namespaceSelector of IngressClassParams public mismatch"
	w.eventually("an Event", w.hasEvent("FailedLoadGroupID", reason))
	require.Empty(t, w.get("churn").Finalizers)
	require.Empty(t, w.get("churn").Status.LoadBalancer.Ingress)

	_, err = w.client.CoreV1().Namespaces().Update(w.ctx, labelled("science"), metav1.UpdateOptions{})
	require.NoError(t, err)
	w.eventually("an answer", w.answers("/churn", "churn"))
	w.eventually("the finalizer", func() bool { return len(w.get("churn").Finalizers) == 1 })
	_, err = w.client.CoreV1().Namespaces().Update(w.ctx, labelled("other"), metav1.UpdateOptions{})
	require.NoError(t, err)
	require.Never(t, func() bool { return len(w.get("churn").Finalizers) == 0 || !w.answers("/churn", "churn")() }, 300*time.Millisecond,
		20*time.Millisecond,
		"the group is frozen, not emptied")
	w.remove("churn")
	w.eventually("a deleted Ingress to leave", func() bool { return len(w.get("churn").Finalizers) == 0 })
}

// TestTooManyRules freezes a group that needs more of AWS than there is, with AWS's error, until the quota is raised.
func TestTooManyRules(t *testing.T) {
	t.Setenv(aws.EnvQuotas, `{"rulesPerLoadBalancer": 1}`)
	w := newWorld(t)
	address := backend(t, "one", nil)
	w.serve("one", address)
	w.serve("two", address)
	w.ingress("one", "/one")
	w.eventually("the first rule", w.answers("/one", "one"))
	w.ingress("two", "/two")
	w.eventually("the refusal", w.hasEvent("FailedDeployModel", "TooManyRules: The maximum number of rules per load balancer"))
	w.eventually("what was there stays", w.answers("/one", "one"))
	t.Setenv(aws.EnvQuotas, `{"rulesPerLoadBalancer": 2}`)
	w.eventually("the second rule", w.answers("/two", "one"))
}

// TestListenerAttributesOfTheClass reads them from the IngressClassParams.
func TestListenerAttributesOfTheClass(t *testing.T) {
	w := newWorld(t)
	params, err := w.objects.Resource(paramsResource).Get(w.ctx, "public", metav1.GetOptions{})
	require.NoError(t, err)
	off := []any{map[string]any{"protocol": "HTTP", "port": int64(w.port),
		"listenerAttributes": []any{map[string]any{"key": "routing.http.response.server.enabled", "value": "false"}}}}
	require.NoError(t, unstructured.SetNestedSlice(params.Object, off, "spec", "listeners"))
	_, err = w.objects.Resource(paramsResource).Update(w.ctx, params, metav1.UpdateOptions{})
	require.NoError(t, err)
	w.ingress("churn", "/churn")
	w.eventually("an answer without Server header", func() bool {
		response, err := http.Get("http://" + address(w.port) + "/none")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusNotFound && response.Header.Get("Server") == ""
	})
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}
