package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/doctor"
	"github.com/modelway/modelway/internal/kserve"

	"github.com/modelway/modelway/local/testcluster"
)

// patient has a stack that modelway doctor looks at.
type patient struct{ *stack }

// doctor runs all checks, and returns the outcomes by key and the exit code.
func (p patient) doctor(env ...string) (map[string]doctor.Result, int) {
	p.t.Helper()
	command := exec.Command(filepath.Join(p.c.Bin(), "modelway"), "doctor", "--json")
	command.Dir, command.Env = p.c.Root, append(os.Environ(), env...)
	var out, faults bytes.Buffer
	command.Stdout, command.Stderr = &out, &faults
	code := 0
	if err := command.Run(); err != nil {
		var exit *exec.ExitError
		require.True(p.t, errors.As(err, &exit), err)
		code = exit.ExitCode()
	}
	var told struct{ Checks []doctor.Result }
	require.NoError(p.t, json.Unmarshal(out.Bytes(), &told), "%s%s", &out, &faults)
	all := map[string]doctor.Result{}
	for _, r := range told.Checks {
		all[r.Check] = r
	}
	require.Len(p.t, all, len(doctor.Checks()))
	return all, code
}

// requireWell waits until every check is silent. Of what the stack does not have, they say so.
func (p patient) requireWell() {
	p.t.Helper()
	absent := []string{"argo-cd", "database-schema", "scrapes"}
	var last map[string]doctor.Result
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(tick) {
		found, code := p.doctor()
		well := code == 0
		for key, r := range found {
			well = well && (r.State == doctor.OK || r.State == doctor.Absent && slices.Contains(absent, key))
		}
		if well {
			return
		}
		last = found
		if time.Now().After(deadline) {
			require.Fail(p.t, "the stack is not well", "%s", doctor.Text(sorted(last), 140))
		}
	}
}

func sorted(found map[string]doctor.Result) (all []doctor.Result) {
	for _, key := range doctor.Keys() {
		all = append(all, found[key])
	}
	return all
}

// requireFound waits until a check tells of a fault, in a state and with these words, and wants the exit code of that state.
func (p patient) requireFound(key string, state doctor.State, words string, env ...string) {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(tick) {
		found, code := p.doctor(env...)
		text := doctor.Text([]doctor.Result{found[key]}, 1000)
		if found[key].State == state && strings.Contains(text, words) {
			p.t.Logf("exit code %d\n%s", code, text)
			if state == doctor.Failed {
				require.Equal(p.t, 1, code)
			}
			return
		}
		if time.Now().After(deadline) {
			require.Fail(p.t, "the check says nothing of it", "want %s: %s\n%s", key, words, doctor.Text(sorted(found), 140))
		}
	}
}

// TestDoctor breaks a stack in one way after another, and wants modelway doctor to find each, to name it, and to be silent once it is
// healed. What it asks of AWS is answered by the simulated account.
func TestDoctor(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "modelway", "modelway-local", "kubectl", "kserve-controller", "storage-initializer")
	p := patient{startIn(t, withKServe(t, newCheckout(t)))}
	p.succeed("up")
	p.requireWell()
	for _, fault := range p.faults() {
		t.Run(fault.check+" "+fault.name, func(t *testing.T) {
			at := patient{&stack{t: t, c: p.c, status: p.status, port: p.port}}
			fault.hurt(at)
			at.requireFound(fault.check, fault.state, fault.words, fault.env...)
			fault.heal(at)
			at.requireWell()
		})
	}
}

// fault is a way to break a stack, and what the doctor says of it.
type fault struct {
	check, name string
	hurt, heal  func(p patient)
	state       doctor.State
	words       string
	env         []string
}

func (p patient) faults() []fault {
	nothing := func(patient) {}
	run := func(args ...string) func(patient) {
		return func(p patient) { p.kubectl(nil, args...) }
	}
	applied := func(text string) (hurt, heal func(patient)) {
		return func(p patient) { p.kubectl([]byte(text), "create", "-f", "-") },
			func(p patient) {
				p.kubectl([]byte(text), "delete", "--wait=true", "--timeout=60s", "--grace-period=0", "--force", "-f", "-")
			}
	}
	scale := func(namespace, name, replicas string) func(patient) {
		return run("-n", namespace, "scale", "deployment", name, "--replicas="+replicas)
	}
	homeless, found := applied(podText("homeless", `{}`, `{"nodeSelector": {"nowhere": "here"}}`))
	stranded, taken := applied(podText("stranded", `{"modelway.dev/compute": "fargate"}`, `{"nodeSelector": {"nowhere": "here"}}`))
	gated, freed := applied(podText("gated", `{}`, `{"readinessGates": [{"conditionType": "target-health.elbv2.k8s.aws/k8s-nobody"}]}`))
	unsigned, forgotten := applied(`{"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": {"namespace": "default", "name": "unsigned"},
		"spec": {"secretName": "unsigned", "dnsNames": ["a.example.com"], "issuerRef": {"kind": "Issuer", "name": "nobody"}}}`)
	lost, deleted := applied(`{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"namespace": "models", "name": "lost"},
		"spec": {"ingressClassName": "` + p.class() + `", "rules": [{"host": "nobody.invalid", "http": {"paths": [{"path": "/", "pathType": "Prefix",
		"backend": {"service": {"name": "churn", "port": {"number": 80}}}}]}}]}}`)
	begun, ended := applied(`{"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "metadata": {"namespace": "` + kserve.Namespace + `",
		"name": "sh.helm.release.v1.kserve-resources.v99", "labels": {"owner": "helm", "name": "kserve-resources", "status": "pending-upgrade", "version": "99"}}}`)
	configurations := strings.Fields(p.asked("get", "validatingwebhookconfigurations", "-o", "name"))
	webhook := configurations[slices.IndexFunc(configurations, func(name string) bool { return strings.HasSuffix(name, kserve.Group) })]
	return []fault{
		{"webhooks", "without a controller", scale(kserve.Namespace, kserve.Controller, "0"), scale(kserve.Namespace, kserve.Controller, "1"),
			doctor.Failed, "has no endpoint that is ready", nil},
		{"ca-bundles", "empty", func(p patient) {
			scale("cert-manager", "cert-manager-cainjector", "0")(p)
			p.kubectl(nil, "-n", "cert-manager", "wait", "pods", "--for=delete", "--selector=app.kubernetes.io/component=cainjector", "--timeout=60s")
			p.kubectl(nil, "patch", webhook, "--type=json", "--patch", `[{"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}]`)
		}, scale("cert-manager", "cert-manager-cainjector", "1"), doctor.Failed, "its CA bundle is empty", nil},
		{"pending-pods", "without a place", homeless, found, doctor.Warned, "Pod default/homeless: it has no place: Unschedulable", nil},
		{"fargate-profiles", "without a profile", stranded, taken, doctor.Failed, "Fargate profiles selects namespace default", nil},
		{"readiness-gates", "that nobody opens", gated, freed, doctor.Warned, "the controller has not told its health", nil},
		{"helm-releases", "in an upgrade", begun, ended, doctor.Warned, "is pending-upgrade", nil},
		{"certificates", "without an issuer", unsigned, forgotten, doctor.Warned, "Certificate default/unsigned: it is not ready", nil},
		{"addresses", "that nobody knows", lost, deleted, doctor.Failed, "host nobody.invalid does not resolve", nil},
		{"digests", "of another version", run("-n", "models", "set", "image", "deployment/churn", "*=ghcr.io/modelway/model-server:"+canaryVersion),
			run("-n", "models", "rollout", "undo", "deployment/churn"), doctor.Failed, "model churn: image", nil},
		{"account-quotas", "that are used", nothing, nothing, doctor.Failed, "load balancers are used", []string{`MODELWAY_AWS_QUOTAS={"loadBalancers": 1}`}},
		{"load-balancer-quotas", "that are near", nothing, nothing, doctor.Failed, "rules are used", []string{`MODELWAY_AWS_QUOTAS={"rulesPerLoadBalancer": 1}`}},
	}
}

// podText is a pod that runs nothing here, with more in its spec.
func podText(name, labels, spec string) string {
	var more map[string]any
	_ = json.Unmarshal([]byte(spec), &more)
	more["containers"] = []any{map[string]any{"name": "one", "image": "example.com/one:1"}}
	text, _ := json.Marshal(more)
	return fmt.Sprintf(`{"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "default", "name": %q, "labels": %s}, "spec": %s}`, name, labels, text)
}

// asked is what kubectl prints.
func (p patient) asked(args ...string) string {
	p.t.Helper()
	out, err := exec.Command(filepath.Join(p.c.Bin(), "kubectl"), append([]string{"--kubeconfig", p.status.Kubeconfig}, args...)...).Output()
	require.NoError(p.t, err)
	return string(out)
}

// class is the class of the Ingress of churn.
func (p patient) class() string {
	return p.asked("-n", "models", "get", "ingress", "churn", "-o", "jsonpath={.spec.ingressClassName}")
}
