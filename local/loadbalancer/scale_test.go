package loadbalancer

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/record"

	"github.com/modelway/modelway/local/aws"
)

// fleet is a controller whose passes a test makes itself, in front of many models.
type fleet struct {
	*controller
	client  *fake.Clientset
	objects *dynamicfake.FakeDynamicClient
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
	all := []k8sruntime.Object{deployment(1), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "controller", Annotations: map[string]string{roleAnnotation: roleArn}}}}
	objects := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(k8sruntime.NewScheme(), map[schema.GroupVersionResource]string{paramsResource: "IngressClassParamsList"})
	apiGroup, exact, http, number, ready := "elbv2.k8s.aws", networkingv1.PathTypeExact, "http", int32(8080), true
	for n := range fleetGroups {
		name := fmt.Sprintf("lb-%d", n)
		all = append(all, &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: networkingv1.IngressClassSpec{Controller: classController,
			Parameters: &networkingv1.IngressClassParametersReference{APIGroup: &apiGroup, Kind: "IngressClassParams", Name: name}}})
		_, err := objects.Resource(paramsResource).Create(t.Context(), &unstructured.Unstructured{Object: map[string]any{"apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams", "metadata": map[string]any{"name": name},
			"spec": map[string]any{"group": map[string]any{"name": name}, "scheme": "internet-facing", "subnets": map[string]any{"ids": []any{"subnet-a", "subnet-b"}}}}}, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	for n := range fleetModels {
		name, class := fmt.Sprintf("m%d", n), fmt.Sprintf("lb-%d", n%fleetGroups)
		backend := networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: name, Port: networkingv1.ServiceBackendPort{Name: "http"}}}
		all = append(all,
			&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "http", Port: 80}}}},
			&discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name + "-x", Labels: map[string]string{discoveryv1.LabelServiceName: name}},
				Ports:     []discoveryv1.EndpointPort{{Name: &http, Port: &number}},
				Endpoints: []discoveryv1.Endpoint{{Addresses: []string{fmt.Sprintf("10.1.%d.%d", n/250, n%250)}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}}},
			&networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: name, Annotations: map[string]string{
				"alb.ingress.kubernetes.io/listen-ports": fmt.Sprintf(`[{"HTTP":%d}]`, port), "alb.ingress.kubernetes.io/healthcheck-path": "/v1/models/" + name,
				"alb.ingress.kubernetes.io/conditions." + name: fmt.Sprintf(`[{"field":"path-pattern","pathPatternConfig":{"values":["/v1/models/%s"]}}]`, name)}},
				Spec: networkingv1.IngressSpec{IngressClassName: &class, Rules: []networkingv1.IngressRule{{Host: class + ".localhost", IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
					Paths: []networkingv1.HTTPIngressPath{{Path: "/v1/models/" + name + ":predict", PathType: &exact, Backend: backend}}}}}}}},
		)
	}
	f := &fleet{client: fake.NewSimpleClientset(all...), objects: objects}
	f.controller = newController(Config{Account: account, Log: slog.New(slog.DiscardHandler)}, newCluster(t.Context(), f.client, f.objects), f.client, &record.FakeRecorder{})
	t.Cleanup(f.front.close)
	return f
}

// settle makes passes until one has nothing to do.
func (f *fleet) settle(t testing.TB) (passes int) {
	for {
		f.client.ClearActions()
		f.objects.ClearActions()
		start := time.Now()
		f.reconcile(t.Context())
		t.Logf("pass %d: %v, %d calls", passes, time.Since(start), len(f.client.Actions())+len(f.objects.Actions()))
		if passes++; len(f.client.Actions()) == 0 {
			return passes
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func TestBaseline(t *testing.T) {
	before := heap()
	f := newFleet(t, 18099)
	t.Log("setup", (heap()-before)>>10)
	f.settle(t)
	t.Log("settled", (heap()-before)>>10)
	runtime.KeepAlive(f)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkPass(b *testing.B) {
	f := newFleet(b, 18099)
	f.settle(b)
	for b.Loop() {
		f.reconcile(b.Context())
	}
}
