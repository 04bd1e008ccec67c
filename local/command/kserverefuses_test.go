package command

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/outputs"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/testcluster"
)

// TestKServeRefuses breaks what a model by its files needs, one after another, on a whole local stack with KServe's published charts and
// its own controller and webhooks. Each up ends, names the model, the cause and what helps, and does what it says helps; what answered
// before goes on. In the end the controller goes before the models, and a destroy says what waits for it.
func TestKServeRefuses(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "kserve-controller", "storage-initializer")
	c := withKServe(t, newCheckout(t))
	lackVerb(t, c)
	r := &refusing{stack: startIn(t, c)}
	r.succeed("up")
	_, outs := r.up()
	r.bucket = outs[outputs.ModelStore].Value.(string)
	r.store = "s3://" + r.bucket + "/"

	r.rights()
	clients := startLoad(t, r.url("rights"))
	r.files()
	r.kubernetes()
	r.frozen()
	r.taken()
	clients.stop()
	require.Empty(t, clients.failures, "the version before goes on answering")
	r.stuck()
}

// refusing is a stack with models by their files: their first and second versions by name.
type refusing struct {
	*stack
	bucket, store string
	one, two      map[string]string
}

// lackVerb makes KServe come from a chart whose role may not create Deployments.
func lackVerb(t *testing.T, c checkout.Checkout) {
	t.Helper()
	lacking := filepath.Join(c.Root, "charts", "lacking")
	require.NoError(t, os.CopyFS(lacking, os.DirFS(filepath.Join(published(c), "kserve-resources"))))
	edit(t, c, "charts/lacking/files/kserve/resources.yaml", "  - deployments\n  verbs:\n  - create\n", "  - deployments\n  verbs:\n")
	edit(t, c, "Pulumi.local.yaml", "  modelway:charts:\n", "  modelway:charts:\n"+lackingChart)
}

// lackingChart names that chart in the settings.
const lackingChart = "    kserve-resources: ./charts/lacking\n"

func (r *refusing) url(model string) string {
	return fmt.Sprintf("http://api.localhost:%d/v1/models/%s:predict", r.port, model)
}

// serves writes the file of a model.
func (r *refusing) serves(model, files string) {
	r.t.Helper()
	r.writeModel(model, "name: "+model+"\nmodel: {format: modelway, "+files+"}\n")
}

// answer wants each model to answer with its first version.
func (r *refusing) answer(models ...string) {
	r.t.Helper()
	for _, model := range models {
		require.Equal(r.t, versionOf(r.one[model]), r.asked(r.url(model), nil), model)
	}
}

// refused brings the stack up, which has to fail soon and to say something.
func (r *refusing) refused(verb string, says ...string) string {
	r.t.Helper()
	command, began := r.command(verb), time.Now()
	limit := time.AfterFunc(refusalLimit, func() { _ = command.Process.Kill() })
	defer limit.Stop()
	out, err := command.CombinedOutput()
	r.t.Logf("%s failed after %s: %s", verb, time.Since(began).Round(time.Second), out)
	require.Error(r.t, err)
	require.NotEqual(r.t, -1, command.ProcessState.ExitCode(), "%s did not end within %s", verb, refusalLimit)
	for _, text := range says {
		assert.Contains(r.t, string(out), text) // and go on: the next step is another one
	}
	return string(out)
}

// refusalLimit is how long an up or a down that cannot succeed may take: pods that crash three times, or the deadline of a deletion.
const refusalLimit = 4 * time.Minute

// rights is the controller that may not create Deployments, by the roles of its chart.
func (r *refusing) rights() {
	r.one, r.two = map[string]string{}, map[string]string{}
	for _, model := range []string{"digest", "empty", "rights"} {
		r.one[model] = r.putNamed(r.store+model+"/1/", model, "-1.6")
		r.two[model] = r.putNamed(r.store+model+"/2/", model, "-1.2")
		r.serves(model, r.one[model])
	}
	r.refused("up", "model digest failed: KServe makes nothing of InferenceService digest: ", `cannot create resource "deployments"`,
		"its roles lack a right", "modelway:charts")
	edit(r.t, r.c, "Pulumi.local.yaml", lackingChart, "")
	r.succeed("up")
	r.answer("digest", "empty", "rights")
}

// files are those that differ from their digest, that are not there, and that the model's role may not read.
func (r *refusing) files() {
	_, digest, _ := strings.Cut(r.two["digest"], ", digest: ")
	r.serves("digest", strings.Replace(r.one["digest"], digestOfFiles(r.one["digest"]), digestOfFiles(r.two["digest"]), 1))
	r.serves("empty", "uri: "+r.store+"nothing/1/, digest: "+digest)
	r.serves("rights", r.two["rights"])
	r.detach("rights")
	r.refused("up",
		"model digest failed: Deployment digest-predictor: the files of the new version cannot be loaded",
		"the digest of the 1 file of "+r.store+"digest/1/ is "+digestOfFiles(r.one["digest"])+" instead of "+digestOfFiles(r.two["digest"])+
			": upload the right files to a prefix of their own, or write the digest that they have to the model's file",
		"model empty failed: ", "there are no files below "+r.store+"nothing/1/: upload them with `modelway store put DIR",
		"model rights failed: ", "no right to s3:ListBucket on bucket "+r.bucket+", prefix rights/2/: let the role",
		"Mend the model, then run `modelway up` again")
	r.answer("digest", "empty", "rights")
}

// digestOfFiles is the digest in what names files in a model's file.
func digestOfFiles(files string) string {
	_, digest, _ := strings.Cut(files, "digest: '")
	return strings.TrimSuffix(digest, "'")
}

// detach takes the policy from the role of a model.
func (r *refusing) detach(model string) {
	r.t.Helper()
	account, err := aws.Open(r.c.Account())
	require.NoError(r.t, err)
	removed := 0
	require.NoError(r.t, account.Update(func(state *aws.State) error {
		for id, attachment := range state.Resources[aws.RolePolicyAttachment] {
			if strings.Contains(attachment.String("policyArn"), "-"+model+"-") {
				delete(state.Resources[aws.RolePolicyAttachment], id)
				removed++
			}
		}
		return nil
	}))
	require.Equal(r.t, 1, removed)
}

// kubernetes are a runtime whose pods pod security does not admit, and then none at all. The engine sees both, and the right that is gone,
// when it reads what is there.
func (r *refusing) kubernetes() {
	r.kubectl(nil, "patch", "clusterservingruntime", "modelway-sample", "--type=json", "--patch",
		`[{"op": "add", "path": "/spec/containers/-", "value": {"name": "open", "image": "ghcr.io/modelway/model-server:0.1.0"}}]`)
	r.serves("rights", r.one["rights"])
	r.serves("digest", r.one["digest"]) // which makes KServe look at the runtime
	r.refused("up", "-predictor is admitted: ", `violates PodSecurity "restricted:latest": `, `container "open" must set `,
		"What the model's runtime or a webhook sets has to meet it: `kubectl delete clusterservingruntime NAME`, `modelway refresh` and `modelway up`")
	r.kubectl(nil, "delete", "clusterservingruntime", "modelway-sample")
	r.serves("empty", r.one["empty"])
	r.refused("up", "model empty failed: KServe makes nothing of InferenceService empty: ",
		"No ServingRuntimes or ClusterServingRuntimes with the name: modelway-sample: the platform makes this runtime. Bring it back with "+
			"`modelway refresh` and `modelway up`", "rollout restart deployment kserve-controller-manager")
	r.answer("digest", "empty", "rights")
	r.succeed("refresh")
	_ = r.command("up").Run() // the runtime is back, but KServe may not try again soon enough
	r.kubectl(nil, "-n", kserve.Namespace, "rollout", "restart", "deployment", kserve.Controller)
	r.kubectl(nil, "-n", kserve.Namespace, "rollout", "status", "deployment", kserve.Controller, "--timeout=2m")
	r.awaitWebhook()
	r.succeed("up")
	r.answer("digest", "empty", "rights")
}

// frozen is a controller that does not answer.
func (r *refusing) frozen() {
	thaw := r.freeze()
	r.serves("digest", r.two["digest"])
	r.refused("up", "models/digest.yaml", "the webhook of Service kserve/kserve-webhook-server-service did not answer")
	thaw()
	r.awaitWebhook()
	r.succeed("up")
	require.Equal(r.t, versionOf(r.two["digest"]), r.asked(r.url("digest"), nil))
}

// awaitWebhook waits until KServe's webhook answers for good: a controller that was held for longer than its lease ends, and starts again.
func (r *refusing) awaitWebhook() {
	r.t.Helper()
	answered := 0
	require.Eventually(r.t, func() bool {
		command := exec.Command(filepath.Join(r.c.Bin(), "kubectl"), "--kubeconfig", r.status.Kubeconfig, "-n", "models", "annotate",
			"inferenceservice", "digest", "tried=yes", "--dry-run=server")
		command.Env = append(os.Environ(), "HOME="+r.c.Root)
		if answered++; command.Run() != nil {
			answered = 0
		}
		return answered == 5
	}, 2*time.Minute, time.Second, "KServe's webhook does not answer")
}

// freeze stops KServe's controller until it is thawed.
func (r *refusing) freeze() (thaw func()) {
	r.t.Helper()
	var pids []int
	for _, p := range processes() {
		if program, _, _ := strings.Cut(p.line, "\x00"); strings.HasPrefix(program, r.c.Root+"/") &&
			filepath.Base(program) == "kserve-controller" {
			pids = append(pids, p.pid)
		}
	}
	require.NotEmpty(r.t, pids, r.processes())
	signal := func(signal syscall.Signal) func() {
		return func() {
			for _, pid := range pids {
				_ = syscall.Kill(pid, signal)
			}
		}
	}
	signal(syscall.SIGSTOP)()
	r.t.Cleanup(signal(syscall.SIGCONT))
	return signal(syscall.SIGCONT)
}

// taken is an InferenceService of the model's name that somebody made. What KServe's validator refuses is tried in local/kserve.
func (r *refusing) taken() {
	r.kubectl([]byte(
		`{"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": {"name": "laid", "namespace": "models",
		"annotations": {"serving.kserve.io/deploymentMode": "Knative"}}, "spec": {"predictor": {"model": {"modelFormat": {"name": "modelway"},
		"storageUri": "s3://models/laid/1/"}}}}`), "create", "-f", "-")
	r.kubectl(nil, "wait", "inferenceservice/laid", "-n", "models", "--for=jsonpath={.status.deploymentMode}=Knative", "--timeout=30s")
	r.serves("laid", r.putNamed(r.store+"laid/1/", "laid", "-1.6"))
	r.refused("up", "laid-inference-service: ", "Server-Side Apply field conflict", "somebody else made or changed it",
		"delete it where its name was taken")
	r.kubectl(nil, "-n", "models", "delete", "inferenceservice", "laid", "--timeout=30s")
	require.NoError(r.t, os.Remove(filepath.Join(r.c.Root, "models", "laid.yaml")))
}

// stuck takes away the edges from the models to KServe, and holds its controller back until its release is gone.
func (r *refusing) stuck() {
	r.withoutEdges()
	thaw := r.freeze()
	defer thaw()
	r.refused("down", "InferenceService models/digest has been waiting for ", "the controller of KServe to remove its finalizer "+
		"inferenceservice.finalizers",
		"The controller's Deployment kserve/kserve-controller-manager: ", "Install it again (`modelway up`), then destroy", "Run `modelway down` again")
}

// withoutEdges removes the dependencies of InferenceServices from the state, and gives their deletion a short time, and that of the
// release with their definitions, which waits for them.
func (r *refusing) withoutEdges() {
	r.t.Helper()
	file := r.project().StateFile(localStack)
	text, err := os.ReadFile(file)
	require.NoError(r.t, err)
	var state map[string]any
	require.NoError(r.t, json.Unmarshal(text, &state))
	cut := 0
	for _, one := range state["checkpoint"].(map[string]any)["latest"].(map[string]any)["resources"].([]any) {
		one := one.(map[string]any)
		if one["type"] == kserve.Type {
			delete(one, "dependencies")
			delete(one, "propertyDependencies")
			one["customTimeouts"] = map[string]any{"delete": 20}
			cut++
		}
		if strings.HasSuffix(one["urn"].(string), "-"+addons.KServeDefinitionsKey+"-release") {
			for _, values := range []string{"inputs", "outputs"} {
				one[values].(map[string]any)["timeout"] = 20
			}
			cut++
		}
	}
	require.Equal(r.t, 4, cut)
	text, err = json.Marshal(state)
	require.NoError(r.t, err)
	require.NoError(r.t, os.WriteFile(file, text, 0o644))
}
