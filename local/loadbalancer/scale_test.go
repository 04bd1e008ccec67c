package loadbalancer

import (
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/record"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/local/aws"
)

// fleet is a controller whose passes a test makes itself, in front of many models.
type fleet struct {
	*controller
	client  *fake.Clientset
	objects *dynamicfake.FakeDynamicClient
	port    int
}

const (
	fleetGroups = 12
	fleetModels = 1000
)

func newFleet(t testing.TB, port int) *fleet {
	watch.DefaultChanSize = 10 * fleetModels // a fake panics over an event too many
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	require.NoError(t, account.Update(func(s *aws.State) error {
		put(s, aws.Vpc, "vpc-1", aws.Properties{"cidrBlock": "10.0.0.0/8", "mainRouteTableId": "rtb-1"})
		put(s, aws.RouteTable, "rtb-1", aws.Properties{"vpcId": "vpc-1"})
		put(s, aws.InternetGateway, "igw-1", aws.Properties{"vpcId": "vpc-1"})
		for index, zone := range []string{"a", "b"} {
			put(s, aws.Subnet, "subnet-"+zone, aws.Properties{"vpcId": "vpc-1", "availabilityZone": "us-east-1" + zone,
				"cidrBlock": fmt.Sprintf("10.0.%d.0/24", index)})
		}
		put(s, aws.Subnet, "subnet-pods", aws.Properties{"vpcId": "vpc-1", "availabilityZone": "us-east-1a", "cidrBlock": "10.1.0.0/16"})
		put(s, aws.Role, "controller", aws.Properties{"name": "controller"}).Computed = aws.Properties{"arn": roleArn}
		put(s, aws.RolePolicyAttachment, "controller-policy", aws.Properties{"role": "controller"})
		for n := range fleetModels { // the pods' interfaces
			_, _, err := s.AttachInterface("subnet-pods", "pod", fmt.Sprintf("pod models/m%d/uid-%d", n, n))
			require.NoError(t, err)
		}
		return nil
	}))
	all := []runtime.Object{deployment(1), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "controller",
		Annotations: map[string]string{roleAnnotation: roleArn}}}}
	objects := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(),
		map[schema.GroupVersionResource]string{paramsResource: "IngressClassParamsList"})
	apiGroup, exact, http, number, ready := "elbv2.k8s.aws", networkingv1.PathTypeExact, "http", int32(8080), true
	for n := range fleetGroups {
		name := fmt.Sprintf("lb-%d", n)
		all = append(all, &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: networkingv1.IngressClassSpec{Controller: classController,
				Parameters: &networkingv1.IngressClassParametersReference{APIGroup: &apiGroup, Kind: "IngressClassParams", Name: name}}})
		_, err := objects.Resource(paramsResource).Create(t.Context(),
			&unstructured.Unstructured{Object: map[string]any{"apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams",
				"metadata": map[string]any{"name": name},
				"spec": map[string]any{"group": map[string]any{"name": name}, "scheme": "internet-facing",
					"subnets": map[string]any{"ids": []any{"subnet-a", "subnet-b"}}}}}, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	for n := range fleetModels {
		name, class := fmt.Sprintf("m%d", n), fmt.Sprintf("lb-%d", n%fleetGroups)
		backend := networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: name,
			Port: networkingv1.ServiceBackendPort{Name: "http"}}}
		all = append(all,
			&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name},
				Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "http", Port: 80}}}},
			&discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name + "-x",
				Labels: map[string]string{discoveryv1.LabelServiceName: name}},
				Ports: []discoveryv1.EndpointPort{{Name: &http, Port: &number}},
				Endpoints: []discoveryv1.Endpoint{{Addresses: []string{fmt.Sprintf("10.1.%d.%d", n/250, n%250)},
					Conditions: discoveryv1.EndpointConditions{Ready: &ready}}}},
			&networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name, Annotations: map[string]string{
				"alb.ingress.kubernetes.io/listen-ports":     fmt.Sprintf(`[{"HTTP":%d}]`, port),
				"alb.ingress.kubernetes.io/healthcheck-path": "/v1/models/" + name,
				"alb.ingress.kubernetes.io/conditions." + name: fmt.Sprintf(
					`[{"field":"path-pattern","pathPatternConfig":{"values":["/v1/models/%s"]}}]`, name)}},
				Spec: networkingv1.IngressSpec{IngressClassName: &class, Rules: []networkingv1.IngressRule{{Host: class + ".localhost",
					IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
						Paths: []networkingv1.HTTPIngressPath{{Path: "/v1/models/" + name + ":predict", PathType: &exact, Backend: backend}}}}}}}},
		)
	}
	f := &fleet{client: fake.NewSimpleClientset(all...), objects: objects, port: port}
	f.controller = newController(Config{Account: account, Log: slog.New(slog.DiscardHandler)}, newCluster(t.Context(), f.client, f.objects),
		f.client, &record.FakeRecorder{})
	t.Cleanup(f.front.close)
	f.calls()
	return f
}

// settle makes passes until nothing is left to do, and returns the API calls of all of them but the informers'.
func (f *fleet) settle(t testing.TB) (all []clienttesting.Action) {
	for f.done.changes != f.changes.Load() {
		f.reconcile(t.Context())
		all = append(all, f.calls()...)
		require.Eventually(t, func() bool { return f.informed(t) }, 30*time.Second, 10*time.Millisecond, "the news of what the pass did")
	}
	return all
}

// informed says whether the informer has every Ingress as it is.
func (f *fleet) informed(t testing.TB) bool {
	list, err := f.client.NetworkingV1().Ingresses("").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	return !slices.ContainsFunc(list.Items, func(ingress networkingv1.Ingress) bool {
		known, err := f.ingresses.Ingresses(ingress.Namespace).Get(ingress.Name)
		return err != nil || !reflect.DeepEqual(*known, ingress)
	})
}

func (f *fleet) calls() (calls []clienttesting.Action) {
	for _, action := range slices.Concat(f.client.Actions(), f.objects.Actions()) {
		if action.GetVerb() != "list" && action.GetVerb() != "watch" {
			calls = append(calls, action)
		}
	}
	f.client.ClearActions()
	f.objects.ClearActions()
	return calls
}

// rebuilt settles what change has changed, and returns the groups whose models were built again.
func (f *fleet) rebuilt(t testing.TB, change func()) (groups []string) {
	before, seen := maps.Clone(f.models), f.changes.Load()
	change()
	f.calls() // the test's own
	require.Eventually(t, func() bool { return f.changes.Load() > seen }, 30*time.Second, time.Millisecond, "the informer's news")
	require.Empty(t, f.settle(t))
	for _, name := range slices.Sorted(maps.Keys(f.models)) {
		if f.models[name] != before[name] {
			groups = append(groups, name)
		}
	}
	return groups
}

func (f *fleet) endpoints(t testing.TB, model string, change func(*discoveryv1.EndpointSlice)) {
	slice, err := f.client.DiscoveryV1().EndpointSlices("models").Get(t.Context(), model+"-x", metav1.GetOptions{})
	require.NoError(t, err)
	change(slice)
	_, err = f.client.DiscoveryV1().EndpointSlices("models").Update(t.Context(), slice, metav1.UpdateOptions{})
	require.NoError(t, err)
}

// TestAThousandModels requires two calls for each Ingress, and afterwards work for nothing but what changes.
func TestAThousandModels(t *testing.T) {
	f := newFleet(t, freePort(t))
	calls := f.settle(t)
	require.Len(t, calls, 2*fleetModels, "a finalizer and a status each")
	for _, call := range calls {
		require.True(t, call.Matches("patch", "ingresses"), call)
	}
	all, err := f.ingresses.List(labels.Everything())
	require.NoError(t, err)
	require.Len(t, all, fleetModels)
	hosts := map[string]int{}
	for _, ingress := range all {
		require.Equal(t, []string{groupFinalizer + *ingress.Spec.IngressClassName}, ingress.Finalizers)
		require.Len(t, ingress.Status.LoadBalancer.Ingress, 1)
		hosts[ingress.Status.LoadBalancer.Ingress[0].Hostname]++
	}
	require.Len(t, hosts, fleetGroups)
	for n := range fleetModels {
		b, action := (*f.front.routes.Load()).route(f.port, alb.Request{Host: fmt.Sprintf("lb-%d.localhost:8080", n%fleetGroups),
			Path: fmt.Sprintf("/v1/models/m%d:predict", n)})
		require.NotNil(t, action.Forward, n)
		require.Equal(t, fmt.Sprintf("127.1.%d.%d:8080", n/250, n%250), b.targets[action.Forward.TargetGroups[0].Key].next())
	}

	before, routes := maps.Clone(f.models), f.front.routes.Load()
	f.reconcile(t.Context())
	require.Empty(t, f.calls(), "nothing changed")
	require.Equal(t, before, f.models)
	require.Same(t, routes, f.front.routes.Load())

	require.Empty(t, f.rebuilt(t, func() {
		f.endpoints(t, "m7", func(slice *discoveryv1.EndpointSlice) {
			slice.Endpoints[0].Conditions = discoveryv1.EndpointConditions{Ready: new(false), Serving: new(true), Terminating: new(true)}
		})
	}), "endpoints are no part of a model")
	require.Empty(t, f.front.balancers["lb-7"].targets["models/m7-m7:http"].next(), "an endpoint that terminates gets no more requests")
	require.Equal(t, "127.1.0.8:8080", f.front.balancers["lb-8"].targets["models/m8-m8:http"].next())

	require.Equal(t, []string{"lb-3"}, f.rebuilt(t, func() {
		service, err := f.client.CoreV1().Services("models").Get(t.Context(), "m3", metav1.GetOptions{})
		require.NoError(t, err)
		service.Annotations = map[string]string{"alb.ingress.kubernetes.io/healthcheck-path": "/other"}
		_, err = f.client.CoreV1().Services("models").Update(t.Context(), service, metav1.UpdateOptions{})
		require.NoError(t, err)
	}), "a Service")
	require.Equal(t, []string{"lb-5"}, f.rebuilt(t, func() {
		params, err := f.objects.Resource(paramsResource).Get(t.Context(), "lb-5", metav1.GetOptions{})
		require.NoError(t, err)
		require.NoError(t, unstructured.SetNestedField(params.Object, "300", "spec", "sslPolicy"))
		_, err = f.objects.Resource(paramsResource).Update(t.Context(), params, metav1.UpdateOptions{})
		require.NoError(t, err)
	}), "IngressClassParams")
	require.Equal(t, []string{"lb-11"}, f.rebuilt(t, func() {
		ingress, err := f.client.NetworkingV1().Ingresses("models").Get(t.Context(), "m11", metav1.GetOptions{})
		require.NoError(t, err)
		ingress.Spec.Rules[0].HTTP.Paths[0].Path = "/other"
		_, err = f.client.NetworkingV1().Ingresses("models").Update(t.Context(), ingress, metav1.UpdateOptions{})
		require.NoError(t, err)
	}), "an Ingress")
}

// TestServicesOfActions requires the model of a weighted split to follow a Service that only an action names.
func TestServicesOfActions(t *testing.T) {
	split := `{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":80,"weight":9},{"ServiceName":"b","servicePort":"http","weight":1}]}}`
	require.Equal(t, []string{"a", "b", "c", "d"}, serviceNames(alb.Ingress{
		Annotations:    map[string]string{actionsPrefix + "c": split, actionsPrefix + "x": "no JSON", "other": split},
		DefaultBackend: &alb.Backend{Service: "d"},
		Rules:          []alb.Rule{{Paths: []alb.Path{{Backend: alb.Backend{Service: "c"}}, {Backend: alb.Backend{Service: "a"}}}}},
	}))
}

// TestASecondIngressOfAName requires its own Event for an Ingress that takes the name of one that is gone.
func TestASecondIngressOfAName(t *testing.T) {
	c := &controller{said: map[string]string{aboutController: "acts", "ingress models/a": "x", "ingress models/b": "y"}}
	c.forget([]*networkingv1.Ingress{{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: "b"}}})
	require.Equal(t, map[string]string{aboutController: "acts", "ingress models/b": "y"}, c.said)
}

// BenchmarkPass measures a pass over 1,000 Ingresses of 12 groups, and the look-up of a request among them.
func BenchmarkPass(b *testing.B) {
	f := newFleet(b, freePort(b))
	f.settle(b)
	for name, change := range map[string]func(){
		"unchanged":           func() {},
		"something changed":   func() { f.changes.Add(1) },
		"one model changed":   func() { f.changes.Add(1); delete(f.models, "lb-3") },
		"every model changed": func() { f.changes.Add(1); clear(f.models) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				change()
				f.reconcile(b.Context())
			}
		})
	}
	b.Run("request", func(b *testing.B) {
		request := alb.Request{Host: "lb-11.localhost", Path: "/v1/models/m995:predict"}
		for b.Loop() {
			(*f.front.routes.Load()).route(f.port, request)
		}
	})
}
