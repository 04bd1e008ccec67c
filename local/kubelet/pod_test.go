package kubelet

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
)

// changing is programs that a test changes.
type changing struct {
	mutex    sync.Mutex
	table    Table
	revision uint64
}

func (c *changing) Find(image string) (Program, string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.table.Find(image)
}

func (c *changing) Revision() uint64 {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.revision
}

func (c *changing) change(table Table) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.table = table
	c.revision++
}

// world is a kubelet whose API server is a fake.
type world struct {
	*testing.T
	*Kubelet
	programs *changing
}

func newWorld(t *testing.T, isolation Isolation, objects ...runtime.Object) world {
	programs := &changing{table: Table{"shell": {Command: []string{"/bin/sh"}}}}
	w := world{t, New(Config{
		Client: fake.NewClientset(objects...), Programs: programs, Dir: t.TempDir(), LogDir: t.TempDir(), Isolation: isolation,
		Log: slog.New(slog.DiscardHandler), Attach: func(*corev1.Pod) (string, error) { return "10.214.0.9", nil },
	}), programs}
	t.Cleanup(w.Wait)
	return w
}

// TestAPodMovesToAnotherAddress ends a container whose address another checkout has taken meanwhile.
func TestAPodMovesToAnotherAddress(t *testing.T) {
	w := newWorld(t, Rewritten)
	addresses := make(chan string, 2)
	addresses <- "10.214.0.9"
	addresses <- "10.214.0.10"
	w.Attach = func(*corev1.Pod) (string, error) { return <-addresses, nil }
	p := w.create(shellPod(corev1.RestartPolicyAlways, "test $BIND_ADDRESS = 127.214.0.10 && exec sleep 1000"))
	status := w.until("readiness", func(s corev1.PodStatus) bool {
		return len(s.ContainerStatuses) == 1 &&
			s.ContainerStatuses[0].Ready
	}).Status
	require.Equal(t, "10.214.0.10", status.PodIP)
	require.EqualValues(t, 1, status.ContainerStatuses[0].RestartCount)
	p.Cancel()
}

func shellPod(policy corev1.RestartPolicy, script string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: "churn", UID: types.UID("u1")},
		Spec: corev1.PodSpec{RestartPolicy: policy, TerminationGracePeriodSeconds: new(int64(1)),
			Containers: []corev1.Container{{Name: "model", Image: "shell:1", Args: []string{"-c", script},
				TerminationMessagePath: "/dev/termination-log"}}},
	}
}

// create gives the pod to the fake API server and starts it.
func (w world) create(pod *corev1.Pod) *Pod {
	_, err := w.Client.CoreV1().Pods("models").Create(w.Context(), pod, metav1.CreateOptions{})
	require.NoError(w, err)
	return w.Start(w.Context(), pod)
}

// until waits for a state of the pod and returns it.
func (w world) until(what string, holds func(corev1.PodStatus) bool) (pod *corev1.Pod) {
	w.Helper()
	require.Eventually(w, func() bool {
		var err error
		pod, err = w.Client.CoreV1().Pods("models").Get(w.Context(), "churn", metav1.GetOptions{})
		require.NoError(w, err)
		return holds(pod.Status)
	}, time.Minute, 10*time.Millisecond, what)
	return pod
}

func over(s corev1.PodStatus) bool {
	return s.Phase == corev1.PodSucceeded || s.Phase == corev1.PodFailed
}

// TestVolumesReachProcessesEitherWay runs one pod with a mount namespace, and with paths that are rewritten.
func TestVolumesReachProcessesEitherWay(t *testing.T) {
	for _, isolation := range []Isolation{Mounted, Rewritten} {
		t.Run(string(isolation), func(t *testing.T) {
			if isolation == Mounted {
				skipUnlessMounted(t)
			}
			w := newWorld(t, isolation, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: "settings"},
				Data: map[string]string{"colour": "blue"}})
			pod := shellPod(corev1.RestartPolicyNever, strings.Join([]string{
				"cat /etc/modelway-test/colour", "cat $FILE", "cat $TMPDIR/below/colour", "echo kept > /cache/a", "cat /cache/sub/../a", "pwd",
				"echo said > /dev/termination-log",
			}, " && "))
			pod.Spec.Volumes = []corev1.Volume{
				{Name: "settings", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}}}},
				{Name: "cache", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			}
			c := &pod.Spec.Containers[0]
			c.WorkingDir = "/cache/sub"
			c.Env = []corev1.EnvVar{{Name: "FILE", Value: "/etc/modelway-test/colour"}}
			c.VolumeMounts = []corev1.VolumeMount{
				{Name: "settings", MountPath: "/etc/modelway-test/"}, {Name: "settings", MountPath: temporaryPath + "/below"},
				{Name: "cache", MountPath: "/cache"}, {Name: "cache", MountPath: "/cache/sub", SubPath: "sub"},
			}
			w.create(pod)
			end := w.until("the end", over).Status.ContainerStatuses[0].State.Terminated
			log, err := os.ReadFile(LogFile(w.LogDir, "models", "churn"))
			require.NoError(t, err)
			require.Equal(t, "0 Completed said\n", fmt.Sprintf("%d %s %s", end.ExitCode, end.Reason, end.Message), string(log))
			lines := strings.Split(strings.TrimSpace(string(log)), "\n")
			require.Equal(t, "bluebluebluekept", lines[0])
			require.Regexp(t, `/(cache/)?sub$`, lines[1])
		})
	}
}

func skipUnlessMounted(t *testing.T) {
	if isolation, err := ProbeIsolation(t.TempDir()); isolation != Mounted {
		t.Skipf("containers have no mount namespace here: %v", err)
	}
}

func TestAPodIsStartedAgainWithItsNewProgram(t *testing.T) {
	w := newWorld(t, Rewritten)
	w.programs.change(Table{})
	pod := shellPod(corev1.RestartPolicyAlways, "")
	pod.Spec.Containers[0].Args = nil
	p := w.create(pod)
	news := func() *corev1.Pod {
		w.Refresh()
		now, err := w.Client.CoreV1().Pods("models").Get(t.Context(), "churn", metav1.GetOptions{})
		require.NoError(t, err)
		p.Tell(now)
		return now
	}
	log := func() string {
		text, _ := os.ReadFile(LogFile(w.LogDir, "models", "churn")) // none at first
		return string(text)
	}
	w.until("nothing to run", func(s corev1.PodStatus) bool {
		return conditionOf(s) == "NoProgram: no program here stands for image shell"
	})
	for _, word := range []string{"first", "second"} {
		w.programs.change(Table{"shell": {Command: []string{"/bin/sh", "-c", "echo " + word + "; exec sleep 1000"}}})
		require.Eventually(t, func() bool { news(); return strings.HasSuffix(log(), word+"\n") }, time.Minute, 10*time.Millisecond, word)
	}
	require.Equal(t, "first\nsecond\n", log())
	status := w.until("its status", func(s corev1.PodStatus) bool {
		return conditionOf(s) == "" &&
			s.ContainerStatuses[0].RestartCount == 2
	}).Status
	require.Equal(t, "another program stands for its image now", status.ContainerStatuses[0].LastTerminationState.Terminated.Message)
	w.programs.change(Table{})
	require.Eventually(t, func() bool { return conditionOf(news().Status) != "" }, time.Minute, 10*time.Millisecond, "it runs nothing again")
	p.Cancel()
}

func TestNothingRunsForAStandIn(t *testing.T) {
	w := newWorld(t, Rewritten)
	pod := shellPod(corev1.RestartPolicyAlways, "exit 1")
	pod.Annotations = map[string]string{StandInAnnotation: "the chart stands in"}
	p := w.create(pod)
	w.until("readiness", func(s corev1.PodStatus) bool {
		return conditionOf(s) == "NoProgram: the chart stands in" && s.ContainerStatuses[0].Ready
	})
	p.Cancel()
}

// conditionOf is what a pod's status says of what it does not run.
func conditionOf(s corev1.PodStatus) string {
	for _, condition := range s.Conditions {
		if condition.Type == RunsCondition {
			return condition.Reason + ": " + condition.Message
		}
	}
	return ""
}

// TestWhatWasOverStaysOver starts pods as after the local stack was away.
func TestWhatWasOverStaysOver(t *testing.T) {
	ended := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 0, Reason: "Completed"}}
	was := corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
	w := newWorld(t, Rewritten)
	pod := shellPod(corev1.RestartPolicyOnFailure, "echo model")
	pod.Spec.InitContainers = []corev1.Container{{Name: "init", Image: "shell:1", Args: []string{"-c", "echo init"}}}
	pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "done", Image: "shell:1", Args: []string{"-c", "echo done"}})
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning,
		InitContainerStatuses: []corev1.ContainerStatus{{Name: "init", State: ended}},
		ContainerStatuses:     []corev1.ContainerStatus{{Name: "model", State: was, RestartCount: 4}, {Name: "done", State: ended}}}
	w.create(pod)
	status := w.until("the end", over).Status
	require.Equal(t, corev1.PodSucceeded, status.Phase)
	require.EqualValues(t, 4, status.ContainerStatuses[0].RestartCount)
	require.FileExists(t, LogFile(w.LogDir, "models", "churn"))
	require.NoFileExists(t, ContainerLogFile(w.LogDir, pod, "init"))
	require.NoFileExists(t, ContainerLogFile(w.LogDir, pod, "done"))

	w = newWorld(t, Rewritten)
	pod = shellPod(corev1.RestartPolicyNever, "echo again")
	pod.Status.Phase = corev1.PodSucceeded
	p := w.create(pod)
	deleted := pod.DeepCopy()
	deleted.DeletionTimestamp = new(metav1.Now())
	require.Eventually(t, func() bool { p.Tell(deleted); return p.removed.Load() }, time.Minute, 10*time.Millisecond)
	require.NoFileExists(t, LogFile(w.LogDir, "models", "churn"))
}

func TestSweepRemovesFilesOfPodsThatAreGone(t *testing.T) {
	w := newWorld(t, Rewritten)
	for _, uid := range []string{"u1", "u2"} {
		require.NoError(t, os.MkdirAll(w.Dir+"/"+uid+"/volumes", 0o755))
	}
	require.NoError(t, w.Sweep([]*corev1.Pod{{ObjectMeta: metav1.ObjectMeta{UID: "u1"}}}))
	require.DirExists(t, w.Dir+"/u1")
	require.NoDirExists(t, w.Dir+"/u2")
	require.NoError(t, New(Config{Dir: w.Dir + "/none"}).Sweep(nil))
}

// TestHooksAndTermination wants the postStart hook to run beside the process, and the preStop hook before SIGTERM.
func TestHooksAndTermination(t *testing.T) {
	w := newWorld(t, Rewritten)
	pod := shellPod(corev1.RestartPolicyAlways, `until test -e /shared/begun; do sleep 0.1; done; echo begun
		until test -e /shared/ending; do sleep 0.1; done; echo ending
		trap 'echo terminated; exit 0' TERM; touch /shared/seen; sleep 1000 & wait`)
	pod.Spec.Volumes = []corev1.Volume{{Name: "shared", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	pod.Spec.TerminationGracePeriodSeconds = new(int64(60))
	run := func(script string) *corev1.LifecycleHandler {
		return &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"sh", "-c", script}}}
	}
	c := &pod.Spec.Containers[0]
	c.VolumeMounts = []corev1.VolumeMount{{Name: "shared", MountPath: "/shared"}}
	c.Lifecycle = &corev1.Lifecycle{
		PostStart: run("touch /shared/begun"), PreStop: run("touch /shared/ending; until test -e /shared/seen; do sleep 0.1; done"),
	}
	p := w.create(pod)
	running := w.until("readiness", func(s corev1.PodStatus) bool { return len(s.ContainerStatuses) == 1 && s.ContainerStatuses[0].Ready })
	running.DeletionTimestamp = new(metav1.Now())
	p.Tell(running)
	require.Eventually(t, func() bool { p.Tell(running); return p.removed.Load() }, time.Minute, 10*time.Millisecond)
	log, err := os.ReadFile(LogFile(w.LogDir, "models", "churn"))
	require.NoError(t, err)
	require.Equal(t, "begun\nending\nterminated\n", string(log))
	require.Eventually(t, func() bool { _, err := os.Stat(p.dir); return os.IsNotExist(err) }, time.Minute, 10*time.Millisecond,
		"its files are removed")
}

// TestWhatRunsGoesOnWhileVolumesFail gives a container another program while a Secret that the pod mounts is gone.
func TestWhatRunsGoesOnWhileVolumesFail(t *testing.T) {
	keys := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: "keys"}, Data: map[string][]byte{"a": []byte("1")}}
	w := newWorld(t, Rewritten, keys)
	pod := shellPod(corev1.RestartPolicyAlways, "exec sleep 1000")
	pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "other", Image: "other:1"})
	pod.Spec.Volumes = []corev1.Volume{{Name: "keys", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "keys"}}}}
	pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "keys", MountPath: "/keys"}}
	p := w.create(pod)
	running := w.until("readiness", func(s corev1.PodStatus) bool { return len(s.ContainerStatuses) == 2 && s.ContainerStatuses[0].Ready })
	require.NoError(t, w.Client.CoreV1().Secrets("models").Delete(t.Context(), "keys", metav1.DeleteOptions{}))
	w.programs.change(Table{"shell": {Command: []string{"/bin/sh"}}, "other": {Command: []string{"/bin/sh", "-c", "exec sleep 1000"}}})
	w.Refresh()
	require.Eventually(t, func() bool { p.Tell(running); return p.revision == w.revision }, time.Minute, 10*time.Millisecond)
	status := w.until("the reason", func(s corev1.PodStatus) bool {
		waiting := s.ContainerStatuses[1].State.Waiting
		return waiting != nil && strings.Contains(waiting.Message, "volume keys: Secret models/keys does not exist: create it")
	}).Status
	require.NotNil(t, status.ContainerStatuses[0].State.Running)
	_, err := w.Client.CoreV1().Secrets("models").Create(t.Context(), keys, metav1.CreateOptions{})
	require.NoError(t, err)
	status = w.until("the other one", func(s corev1.PodStatus) bool { return s.ContainerStatuses[1].Ready }).Status
	require.EqualValues(t, 0, status.ContainerStatuses[0].RestartCount)
	p.Cancel()
}
