package doctor

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/rollout"
)

// now is when the facts of the tests were read.
var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// objectsOf reads a list of Kubernetes from its items, as the API server writes it.
func objectsOf[T any](t *testing.T, items ...string) []T {
	t.Helper()
	all, err := list[T]([]byte(`{"items": [` + strings.Join(items, ",") + `]}`))
	require.NoError(t, err)
	return all
}

// one is a situation: what was changed in a whole environment, and what the check says of it; nothing for one that is whole.
type one struct {
	change func(t *testing.T, f *Facts)
	want   []string
}

// requireFound compares what a check finds in an environment, changed, with what it has to.
func requireFound(t *testing.T, c Check, whole func(t *testing.T) Facts, situations map[string]one) {
	t.Helper()
	silent, broken := false, false
	for name, s := range situations {
		t.Run(name, func(t *testing.T) {
			f := whole(t)
			f.Now = now
			if s.change != nil {
				s.change(t, &f)
			}
			var told []string
			for _, found := range c.Decide(f, nil).Findings {
				require.NotEmpty(t, found.Fix)
				told = append(told, fmt.Sprintf("%s: %s: %s", found.Severity, found.Object, found.Seen))
			}
			require.Equal(t, s.want, told)
		})
		silent, broken = silent || s.want == nil, broken || s.want != nil
	}
	require.True(t, silent && broken, "check %s needs a broken situation and a whole one", c.Key)
}

func webhook(t *testing.T, policy string, bundle []byte) Webhooks {
	w := objectsOf[Webhooks](t, `{"metadata": {"name": "kserve"}, "webhooks": [{"name": "pods.kserve", "failurePolicy": "`+policy+`",
		"clientConfig": {"caBundle": "`+base64.StdEncoding.EncodeToString(bundle)+`", "service": {"namespace": "kserve", "name": "hook"}},
		"rules": [{"operations": ["CREATE"], "resources": ["pods"]}]}]}`)[0]
	w.Kind = "MutatingWebhookConfiguration"
	return w
}

const (
	hookService = `{"metadata": {"namespace": "kserve", "name": "hook"}, "spec": {"selector": {"app": "hook"}}}`
	hookSlice   = `{"metadata": {"namespace": "kserve", "name": "hook-x", "labels": {"kubernetes.io/service-name": "hook"}},
		"endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": %t}}]}`
	hookPod = `{"metadata": {"namespace": "kserve", "name": "hook-1", "labels": {"app": "hook"}},
		"spec": {"volumes": [{"secret": {"secretName": "hook-cert"}}]}}`
)

func TestWebhooksNeedEndpoints(t *testing.T) {
	whole := func(t *testing.T) Facts {
		return Facts{Webhooks: []Webhooks{webhook(t, "Fail", nil)}, Services: objectsOf[Service](t, hookService),
			Slices: objectsOf[Slice](t, fmt.Sprintf(hookSlice, true))}
	}
	notReady := func(t *testing.T, f *Facts) { f.Slices = objectsOf[Slice](t, fmt.Sprintf(hookSlice, false)) }
	requireFound(t, webhooks, whole, map[string]one{
		"an endpoint is ready": {},
		"none is ready": {notReady, []string{"error: MutatingWebhookConfiguration kserve: Service kserve/hook has no endpoint that is ready, so that " +
			"every write is refused of pods"}},
		"none is there": {func(_ *testing.T, f *Facts) { f.Slices = nil }, []string{"error: MutatingWebhookConfiguration kserve: Service kserve/hook " +
			"has no endpoint that is ready, so that every write is refused of pods"}},
		"no Service": {func(_ *testing.T, f *Facts) { f.Slices, f.Services = nil, nil }, []string{"error: MutatingWebhookConfiguration kserve: " +
			"Service kserve/hook does not exist, so that every write is refused of pods"}},
		"a failure is ignored": {func(t *testing.T, f *Facts) { notReady(t, f); f.Webhooks = []Webhooks{webhook(t, "Ignore", nil)} }, []string{
			"warning: MutatingWebhookConfiguration kserve: Service kserve/hook has no endpoint that is ready, and its webhooks are left out for pods"}},
		"a webhook outside of the cluster": {func(_ *testing.T, f *Facts) { f.Slices, f.Webhooks[0].Webhooks[0].ClientConfig.Service = nil, nil }, nil},
	})
}

// issued makes a CA, and a certificate of it for a name, in PEM.
func issued(t *testing.T, name string, end time.Time) (authority, served []byte) {
	t.Helper()
	made := func(serial int64, parent *x509.Certificate, signer *ecdsa.PrivateKey, isCA bool) (*x509.Certificate, *ecdsa.PrivateKey, []byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		c := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: now.Add(-time.Hour), NotAfter: end, IsCA: isCA,
			BasicConstraintsValid: true, Subject: pkix.Name{CommonName: fmt.Sprint("c", serial)}}
		if parent == nil {
			parent, signer = c, key
			c.KeyUsage = x509.KeyUsageCertSign
		} else {
			c.DNSNames = []string{name}
		}
		raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
		require.NoError(t, err)
		return c, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	}
	root, key, authority := made(1, nil, nil, true)
	_, _, served = made(2, root, key, false)
	return authority, served
}

func TestBundlesVerifyWhatIsServed(t *testing.T) {
	authority, served := issued(t, "hook.kserve.svc", now.Add(time.Hour))
	another, _ := issued(t, "hook.kserve.svc", now.Add(time.Hour))
	secret := func(t *testing.T, text []byte) []Secret {
		return objectsOf[Secret](t, `{"metadata": {"namespace": "kserve", "name": "hook-cert"}, "data": {"tls.crt": "`+
			base64.StdEncoding.EncodeToString(text)+`"}}`)
	}
	whole := func(t *testing.T) Facts {
		return Facts{Webhooks: []Webhooks{webhook(t, "Fail", authority)}, Services: objectsOf[Service](t, hookService),
			Pods: objectsOf[Pod](t, hookPod), Secrets: secret(t, served)}
	}
	bundle := func(text []byte) func(t *testing.T, f *Facts) {
		return func(t *testing.T, f *Facts) { f.Webhooks = []Webhooks{webhook(t, "Fail", text)} }
	}
	requireFound(t, authorities, whole, map[string]one{
		"it verifies":            {},
		"nobody mounts a Secret": {func(_ *testing.T, f *Facts) { f.Pods = nil; bundle(another)(t, f) }, nil},
		"empty":                  {bundle(nil), []string{"error: MutatingWebhookConfiguration kserve: its CA bundle is empty (webhook pods.kserve)"}},
		"no PEM": {bundle([]byte("x")), []string{"error: MutatingWebhookConfiguration kserve: its CA bundle has no certificate in PEM (webhook " +
			"pods.kserve)"}},
	})
	for name, change := range map[string]func(f *Facts){
		"certificate signed by unknown authority": func(f *Facts) { bundle(another)(t, f) },
		"certificate has expired":                 func(f *Facts) { f.Now = now.Add(2 * time.Hour) },
		"it has no certificate":                   func(f *Facts) { f.Secrets = secret(t, nil) },
		"not hook.kserve.svc": func(f *Facts) {
			authority, served := issued(t, "other.kserve.svc", now.Add(time.Hour))
			bundle(authority)(t, f)
			f.Secrets = secret(t, served)
		},
	} {
		f := whole(t)
		f.Now = now
		change(&f)
		found := authorities.Decide(f, nil).Findings
		require.Len(t, found, 1, name)
		require.Contains(t, found[0].Seen, name)
		require.Contains(t, found[0].Seen, "Secret kserve/hook-cert")
	}
	f := whole(t)
	bundle(nil)(t, &f)
	f.Webhooks[0].Metadata.Annotations = map[string]string{injectFrom: "kserve/serving-cert"}
	require.Contains(t, authorities.Decide(f, nil).Findings[0].Command, "kubectl -n kserve describe certificate serving-cert")
}

// pendingPod is a pod without a place, made so many seconds ago.
func pendingPod(seconds int, more string) string {
	return fmt.Sprintf(`{"metadata": {"namespace": "models", "name": "churn-1", "labels": {"modelway.dev/compute": "fargate"},
		"creationTimestamp": %q}, "spec": {"schedulerName": "default-scheduler"}, "status": {"phase": "Pending"%s}}`,
		now.Add(-time.Duration(seconds)*time.Second).Format(time.RFC3339), more)
}

func TestFargateNeedsAProfile(t *testing.T) {
	none := []string{"error: Pod models/churn-1: none of the 1 Fargate profiles selects namespace models with the pod's labels"}
	whole := func(t *testing.T) Facts {
		var p Profile
		require.NoError(t, json.Unmarshal([]byte(`{"fargateProfileName": "system", "selectors": [{"namespace": "kube-*"}]}`), &p))
		return Facts{Profiles: []Profile{p}, Pods: objectsOf[Pod](t, pendingPod(10, ""))}
	}
	requireFound(t, profiles, whole, map[string]one{
		"no profile": {nil, none},
		"a profile that is later": {func(_ *testing.T, f *Facts) { f.Profiles[0].Selectors[0].Namespace = "models" },
			[]string{"error: Pod models/churn-1: it was made before Fargate profile system selected it, and waits forever"}},
		"a profile has it":   {func(_ *testing.T, f *Facts) { f.Pods[0].Spec.SchedulerName = fargateScheduler }, nil},
		"it runs":            {func(_ *testing.T, f *Facts) { f.Pods[0].Status.Phase = "Running" }, nil},
		"it goes":            {func(_ *testing.T, f *Facts) { f.Pods[0].Metadata.DeletionTimestamp = &now }, nil},
		"it is for nodes":    {func(_ *testing.T, f *Facts) { f.Pods[0].Metadata.Labels["modelway.dev/compute"] = "nodes" }, nil},
		"nodes that take it": {func(t *testing.T, f *Facts) { f.Pods[0].Metadata.Labels = nil; f.Nodes = objectsOf[Node](t, `{}`) }, nil},
		"nothing but Fargate": {func(t *testing.T, f *Facts) {
			f.Pods[0].Metadata.Labels = nil
			f.Nodes = objectsOf[Node](t, `{"metadata": {"labels": {"eks.amazonaws.com/compute-type": "fargate"}}}`)
		}, none},
	})
}

func TestPodsHaveAPlace(t *testing.T) {
	const unschedulable = `, "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}]`
	whole := func(t *testing.T) Facts { return Facts{Nodes: objectsOf[Node](t, `{}`)} }
	pod := func(text string) func(t *testing.T, f *Facts) {
		return func(t *testing.T, f *Facts) {
			f.Pods = objectsOf[Pod](t, strings.Replace(text, `"fargate"`, `"nodes"`, 1))
		}
	}
	waits := func(reason string) string {
		return `, "containerStatuses": [{"name": "model", "state": {"waiting": {"reason": "` + reason + `", "message": "m"}}}]`
	}
	requireFound(t, pending, whole, map[string]one{
		"all run":    {pod(strings.Replace(pendingPod(900, ""), "Pending", "Running", 1)), nil},
		"a new pod":  {pod(pendingPod(20, waits("ContainerCreating"))), nil},
		"no place":   {pod(pendingPod(20, unschedulable)), []string{"warning: Pod models/churn-1: it has no place: Unschedulable: 0/3 nodes"}},
		"never will": {pod(pendingPod(900, unschedulable)), []string{"error: Pod models/churn-1: it has no place: Unschedulable: 0/3 nodes"}},
		"no image": {pod(pendingPod(20, waits("ImagePullBackOff"))), []string{"error: Pod models/churn-1: its containers cannot start: model: " +
			"ImagePullBackOff: m"}},
		"it ends again and again": {pod(strings.Replace(pendingPod(900, waits("CrashLoopBackOff")), "Pending", "Running", 1)), []string{
			"error: Pod models/churn-1: its containers cannot start: model: CrashLoopBackOff: m"}},
		"it takes long": {pod(pendingPod(200, waits("ContainerCreating"))), []string{"warning: Pod models/churn-1: it has not started for 3m20s, " +
			"model: ContainerCreating: m"}},
		"that of profiles": {func(t *testing.T, f *Facts) { f.Pods = objectsOf[Pod](t, pendingPod(900, unschedulable)) }, nil},
	})
}

func TestReleasesAreDeployed(t *testing.T) {
	row := func(revision int, status string) string {
		return fmt.Sprintf("kserve sh.helm.release.v1.kserve.v%d helm.sh/release.v1 1 5m kserve %s %d\n", revision, status, revision)
	}
	given := func(rows ...string) func(t *testing.T, f *Facts) {
		return func(t *testing.T, f *Facts) {
			var err error
			f.Releases, err = readReleases([]byte(strings.Join(rows, "")))
			require.NoError(t, err)
		}
	}
	whole := func(*testing.T) Facts { return Facts{} }
	requireFound(t, releases, whole, map[string]one{
		"none":                 {},
		"deployed":             {given(row(1, "superseded"), row(2, "failed"), row(3, "deployed")), nil},
		"pending":              {given(row(1, "deployed"), row(2, "pending-upgrade")), []string{"error: Helm release kserve/kserve: revision 2 is pending-upgrade: a change of it runs, or was killed"}},
		"pending at first":     {given(row(1, "pending-install")), []string{"error: Helm release kserve/kserve: revision 1 is pending-install: a change of it runs, or was killed"}},
		"failed":               {given(row(1, "deployed"), row(2, "failed")), []string{"error: Helm release kserve/kserve: revision 2 failed"}},
		"failed at first":      {given(row(1, "failed")), []string{"error: Helm release kserve/kserve: revision 1 failed"}},
		"its removal was left": {given(row(1, "uninstalling")), []string{"warning: Helm release kserve/kserve: revision 1 is being uninstalled, or its removal was killed"}},
	})
	f := Facts{}
	given(row(1, "deployed"), row(2, "pending-upgrade"))(t, &f)
	require.Equal(t, "helm -n kserve rollback kserve 1", findReleases(f)[0].Command)
	for text, want := range map[string]string{"a b": "has 2 columns", "a b c d e f g h\n": `"h" is not a revision`} {
		_, err := readReleases([]byte(text))
		require.ErrorContains(t, err, want)
	}
}

// readyPod has containers that are ready for so many seconds, and a gate of a load balancer in a state.
func readyPod(seconds int, gate string) string {
	return fmt.Sprintf(`{"metadata": {"namespace": "models", "name": "churn-1"},
		"spec": {"readinessGates": [{"conditionType": "target-health.elbv2.k8s.aws/k8s-models-churn"}]},
		"status": {"phase": "Running", "podIP": "10.0.0.9", "conditions": [{"type": "ContainersReady", "status": "True", "lastTransitionTime": %[1]q},
		{"type": "Ready", "status": %[2]q, "lastTransitionTime": %[1]q}, {"type": "target-health.elbv2.k8s.aws/k8s-models-churn", "status": %[2]q, "reason": "Target.Timeout"}]}}`,
		now.Add(-time.Duration(seconds)*time.Second).Format(time.RFC3339), gate)
}

func TestGatesOpenForReadyPods(t *testing.T) {
	whole := func(t *testing.T) Facts { return Facts{Pods: objectsOf[Pod](t, readyPod(600, "True"))} }
	requireFound(t, targets, whole, map[string]one{
		"healthy": {},
		"not yet": {func(t *testing.T, f *Facts) { f.Pods = objectsOf[Pod](t, readyPod(20, "False")) }, []string{"warning: Pod models/churn-1: its " +
			"containers are ready, and its target is not healthy (k8s-models-churn): Target.Timeout"}},
		"never": {func(t *testing.T, f *Facts) { f.Pods = objectsOf[Pod](t, readyPod(600, "False")) }, []string{"error: Pod models/churn-1: its " +
			"containers are ready, and its target is not healthy (k8s-models-churn): Target.Timeout"}},
		"nobody tells": {func(_ *testing.T, f *Facts) { f.Pods[0].Status.Conditions = f.Pods[0].Status.Conditions[:2] }, []string{"error: Pod " +
			"models/churn-1: its containers are ready, and its target is not healthy (k8s-models-churn): the controller has not told its health"}},
		"a gate of others": {func(_ *testing.T, f *Facts) { f.Pods[0].Spec.ReadinessGates[0].ConditionType = "example.com/x" }, nil},
	})
}

func TestTargetsAreAsTheirPods(t *testing.T) {
	binding := func(t *testing.T) []Binding {
		return objectsOf[Binding](t, `{"metadata": {"namespace": "models", "name": "b"}, "spec": {"targetGroupARN": "arn:1", "targetType": "ip", "serviceRef": {"name": "churn"}}}`)
	}
	state := func(state, ip string) func(t *testing.T, f *Facts) {
		return func(t *testing.T, f *Facts) {
			var one Target
			require.NoError(t, json.Unmarshal([]byte(`{"Target": {"Id": "`+ip+`", "Port": 8080}, "TargetHealth": {"State": "`+state+`", "Reason": "Target.Timeout"}}`), &one))
			f.Health = map[string][]Target{"arn:1": {one}}
		}
	}
	whole := func(t *testing.T) Facts {
		return Facts{Pods: objectsOf[Pod](t, readyPod(600, "True")), Bindings: binding(t)}
	}
	unready := func(t *testing.T, f *Facts) {
		state("healthy", "10.0.0.9")(t, f)
		f.Pods[0].Status.Conditions[0].Status, f.Pods[0].Status.Conditions[1].Status = "False", "False"
	}
	requireFound(t, targetHealth, whole, map[string]one{
		"healthy":                 {state("healthy", "10.0.0.9"), nil},
		"draining":                {state("draining", "10.0.0.8"), nil},
		"unhealthy and not ready": {func(t *testing.T, f *Facts) { unready(t, f); state("unhealthy", "10.0.0.9")(t, f) }, nil},
		"unhealthy": {state("unhealthy", "10.0.0.9"), []string{"error: target 10.0.0.9:8080 of Service models/churn: it is unhealthy " +
			"(Target.Timeout), and Pod models/churn-1 is ready"}},
		"healthy and not ready": {unready, []string{"error: target 10.0.0.9:8080 of Service models/churn: it is healthy, and Pod models/churn-1 is not " +
			"ready: requests go where Kubernetes sends none"}},
		"of no pod": {state("healthy", "10.0.0.8"), []string{"error: target 10.0.0.8:8080 of Service models/churn: no pod has this address, and the " +
			"target is healthy"}},
		"instances": {func(t *testing.T, f *Facts) {
			state("healthy", "i-1")(t, f)
			f.Bindings[0].Spec.TargetType = "instance"
		}, nil},
	})
}

// versionsOf is a model as it was deployed.
func versionsOf(v rollout.Version) []rollout.Model {
	return []rollout.Model{{Name: "churn", Versions: []rollout.Version{v}}}
}

func TestTextFitsAndKeepsCommands(t *testing.T) {
	results := []Result{
		{Check: "webhooks", Title: "All is well", State: OK},
		{Check: "argo-cd", Title: "Synced", State: Absent, Note: "not in this environment"},
		{Check: "digests", Title: "Same", State: Failed, Findings: []Finding{{Severity: Error, Object: "model churn", Seen: strings.Repeat("word ", 30),
			Fix: "Deploy again and look", Command: "kubectl " + strings.Repeat("x", 90)}}},
	}
	text := Text(results, 60)
	for _, line := range strings.Split(text, "\n") {
		if !strings.Contains(line, "kubectl") {
			require.LessOrEqual(t, len(line), 60, line)
		}
		require.Equal(t, strings.TrimRight(line, " "), line)
	}
	require.Contains(t, text, "ok       webhooks  All is well\n")
	require.Contains(t, text, "absent   argo-cd   not in this environment\n")
	require.Contains(t, text, "\n           kubectl "+strings.Repeat("x", 90)+"\n")
	require.Equal(t, "3 checks: 1 ok, 1 with nothing to look at, 0 could not look; 1 errors and 0 warnings", Summary(results))
	require.True(t, Broken(results))
	require.False(t, Blind(results))
	require.True(t, Blind([]Result{{State: Unread}}))
	var b bytes.Buffer
	require.NoError(t, json.NewEncoder(&b).Encode(results[2]))
	require.Contains(t, b.String(), `"severity":"error"`)
}
