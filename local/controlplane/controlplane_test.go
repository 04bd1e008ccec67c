package controlplane

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const issuer = "https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"

// supervise makes the test binary a supervisor of the control plane in the folder that it names.
const supervise = "MODELWAY_TEST_SUPERVISE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(supervise); dir != "" {
		cluster, err := Start(context.Background(), Options{Dir: dir, BinDir: binDir()})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		for _, child := range cluster.children {
			fmt.Println(child.Pid())
		}
		fmt.Println(cluster.Endpoint)
		select {}
	}
	os.Exit(m.Run())
}

// binDir is where the programs are: MODELWAY_BIN, or .modelway/bin of this checkout, which `make` fills.
func binDir() string {
	if dir := os.Getenv("MODELWAY_BIN"); dir != "" {
		return dir
	}
	dir, _ := filepath.Abs(filepath.Join("..", "..", ".modelway", "bin"))
	return dir
}

// reports collects what a control plane says.
type reports struct {
	mu    sync.Mutex
	lines []string
}

func (r *reports) add(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
}

func (r *reports) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "\n")
}

func start(t *testing.T, dir string) (*ControlPlane, *reports, *kubernetes.Clientset) {
	t.Helper()
	said := &reports{}
	cluster, err := Start(t.Context(), Options{Dir: dir, BinDir: binDir(), ServiceAccountIssuer: issuer, Report: said.add})
	require.NoError(t, err)
	t.Cleanup(cluster.Stop)
	config, err := clientcmd.BuildConfigFromFlags("", cluster.Kubeconfig)
	require.NoError(t, err)
	require.Equal(t, cluster.Endpoint, config.Host)
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return cluster, said, client
}

func deployment() *appsv1.Deployment {
	labels := map[string]string{"app": "fraud-detection"}
	replicas := int32(2)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "fraud-detection"},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "model", Image: "example.com/model:1"}}},
			},
		},
	}
}

func awaitPods(t *testing.T, client kubernetes.Interface, want int) {
	t.Helper()
	require.Eventually(t, func() bool {
		pods, err := client.CoreV1().Pods("models").List(t.Context(), metav1.ListOptions{LabelSelector: "app=fraud-detection"})
		return err == nil && len(pods.Items) == want
	}, time.Minute, 50*time.Millisecond, "the controllers create %d pods", want)
}

func TestClusterSurvivesRestartsAndCrashes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cluster")
	cluster, said, client := start(t, dir)
	endpoint := cluster.Endpoint

	_, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "models"}},
		metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.AppsV1().Deployments("models").Create(t.Context(), deployment(), metav1.CreateOptions{})
	require.NoError(t, err)
	awaitPods(t, client, 2)

	version, err := client.Discovery().ServerVersion()
	require.NoError(t, err)
	require.Regexp(t, `^v1\.35\.`, version.GitVersion, "the programs carry the version they are built from")

	_, err = client.AdmissionregistrationV1beta1().MutatingAdmissionPolicies().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err, "mutating admission policies are served")

	token, err := client.CoreV1().ServiceAccounts("default").CreateToken(t.Context(), "default",
		&authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: []string{"sts.amazonaws.com"}}}, metav1.CreateOptions{})
	require.NoError(t, err)
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token.Status.Token, ".")[1])
	require.NoError(t, err)
	var claims struct{ Iss string }
	require.NoError(t, json.Unmarshal(payload, &claims))
	require.Equal(t, issuer, claims.Iss)

	_, err = Start(t.Context(), Options{Dir: dir, BinDir: binDir()})
	require.ErrorContains(t, err, "already running")

	// A killed program comes back on its own, with its data.
	for _, name := range []string{apiServer, controllerManager, datastore} {
		kill(t, cluster, name)
		require.Eventually(t, func() bool { return strings.Contains(said.String(), name+" ended on its own") }, time.Minute, 20*time.Millisecond)
	}
	scale := `{"spec":{"replicas":3}}`
	require.Eventually(t, func() bool {
		_, err = client.AppsV1().Deployments("models").Patch(t.Context(), "fraud-detection", "application/merge-patch+json", []byte(scale),
			metav1.PatchOptions{})
		return err == nil
	}, time.Minute, 100*time.Millisecond, "the API server answers again")
	awaitPods(t, client, 3)

	pids := cluster.pids()
	cluster.Stop()
	requireGone(t, pids)
	cluster, _, client = start(t, dir)
	require.Equal(t, endpoint, cluster.Endpoint, "the endpoint is stable")
	awaitPods(t, client, 3)
	cluster.Stop()

	// When the supervisor is killed nothing stays behind, and the next one finds the cluster as it was.
	pids, supervised := superviseAndKill(t, dir)
	require.Equal(t, endpoint, supervised)
	requireGone(t, pids)
	cluster, _, client = start(t, dir)
	require.Equal(t, endpoint, cluster.Endpoint)
	awaitPods(t, client, 3)
}

func TestClustersSideBySide(t *testing.T) {
	one, _, oneClient := start(t, t.TempDir())
	two, _, twoClient := start(t, t.TempDir())
	require.NotEqual(t, one.Endpoint, two.Endpoint)
	require.NotEqual(t, one.Token, two.Token)

	_, err := oneClient.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "models"}},
		metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = twoClient.CoreV1().Namespaces().Get(t.Context(), "models", metav1.GetOptions{})
	require.True(t, apierrors.IsNotFound(err), "got %v", err)
}

func TestTakenPortIsReplacedAndReported(t *testing.T) {
	dir := t.TempDir()
	said := &reports{}
	first, err := choosePorts(t.Context(), dir, said.add)
	require.NoError(t, err)
	again, err := choosePorts(t.Context(), dir, said.add)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Empty(t, said.String())

	taken, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", first.APIServer))
	require.NoError(t, err)
	defer taken.Close()
	other, err := choosePorts(t.Context(), dir, said.add)
	require.NoError(t, err)
	require.NotEqual(t, first.APIServer, other.APIServer)
	require.Equal(t, first.Etcd, other.Etcd)
	require.Equal(t, fmt.Sprintf("port %d of kube-apiserver is taken by another program; using %d from now on", first.APIServer,
		other.APIServer), said.String())
}

func TestStartFailsWithTheLog(t *testing.T) {
	bin := t.TempDir()
	_, err := Start(t.Context(), Options{Dir: t.TempDir(), BinDir: bin})
	require.ErrorContains(t, err, "starting etcd: fork/exec "+filepath.Join(bin, "etcd"))

	script := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+text), 0o755))
	}
	script(datastore, "exec sleep 600")
	script(apiServer, "echo the disk is on fire; exit 3")
	dir := t.TempDir()
	_, err = Start(t.Context(), Options{Dir: dir, BinDir: bin})
	require.ErrorContains(t, err, "starting the control plane: kube-apiserver ended on its own (exit status 3)\nthe disk is on fire\nwhole "+
		"log: "+dir)

	script(apiServer, "echo still loading; exec sleep 600")
	_, err = Start(t.Context(), Options{Dir: dir, BinDir: bin, Timeout: time.Second})
	require.ErrorContains(t, err, "kube-apiserver does not work after 1s")
	require.ErrorContains(t, err, "still loading")
}

func (c *ControlPlane) pids() []int {
	var pids []int
	for _, child := range c.children {
		pids = append(pids, child.Pid())
	}
	return pids
}

func kill(t *testing.T, cluster *ControlPlane, name string) {
	t.Helper()
	for i, child := range cluster.children {
		if child.Name == name {
			require.NoError(t, syscall.Kill(cluster.pids()[i], syscall.SIGKILL))
		}
	}
}

func requireGone(t *testing.T, pids []int) {
	t.Helper()
	require.Len(t, pids, len(programs))
	for _, pid := range pids {
		require.Eventually(t, func() bool { return syscall.Kill(pid, 0) == syscall.ESRCH }, time.Minute, 10*time.Millisecond, "process %d ends",
			pid)
	}
}

// superviseAndKill runs the control plane in a process of its own, kills that process, and returns the programs' process ids.
func superviseAndKill(t *testing.T, dir string) (pids []int, endpoint string) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), supervise+"="+dir)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	for range programs {
		var pid int
		_, err := fmt.Fscanln(out, &pid)
		require.NoError(t, err)
		pids = append(pids, pid)
	}
	_, err = fmt.Fscanln(out, &endpoint)
	require.NoError(t, err)
	require.NoError(t, command.Process.Kill())
	_, _ = io.Copy(io.Discard, out)
	_ = command.Wait()
	return pids, endpoint
}
