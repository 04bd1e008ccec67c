package nodes

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/local/kubelet"
)

// temporary is the folder for temporary files that each container has for itself.
const temporary = "/tmp"

// written runs pods against the API server as their author wrote them.
type written struct {
	*testing.T
	client    kubernetes.Interface
	namespace string
	logs      string
}

func (w written) test() {
	ctx, core := w.Context(), w.client.CoreV1()
	_, err := core.ConfigMaps(w.namespace).Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "settings"},
		Data: map[string]string{"colour": "blue", "shade": "dark"}}, metav1.CreateOptions{})
	require.NoError(w, err)
	_, err = core.Secrets(w.namespace).Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "keys"},
		Data: map[string][]byte{"token": []byte("hunter2")}}, metav1.CreateOptions{})
	require.NoError(w, err)
	for _, test := range []struct {
		name string
		run  func(written)
	}{
		{"volumes are at their real paths", written.volumes},
		{"variables come from fields, Secrets, ConfigMaps and resources", written.environment},
		{"a pod has the rights of its service account", written.rights},
		{"init containers run in order, and sidecars go on", written.initContainers},
		{"a container that fails tells why and backs off", written.failures},
		{"probes of every kind are performed", written.probes},
		{"a Job completes", written.job},
		{"a pod waits for what it refers to", written.missing},
		{"a pod that runs nothing says so", written.nothing},
	} {
		w.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(written{t, w.client, w.namespace, w.logs})
		})
	}
}

func (w written) create(pod *corev1.Pod) {
	_, err := w.client.CoreV1().Pods(w.namespace).Create(w.Context(), pod, metav1.CreateOptions{})
	require.NoError(w, err)
}

func (w written) get(name string) *corev1.Pod {
	pod, err := w.client.CoreV1().Pods(w.namespace).Get(w.Context(), name, metav1.GetOptions{})
	require.NoError(w, err)
	return pod
}

// ready waits for a pod and returns the URL of its server.
func (w written) ready(name string) (url string) {
	w.Helper()
	eventually(w.T, "readiness of "+name, func() bool { return conditionTrue(w.get(name).Status, corev1.PodReady) })
	return "http://" + net.JoinHostPort(kubelet.Loopback(w.get(name).Status.PodIP), "8080")
}

func mountAt(name, path string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: name, MountPath: path}
}

func (w written) volumes() {
	pod := modelPod("volumes", "example.com/model:1")
	settings, expires := corev1.LocalObjectReference{Name: "settings"}, int64(3607)
	pod.Spec.Volumes = []corev1.Volume{
		{Name: "settings", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: settings}}},
		{Name: "keys", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "keys",
			Items: []corev1.KeyToPath{{Key: "token", Path: "deep/token"}}}}},
		{Name: "info", VolumeSource: corev1.VolumeSource{DownwardAPI: &corev1.DownwardAPIVolumeSource{Items: []corev1.DownwardAPIVolumeFile{
			{Path: "labels", FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.labels"}}}}}},
		{Name: "cache", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
		{Name: "all", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: settings, Items: []corev1.KeyToPath{{Key: "shade", Path: "shade"}}}},
			{Secret: &corev1.SecretProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "keys"}}},
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "aws", Audience: "sts.amazonaws.com", ExpirationSeconds: &expires}},
			{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{{Path: "name",
				FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}}}},
		}}}},
	}
	pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{
		mountAt("settings", "/etc/modelway-test"), mountAt("keys", "/modelway-test/keys"), mountAt("info", temporary+"/info"),
		mountAt("cache", "/mnt/cache"), mountAt("all", "/var/run/secrets/all"),
		{Name: "settings", MountPath: "/srv/modelway-test/colour.txt", SubPath: "colour"}, {Name: "cache", MountPath: "/mnt/part",
			SubPath: "part"},
	}
	w.create(pod)
	base := w.ready("volumes")
	for path, want := range map[string]string{
		"/etc/modelway-test/colour": "blue", "/modelway-test/keys/deep/token": "hunter2", temporary +
			"/info/labels": `modelway.dev/compute="fargate"`,
		"/var/run/secrets/all/shade": "dark", "/var/run/secrets/all/token": "hunter2", "/var/run/secrets/all/name": "volumes",
		"/srv/modelway-test/colour.txt": "blue",
		"/proc/sys/kernel/hostname":     "volumes\n",
	} {
		require.Contains(w, read(w.T, base+"/file"+path), want, path)
	}
	require.Equal(w, 3, len(strings.Split(read(w.T, base+"/file/var/run/secrets/all/aws"), ".")), "a token")
	require.Contains(w, read(w.T, base+"/write/mnt/part/a"), "<nil>")
	require.Equal(w, "written", read(w.T, base+"/file/mnt/cache/part/a"))
	require.Contains(w, read(w.T, base+"/write/etc/modelway-test/colour"), "read-only file system")
	require.NoFileExists(w, "/etc/modelway-test/colour", "nothing is mounted on this machine")
	mounts, err := os.ReadFile("/proc/self/mounts")
	require.NoError(w, err)
	require.NotContains(w, string(mounts), "modelway-test")

	_, err = w.client.CoreV1().ConfigMaps(w.namespace).Update(w.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "settings"},
		Data: map[string]string{"colour": "green", "shade": "dark"}}, metav1.UpdateOptions{})
	require.NoError(w, err)
	eventually(w.T, "the new ConfigMap", func() bool { return read(w.T, base+"/file/etc/modelway-test/colour") == "green" })
	require.Equal(w, "blue", read(w.T, base+"/file/srv/modelway-test/colour.txt"), "what is mounted by subPath stays")
	require.EqualValues(w, 0, w.get("volumes").Status.ContainerStatuses[0].RestartCount)
}

func (w written) environment() {
	pod := modelPod("environment", "example.com/model:1")
	c := &pod.Spec.Containers[0]
	c.Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("64Mi")}
	c.EnvFrom = []corev1.EnvFromSource{{Prefix: "S_", ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}}}}
	c.Env = []corev1.EnvVar{
		{Name: "NAME", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}},
		{Name: "ADDRESS", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.podIP"}}},
		{Name: "TOKEN", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "keys"}, Key: "token"}}},
		{Name: "SHADE", ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}, Key: "shade"}}},
		{Name: "MEMORY", ValueFrom: &corev1.EnvVarSource{ResourceFieldRef: &corev1.ResourceFieldSelector{Resource: "limits.memory",
			Divisor: resource.MustParse("1Mi")}}},
		{Name: "BOTH", Value: "$(NAME)-$(SHADE)-$$(NAME)"},
	}
	w.create(pod)
	base := w.ready("environment")
	for name, want := range map[string]string{
		"NAME": "environment", "ADDRESS": w.get("environment").Status.PodIP, "TOKEN": "hunter2", "SHADE": "dark", "MEMORY": "64",
		"BOTH":    "environment-dark-$(NAME)",
		"S_shade": "dark", "PORT": "8080", "HOSTNAME": "environment", "TMPDIR": temporary,
	} {
		require.Equal(w, want, read(w.T, base+"/env/"+name), name)
	}
}

// rights gives a service account a role that lacks a verb.
func (w written) rights() {
	ctx, rbac := w.Context(), w.client.RbacV1()
	_, err := w.client.CoreV1().ServiceAccounts(w.namespace).Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "reader"}},
		metav1.CreateOptions{})
	require.NoError(w, err)
	_, err = rbac.Roles(w.namespace).Create(ctx, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "reader"},
		Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"list"}}}}, metav1.CreateOptions{})
	require.NoError(w, err)
	_, err = rbac.RoleBindings(w.namespace).Create(ctx, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "reader"},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "reader"},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: "reader", Namespace: w.namespace}}}, metav1.CreateOptions{})
	require.NoError(w, err)
	pod := modelPod("rights", "example.com/model:1")
	pod.Spec.ServiceAccountName = "reader"
	w.create(pod)
	base := w.ready("rights")
	eventually(w.T, "the role to be known", func() bool { return strings.Contains(read(w.T, base+"/pods/list"), "<nil>") })
	answer := read(w.T, base+"/pods/delete")
	require.Contains(w, answer, `pods "nobody" is forbidden: User "system:serviceaccount:`+w.namespace+`:reader" cannot delete`)
}

func shell(name, script string) corev1.Container {
	return corev1.Container{Name: name, Image: "example.com/shell:1", Command: []string{"sh", "-c", script}}
}

func (w written) initContainers() {
	pod := modelPod("ordered", "example.com/model:1")
	pod.Spec.Volumes = []corev1.Volume{{Name: "shared", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	side := shell("side", "echo side >> /shared/order; sleep 1000")
	side.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
	side.StartupProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"grep", "side",
		"/shared/order"}}}}
	pod.Spec.InitContainers = []corev1.Container{
		shell("first", "test -e /shared/again || { touch /shared/again; exit 1; }; echo first >> /shared/order"), side,
		shell("second", "echo second >> /shared/order"),
	}
	for _, c := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range c {
			c[i].VolumeMounts = []corev1.VolumeMount{mountAt("shared", "/shared")}
		}
	}
	pod.Spec.TerminationGracePeriodSeconds = new(int64(1)) // a shell that is the first process ignores SIGTERM
	w.create(pod)
	base := w.ready("ordered")
	require.Equal(w, "first\nside\nsecond\n", read(w.T, base+"/file/shared/order"))
	statuses := w.get("ordered").Status.InitContainerStatuses
	require.EqualValues(w, 1, statuses[0].RestartCount, "the first one failed once")
	require.Equal(w, "Completed", statuses[0].State.Terminated.Reason)
	require.NotNil(w, statuses[1].State.Running)
}

func (w written) failures() {
	pod := modelPod("failing", "example.com/shell:1")
	c := shell("model", "echo begun; echo no model > /dev/termination-log; exit 7")
	last := shell("last", "echo the last words >&2; exit 3")
	last.TerminationMessagePolicy = corev1.TerminationMessageFallbackToLogsOnError
	absent := corev1.Container{Name: "absent", Image: "example.com/absent:1"}
	pod.Spec.Containers = []corev1.Container{c, last, absent}
	w.create(pod)
	var statuses []corev1.ContainerStatus
	eventually(w.T, "two restarts", func() bool {
		statuses = w.get("failing").Status.ContainerStatuses
		return len(statuses) == 3 && statuses[0].RestartCount >= 2 && statuses[1].RestartCount >= 2 && statuses[0].State.Waiting != nil &&
			statuses[1].State.Waiting != nil &&
			statuses[2].RestartCount >= 1
	})
	require.Equal(w, "CrashLoopBackOff", statuses[0].State.Waiting.Reason)
	ended := statuses[0].LastTerminationState.Terminated
	require.EqualValues(w, 7, ended.ExitCode)
	require.Equal(w, "Error: no model\n", ended.Reason+": "+ended.Message)
	require.Equal(w, "the last words", strings.TrimSpace(lastLine(statuses[1].LastTerminationState.Terminated.Message)))
	end := statuses[2].LastTerminationState.Terminated
	require.Equal(w, "StartError: starting /usr/bin/absent", strings.Split(end.Reason+": "+end.Message, ": exec")[0])
	log, err := os.ReadFile(kubelet.ContainerLogFile(w.logs, w.get("failing"), "model"))
	require.NoError(w, err)
	require.Contains(w, string(log), "begun")
	require.Equal(w, corev1.PodRunning, w.get("failing").Status.Phase)

	pod = modelPod("over", "example.com/shell:1")
	pod.Spec.RestartPolicy, pod.Spec.Containers = corev1.RestartPolicyNever, []corev1.Container{shell("good", "exit 0"),
		shell("bad", "exit 9")}
	w.create(pod)
	eventually(w.T, "the end", func() bool { return w.get("over").Status.Phase == corev1.PodFailed })
	require.EqualValues(w, 9, w.get("over").Status.ContainerStatuses[1].State.Terminated.ExitCode)
}

func lastLine(text string) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return all[len(all)-1]
}

func (w written) probes() {
	handlers := map[string]corev1.ProbeHandler{
		"http": {HTTPGet: &corev1.HTTPGetAction{Path: "/healthz?full", Port: intstr.FromString("http")}},
		"tcp":  {TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(8080)}},
		"grpc": {GRPC: &corev1.GRPCAction{Port: 9090}},
		"exec": {Exec: &corev1.ExecAction{Command: []string{"sh", "-c", "test -e " + temporary + "/alive"}}},
	}
	for name, handler := range handlers {
		pod := modelPod("probe-"+name, "example.com/model:1")
		probe := &corev1.Probe{ProbeHandler: handler, PeriodSeconds: 1, FailureThreshold: 30}
		c := &pod.Spec.Containers[0]
		c.Env = append(c.Env, corev1.EnvVar{Name: "GRPC_PORT", Value: "9090"})
		c.Ports = append(c.Ports, corev1.ContainerPort{Name: "grpc", ContainerPort: 9090})
		c.StartupProbe, c.ReadinessProbe, c.LivenessProbe = probe, probe, probe.DeepCopy()
		c.LivenessProbe.FailureThreshold = 1
		w.create(pod)
	}
	eventually(w.T, "the process", func() bool { return w.get("probe-exec").Status.PodIP != "" })
	require.False(w, conditionTrue(w.get("probe-exec").Status, corev1.PodReady), "until its probe succeeds")
	base := "http://" + net.JoinHostPort(kubelet.Loopback(w.get("probe-exec").Status.PodIP), "8080")
	eventually(w.T, "the server", func() bool { return w.answers(base + "/write" + temporary + "/alive") })
	for name := range handlers {
		w.ready("probe-" + name)
	}
	// The liveness probe fails once the file is gone, and the container starts again without it.
	require.Contains(w, read(w.T, base+"/remove"+temporary+"/alive"), "<nil>")
	eventually(w.T, "a restart", func() bool {
		status := w.get("probe-exec").Status.ContainerStatuses[0]
		return status.RestartCount == 1 && strings.Contains(status.LastTerminationState.Terminated.Message, "liveness probe failed")
	})
}

// answers says whether a URL is answered.
func (w written) answers(url string) bool {
	response, err := http.Get(url)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil
}

func (w written) job() {
	template := modelPod("", "example.com/shell:1")
	template.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
	template.Spec.Containers = []corev1.Container{shell("work", "exit 0")}
	jobs := w.client.BatchV1().Jobs(w.namespace)
	_, err := jobs.Create(w.Context(), &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: "work"}, Spec: batchv1.JobSpec{
		Completions: new(int32(2)), Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: template.Labels}, Spec: template.Spec},
	}}, metav1.CreateOptions{})
	require.NoError(w, err)
	eventually(w.T, "completion", func() bool {
		job, err := jobs.Get(w.Context(), "work", metav1.GetOptions{})
		require.NoError(w, err)
		return job.Status.Succeeded == 2 && job.Status.CompletionTime != nil
	})
	require.NoError(w, jobs.Delete(w.Context(), "work", metav1.DeleteOptions{PropagationPolicy: new(metav1.DeletePropagationForeground)}))
}

func (w written) missing() {
	pod := modelPod("waiting", "example.com/model:1")
	pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "TOKEN", ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "later"}, Key: "token"}}})
	w.create(pod)
	eventually(w.T, "the reason", func() bool {
		statuses := w.get("waiting").Status.ContainerStatuses
		return len(statuses) == 1 && statuses[0].State.Waiting != nil && statuses[0].State.Waiting.Reason == "CreateContainerConfigError" &&
			strings.Contains(statuses[0].State.Waiting.Message, "variable TOKEN: Secret "+w.namespace+"/later does not exist: create it")
	})
	_, err := w.client.CoreV1().Secrets(w.namespace).Create(w.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "later"},
		Data: map[string][]byte{"token": []byte("here")}}, metav1.CreateOptions{})
	require.NoError(w, err)
	require.Equal(w, "here", read(w.T, w.ready("waiting")+"/env/TOKEN"))
}

func (w written) nothing() {
	w.create(modelPod("nothing", "example.com/unknown@sha256:0123"))
	base := w.ready("nothing")
	require.False(w, w.answers(base+"/healthz"), "nothing listens")
	for _, condition := range w.get("nothing").Status.Conditions {
		if condition.Type == kubelet.RunsCondition {
			require.Equal(w, "NoProgram: no program here stands for image example.com/unknown", condition.Reason+": "+condition.Message)
			return
		}
	}
	w.Fatal("its status does not say so")
}
