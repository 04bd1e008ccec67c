package kubelet

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestFields(t *testing.T) {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "churn-1", Namespace: "models", UID: "u1",
			Labels: map[string]string{"b/c": "2", "a": `1"`}, Annotations: map[string]string{"note": "x"}},
		Spec: corev1.PodSpec{NodeName: "node", ServiceAccountName: "churn"},
	}
	for path, want := range map[string]string{
		"metadata.name": "churn-1", "metadata.namespace": "models", "metadata.uid": "u1", "metadata.labels": "a=\"1\\\"\"\nb/c=\"2\"",
		"metadata.labels['b/c']": "2", "metadata.labels['none']": "", "metadata.annotations": `note="x"`, "metadata.annotations['note']": "x",
		"spec.nodeName": "node", "spec.serviceAccountName": "churn", "status.podIP": "10.0.0.7", "status.hostIP": "127.0.0.1",
	} {
		value, err := fieldOf(pod, "10.0.0.7", path)
		require.NoError(t, err, path)
		require.Equal(t, want, value, path)
	}
	for _, path := range []string{"", "spec.containers", "metadata.name['a']", "metadata.labels['a"} {
		_, err := fieldOf(pod, "", path)
		require.ErrorContains(t, err, "field "+path+" of a pod cannot be read: allowed: metadata.name", path)
	}
}

func TestResources(t *testing.T) {
	container := corev1.Container{Resources: corev1.ResourceRequirements{
		Limits: corev1.ResourceList{"cpu": resource.MustParse("1500m"), "memory": resource.MustParse("100M"),
			"hugepages-2Mi": resource.MustParse("4Mi")},
		Requests: corev1.ResourceList{"cpu": resource.MustParse("250m")},
	}}
	for _, test := range []struct{ name, divisor, want string }{
		{"limits.cpu", "0", "2"}, {"limits.cpu", "1m", "1500"}, {"requests.cpu", "1", "1"}, {"requests.cpu", "1m", "250"},
		{"limits.memory", "0", "100000000"}, {"limits.memory", "1Mi", "96"}, {"requests.memory", "1", "0"}, {"limits.hugepages-2Mi", "1Mi", "4"},
	} {
		value, err := resourceOf(container, test.name, resource.MustParse(test.divisor))
		require.NoError(t, err, test)
		require.Equal(t, test.want, value, test)
	}
	unlimited, err := resourceOf(corev1.Container{}, "limits.cpu", resource.Quantity{})
	require.NoError(t, err)
	require.NotEqual(t, "0", unlimited, "without a limit it is the machine's")
	for _, name := range []string{"limits.gpu", "cpu", "limits"} {
		_, err := resourceOf(container, name, resource.Quantity{})
		require.ErrorContains(t, err, "resource "+name+" of a container cannot be read: allowed: ")
	}
}

func TestCommandLine(t *testing.T) {
	program := Program{Command: []string{"/bin/server", "--local"}, Last: []string{"--last"}}
	for name, test := range map[string]struct{ command, args, own, given []string }{
		"as the image says": {nil, nil, program.Command, []string{"--last"}},
		"with arguments":    {nil, []string{"--x"}, program.Command, []string{"--x", "--last"}},
		"with a command":    {[]string{"/manager", "--y"}, []string{"--x"}, program.Command, []string{"--y", "--x", "--last"}},
		"with a shell":      {[]string{"/bin/sh", "-c", "true"}, []string{"x"}, nil, []string{"/bin/sh", "-c", "true", "x"}},
	} {
		own, given := commandLine(program, test.command, test.args)
		require.Equal(t, test.own, own, name)
		require.Equal(t, test.given, given, name)
	}
}

func TestCommandLineWithReplacements(t *testing.T) {
	program := Program{Command: []string{"/bin/reloader"}, Replace: []string{"--listen=:", "--listen=$(BIND_ADDRESS):",
		"://localhost:", "://$(BIND_ADDRESS):"}}
	_, given := commandLine(program, []string{"/bin/in-image", "--listen=:80"}, []string{"--url=http://localhost:90/x", "--listen=1.2.3.4:80"})
	require.Equal(t, []string{"--listen=$(BIND_ADDRESS):80", "--url=http://$(BIND_ADDRESS):90/x", "--listen=1.2.3.4:80"}, given)
	_, given = commandLine(Program{}, nil, []string{"--listen=:80"})
	require.Equal(t, []string{"--listen=:80"}, given)
}

func TestKeptFiles(t *testing.T) {
	require.Equal(t, []string{"/a/venv", "/a/venv/bin", "/a/venv/bin/python3", "/a/own", "/a/own/serve.py", "/a/work"}, kept(Program{
		Command: []string{"/a/venv/bin/python3", "-u", "/a/own/serve.py", "--port", "$(PORT)"}, Directory: "/a/work",
	}))
	require.Empty(t, kept(Program{Command: []string{"python3", "serve.py"}}))
}
