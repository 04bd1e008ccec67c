package kubelet

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// docker stands for Docker: it writes down its arguments, one call a line, the variables of a container and the number of its process. As
// Docker does, its run goes on until it is asked to end, and leaves the container behind when it is killed.
const docker = `#!/bin/sh
dir=$(dirname "$0")
echo "$*" >> "$dir/calls"
case $1 in
run) env > "$dir/variables"; echo $$ > "$dir/pid"; echo serving; trap 'exit 0' TERM; while :; do sleep 0.01; done ;;
exec) echo "$3 $4" >> "$dir/probed" ;;
esac
`

// runtimeOf is a fake Docker, and what it is told.
func runtimeOf(t *testing.T) (program string, told func(file string) string) {
	t.Helper()
	dir := t.TempDir()
	program = filepath.Join(dir, "docker")
	require.NoError(t, os.WriteFile(program, []byte(docker), 0o755))
	return program, func(file string) string {
		text, _ := os.ReadFile(filepath.Join(dir, file)) // it may not have been called yet
		return string(text)
	}
}

// imagePod is a pod of an image that nothing of this machine stands for.
func imagePod() *corev1.Pod {
	pod := shellPod(corev1.RestartPolicyAlways, "")
	pod.Spec.Volumes = []corev1.Volume{{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	pod.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsUser: new(int64(65532)), RunAsGroup: new(int64(65532))}
	pod.Spec.Containers = []corev1.Container{{
		Name: "model", Image: "ghcr.io/acme/churn:1.4.2", ImagePullPolicy: corev1.PullIfNotPresent,
		Command: []string{"/serve", "--quiet"}, Args: []string{"--port=$(PORT)"},
		Ports: []corev1.ContainerPort{{ContainerPort: 8080}},
		Env:   []corev1.EnvVar{{Name: "TOKEN", Value: "a secret\nof two lines"}, {Name: "HOME", Value: "/var/model"}},
		SecurityContext: &corev1.SecurityContext{ReadOnlyRootFilesystem: new(true), AllowPrivilegeEscalation: new(false),
			Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
		VolumeMounts: []corev1.VolumeMount{{Name: "tmp", MountPath: "/tmp"}},
		ReadinessProbe: &corev1.Probe{PeriodSeconds: 1, TimeoutSeconds: 5, SuccessThreshold: 1, FailureThreshold: 3,
			ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"/ready"}}}},
	}}
	return pod
}

// ready says whether the pod's container is.
func ready(s corev1.PodStatus) bool {
	return len(s.ContainerStatuses) == 1 && s.ContainerStatuses[0].Ready
}

// TestARuntimeRunsTheImage wants what Docker is told of a container, and its end with the pod and after its client was killed.
func TestARuntimeRunsTheImage(t *testing.T) {
	program, told := runtimeOf(t)
	w := newWorld(t, Rewritten)
	w.programs.change(Table{"ghcr.io/acme/churn": {Runtime: program, Environment: map[string]string{"LEVEL": "debug on $(POD_IP)"}}})
	p := w.create(imagePod())
	w.until("readiness", ready)
	const name = "modelway-u1-model"
	files := filepath.Join(w.Dir, "u1", "volumes", "tmp")
	require.Equal(t, "run --rm --name "+name+" --hostname churn --pull missing --publish 127.214.0.9:8080:8080/tcp --env BIND_ADDRESS "+
		"--env HOME=/var/model --env LEVEL --env POD_IP --env PORT --env TOKEN --mount type=bind,source="+files+",target=/tmp "+
		"--user 65532:65532 --read-only --security-opt no-new-privileges --cap-drop ALL --entrypoint /serve ghcr.io/acme/churn:1.4.2 "+
		"--quiet --port=8080", strings.Split(told("calls"), "\n")[0])
	for _, variable := range []string{"TOKEN=a secret\nof two lines\n", "PORT=8080\n", "BIND_ADDRESS=0.0.0.0\n", "LEVEL=debug on 10.214.0.9\n",
		"HOME=" + os.Getenv("HOME") + "\n"} {
		require.Contains(t, "\n"+told("variables"), "\n"+variable)
	}
	require.Contains(t, told("probed"), "/ready \n")

	removed := func(times int) func() bool {
		return func() bool { return strings.Count(told("calls"), "rm --force --volumes "+name+"\n") == times }
	}
	require.True(t, removed(0)())
	pid, err := strconv.Atoi(strings.TrimSpace(told("pid")))
	require.NoError(t, err)
	client, err := os.FindProcess(pid)
	require.NoError(t, err)
	require.NoError(t, client.Kill())
	w.until("another start", func(s corev1.PodStatus) bool { return ready(s) && s.ContainerStatuses[0].RestartCount == 1 })
	require.True(t, removed(1)(), "what the client left behind is gone before it is started again")
	p.Cancel()
	w.Wait()
	require.True(t, removed(2)())
	require.Equal(t, 2, strings.Count(told("calls"), "run --rm"))
}

// TestAContainerEndsWithTheLocalStack kills what attends a container, as a supervisor that is killed.
func TestAContainerEndsWithTheLocalStack(t *testing.T) {
	program, told := runtimeOf(t)
	victim := exec.Command(os.Args[0], program)
	victim.Env = append(os.Environ(), roleVariable+"="+attendRole)
	output, err := victim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	line := make([]byte, len("begun: <nil>\n"))
	_, err = output.Read(line)
	require.NoError(t, err)
	require.Equal(t, "begun: <nil>\n", string(line))
	require.Empty(t, told("calls"))
	require.NoError(t, victim.Process.Kill())
	_ = victim.Wait() // it was killed
	require.Eventually(t, func() bool { return told("calls") == "rm --force --volumes attended\n" }, time.Minute, 10*time.Millisecond)
}

func TestMountsOfARuntime(t *testing.T) {
	require.Equal(t, `type=bind,"source=/a,""b""",target=/c,readonly`, bindMount(mount{Source: `/a,"b"`, Path: "/c", ReadOnly: true}))
	require.Equal(t, []string{"--pull", "always"}, pull(corev1.PullAlways))
	require.Equal(t, []string{"--publish", "127.0.0.9:53:53/udp"},
		published([]corev1.ContainerPort{{ContainerPort: 53, Protocol: corev1.ProtocolUDP}}, "127.0.0.9"))
	own := &corev1.SecurityContext{RunAsUser: new(int64(7)), Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_BIND_SERVICE"}}}
	require.Equal(t, []string{"--user", "7", "--cap-add", "NET_BIND_SERVICE"}, confined(nil, own))
}

// server is a program that answers on its port, and says who it is.
const server = `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, os.Getuid(), os.Getenv("TOKEN"), os.Args[1:]) })
	panic(http.ListenAndServe(os.Getenv("BIND_ADDRESS")+":"+os.Getenv("PORT"), nil))
}
`

// TestDocker runs an image of one program with Docker itself, where it is at work.
func TestDocker(t *testing.T) {
	path, err := exec.LookPath("docker")
	if err == nil {
		_, err = exec.Command(path, "version").Output()
	}
	if err != nil {
		t.Skipf("Docker is not at work on this machine, so no container was run: %v", err)
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(server), 0o644))
	build := exec.Command("go", "build", "-o", "serve", "main.go")
	build.Dir, build.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	const image = "modelway.invalid/served:1"
	out, err = exec.Command("sh", "-c", `tar -C "$0" -c serve | docker import - "$1"`, dir, image).CombinedOutput()
	require.NoError(t, err, string(out))
	t.Cleanup(func() { _ = exec.Command(path, "rmi", image).Run() })

	w := newWorld(t, Rewritten)
	w.programs.change(Table{"modelway.invalid/served": {Runtime: path}})
	pod := imagePod()
	pod.Spec.Containers[0].Image = image
	pod.Spec.Containers[0].ReadinessProbe.ProbeHandler = corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/"}}
	pod.Spec.Containers[0].ReadinessProbe.HTTPGet.Port.IntVal = 8080
	p := w.create(pod)
	w.until("an answer", ready)
	p.Cancel()
	w.Wait()
	out, err = exec.Command(path, "ps", "--all", "--quiet", "--filter", "name=modelway-u1-model").CombinedOutput()
	require.NoError(t, err)
	require.Empty(t, string(out), "nothing is left")
}
