package loadbalancer_test

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
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/controlplane"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/loadbalancer"
	"github.com/modelway/modelway/local/nodes"
)

// TestAgainstAPIServer runs nodes and load balancers against an embedded control plane, whose programs are in MODELWAY_BIN or in
// .modelway/bin of this checkout: two replicas of the controller on Fargate nodes, a model, its Ingress, and the way back.
func TestAgainstAPIServer(t *testing.T) {
	binaries := cmp.Or(os.Getenv("MODELWAY_BIN"), "../../.modelway/bin")
	require.FileExists(t, filepath.Join(binaries, "kube-apiserver"), "run make tools")
	binary := filepath.Join(t.TempDir(), "server")
	output, err := exec.Command("go", "build", "-o", binary, "../nodes/testdata/server").CombinedOutput()
	require.NoError(t, err, string(output))
	plane, err := controlplane.Start(t.Context(), controlplane.Options{Dir: t.TempDir(), BinDir: binaries})
	require.NoError(t, err)
	t.Cleanup(plane.Stop)
	config, err := clientcmd.BuildConfigFromFlags("", plane.Kubeconfig)
	require.NoError(t, err)
	client, objects := kubernetes.NewForConfigOrDie(config), dynamic.NewForConfigOrDie(config)
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	put := func(s *aws.State, kind, id string, inputs, computed aws.Properties) {
		if s.Resources[kind] == nil {
			s.Resources[kind] = map[string]*aws.Resource{}
		}
		s.Resources[kind][id] = &aws.Resource{Type: kind, ID: id, Status: aws.Active, Inputs: inputs, Computed: computed}
	}
	require.NoError(t, account.Update(func(s *aws.State) error {
		put(s, aws.Vpc, "vpc-1", aws.Properties{"cidrBlock": "10.0.0.0/16", "mainRouteTableId": "rtb-1"}, nil)
		put(s, aws.RouteTable, "rtb-1", aws.Properties{"vpcId": "vpc-1"}, nil)
		put(s, aws.InternetGateway, "igw-1", aws.Properties{"vpcId": "vpc-1"}, nil)
		for index, zone := range []string{"a", "b"} {
			put(s, aws.Subnet, "subnet-"+zone, aws.Properties{"vpcId": "vpc-1", "availabilityZone": "us-east-1" + zone,
				"cidrBlock": fmt.Sprintf("10.98.%d.0/24", index), "tags": map[string]any{"kubernetes.io/role/elb": "1"}}, nil)
		}
		put(s, aws.NatGateway, "nat-1", aws.Properties{"subnetId": "subnet-a"}, nil)
		put(s, aws.Route, "r-1", aws.Properties{"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}, nil)
		put(s, aws.Role, "controller", aws.Properties{"name": "controller"}, aws.Properties{"arn": "arn:aws:iam::123456789012:role/controller"})
		put(s, aws.RolePolicyAttachment, "attachment", aws.Properties{"role": "controller"}, nil)
		put(s, aws.FargateProfile, "c:all", aws.Properties{"clusterName": "c", "fargateProfileName": "all", "subnetIds": []any{"subnet-a",
			"subnet-b"},
			"selectors": []any{map[string]any{"namespace": "kube-system"}, map[string]any{"namespace": "test-*"}}}, nil)
		return nil
	}))

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := socket.Addr().(*net.TCPAddr).Port
	require.NoError(t, socket.Close())
	log := slog.New(slog.NewTextHandler(writer{t}, nil))
	go func() {
		ended <- nodes.Run(ctx, nodes.Config{Client: config, Account: account, Log: log, LogDir: t.TempDir(), PodDir: t.TempDir(),
			Programs: kubelet.Table{"example.com/churn": {Command: []string{binary}}}})
	}()
	go func() {
		ended <- loadbalancer.Run(ctx, loadbalancer.Config{Client: config, Account: account, Log: log})
	}()
	defer func() {
		cancel()
		require.NoError(t, <-ended)
		require.NoError(t, <-ended)
	}()
	eventually := func(what string, condition func() bool) {
		t.Helper()
		require.Eventually(t, condition, time.Minute, 50*time.Millisecond, what)
	}

	crds, err := filepath.Glob("../charts/aws-load-balancer-controller/crds/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, crds)
	for _, file := range crds {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		crd := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal(raw, crd))
		_, err = objects.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1",
			Resource: "customresourcedefinitions"}).
			Apply(ctx, crd.GetName(), crd, metav1.ApplyOptions{FieldManager: "test", Force: true})
		require.NoError(t, err)
	}
	unique := fmt.Sprintf("test-%d", time.Now().UnixNano())
	paramsAPI := objects.Resource(schema.GroupVersionResource{Group: "elbv2.k8s.aws", Version: "v1beta1", Resource: "ingressclassparams"})
	eventually("IngressClassParams", func() bool {
		_, err = paramsAPI.Create(ctx, &unstructured.Unstructured{Object: map[string]any{"apiVersion": "elbv2.k8s.aws/v1beta1",
			"kind":     "IngressClassParams",
			"metadata": map[string]any{"name": unique}, "spec": map[string]any{"group": map[string]any{"name": unique}, "scheme": "internet-facing",
				"subnets": map[string]any{"ids": []any{"subnet-a", "subnet-b"}}}}}, metav1.CreateOptions{})
		return err == nil
	})
	group := "elbv2.k8s.aws"
	_, err = client.NetworkingV1().IngressClasses().Create(ctx, &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: unique},
		Spec: networkingv1.IngressClassSpec{
			Controller: "ingress.k8s.aws/alb", Parameters: &networkingv1.IngressClassParametersReference{APIGroup: &group,
				Kind: "IngressClassParams", Name: unique}}}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: unique}}, metav1.CreateOptions{})
	require.NoError(t, err)

	const controller = "aws-load-balancer-controller"
	_, err = client.CoreV1().ServiceAccounts("kube-system").Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: controller,
		Annotations: map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/controller"}}}, metav1.CreateOptions{})
	require.True(t, err == nil || apierrors.IsAlreadyExists(err), err)
	deploy := func(namespace, name string, replicas int32, args ...string) {
		labels := map[string]string{"app.kubernetes.io/name": name}
		_, err := client.AppsV1().Deployments(namespace).Create(ctx, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
			Spec: appsv1.DeploymentSpec{
				Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
				Strategy: appsv1.DeploymentStrategy{RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: new(intstr.FromInt32(0)),
					MaxSurge: new(intstr.FromInt32(1))}},
				Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels},
					Spec: corev1.PodSpec{ServiceAccountName: map[bool]string{true: controller}[name == controller],
						Containers: []corev1.Container{{Name: "main", Image: "example.com/" + name, Args: args,
							Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}},
							ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz",
								Port: intstr.FromString("http")}}},
							Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 5}}}}}}},
			}}, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	deploy("kube-system", controller, 2, "--cluster-name=c", "--aws-vpc-id=vpc-1", "--default-target-type=ip")
	deploy(unique, "churn", 2)
	_, err = client.CoreV1().Services(unique).Create(ctx, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "churn"},
		Spec: corev1.ServiceSpec{
			Selector: map[string]string{"app.kubernetes.io/name": "churn"}, Ports: []corev1.ServicePort{{Name: "http", Port: 80,
				TargetPort: intstr.FromString("http")}}}}, metav1.CreateOptions{})
	require.NoError(t, err)
	exact := networkingv1.PathTypeExact
	_, err = client.NetworkingV1().Ingresses(unique).Create(ctx, &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Name: "churn", Annotations: map[string]string{"alb.ingress.kubernetes.io/listen-ports": fmt.Sprintf(
			`[{"HTTP":%d}]`, port)}},
		Spec: networkingv1.IngressSpec{IngressClassName: &unique,
			Rules: []networkingv1.IngressRule{{IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{Path: "/env/PORT", PathType: &exact, Backend: networkingv1.IngressBackend{
					Service: &networkingv1.IngressServiceBackend{Name: "churn", Port: networkingv1.ServiceBackendPort{Number: 80}}}}}}}}}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	eventually("a prediction", func() bool {
		response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/env/PORT", port))
		if err != nil {
			return false
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return string(body) == "8080"
	})

	// Under load a rolling update fails no request.
	var load sync.WaitGroup
	var end, failed, answered atomic.Int64
	for range 4 {
		load.Go(func() {
			for end.Load() == 0 {
				response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/env/PORT", port))
				if err != nil || response.StatusCode != http.StatusOK {
					failed.Add(1)
				} else {
					answered.Add(1)
				}
				if err == nil {
					_ = response.Body.Close()
				}
			}
		})
	}
	_, err = client.AppsV1().Deployments(unique).Patch(ctx, "churn", types.MergePatchType,
		[]byte(`{"spec":{"template":{"metadata":{"annotations":{"version":"2"}}}}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	eventually("the new pods alone", func() bool {
		list, err := client.CoreV1().Pods(unique).List(ctx, metav1.ListOptions{})
		require.NoError(t, err)
		return len(list.Items) == 2 && !slices.ContainsFunc(list.Items, func(pod corev1.Pod) bool { return pod.Annotations["version"] != "2" })
	})
	end.Store(1)
	load.Wait()
	require.Zero(t, failed.Load(), "of %d", failed.Load()+answered.Load())
	require.Positive(t, answered.Load())

	// A controller that goes first leaves the Ingress behind; one that comes back frees it.
	require.NoError(t, client.AppsV1().Deployments("kube-system").Delete(ctx, controller, metav1.DeleteOptions{}))
	eventually("the controller's pods to go", func() bool {
		list, err := client.CoreV1().Pods("kube-system").List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=" + controller})
		require.NoError(t, err)
		return len(list.Items) == 0
	})
	require.NoError(t, client.NetworkingV1().Ingresses(unique).Delete(ctx, "churn", metav1.DeleteOptions{}))
	eventually("an Event that says why", func() bool {
		list, err := client.CoreV1().Events(unique).List(ctx, metav1.ListOptions{FieldSelector: "reason=ControllerUnavailable"})
		require.NoError(t, err)
		return len(list.Items) > 0
	})
	_, err = client.NetworkingV1().Ingresses(unique).Get(ctx, "churn", metav1.GetOptions{})
	require.NoError(t, err)
	deploy("kube-system", controller, 1, "--cluster-name=c", "--aws-vpc-id=vpc-1", "--default-target-type=ip")
	eventually("the Ingress to go", func() bool {
		_, err = client.NetworkingV1().Ingresses(unique).Get(ctx, "churn", metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	})
	require.NoError(t, client.AppsV1().Deployments("kube-system").Delete(ctx, controller, metav1.DeleteOptions{}))
	require.NoError(t, client.CoreV1().Namespaces().Delete(ctx, unique, metav1.DeleteOptions{}))
	require.NoError(t, client.NetworkingV1().IngressClasses().Delete(ctx, unique, metav1.DeleteOptions{}))
	require.NoError(t, paramsAPI.Delete(ctx, unique, metav1.DeleteOptions{}))
	require.NoError(t, account.Update(func(s *aws.State) error { delete(s.Resources, aws.FargateProfile); return nil }))
	eventually("an account without interfaces and load balancers, and no nodes", func() bool {
		list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
		require.NoError(t, err)
		held := 0
		require.NoError(t, account.View(func(s *aws.State) error { held = len(s.Interfaces) + len(s.LoadBalancers); return nil }))
		return held == 0 && len(list.Items) == 0
	})
}

type writer struct{ t *testing.T }

func (w writer) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}
