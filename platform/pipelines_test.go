package platform

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/serving"
)

const standInManifests = "./local/manifests/kubeflow-pipelines.yaml"

var (
	pipelineParts   = under("modelway-pipelines-", isType("kubernetes:apps/v1:Deployment"))
	pipelineObjects = func(r *recorder.Resource) bool {
		return strings.HasPrefix(r.Name, "modelway-pipelines-") && strings.HasPrefix(r.Type, "kubernetes:")
	}
	pipelineHooks = under("modelway-pipelines-", isType("kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
		"kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration"))
)

// under are the resources of kinds whose name begins with the prefix.
func under(prefix string, match func(*recorder.Resource) bool) func(*recorder.Resource) bool {
	return func(r *recorder.Resource) bool { return match(r) && strings.HasPrefix(r.Name, prefix) }
}

// pipelinesRules are the edges of Kubeflow Pipelines: what runs goes before what it works with, and its webhooks before what answers them.
var pipelinesRules = []rule{
	{"pipelines go before the database", pipelineParts, isType("aws:rds/instance:Instance"), nil},
	{"pipelines go before their bucket", pipelineParts, named(isType("aws:s3/bucketV2:BucketV2"), "-pipelines-files"), nil},
	{"pipelines go before their roles", pipelineParts, named(anyRole, "-pipelines-"), nil},
	{"pipelines go before their compute", pipelineParts, computeUnits, nil},
	{"pipelines go before DNS and the network plugin", pipelineParts, eksAddon, nil},
	{"pipelines go before cert-manager, which issues the certificate of their webhooks", pipelineObjects,
		named(anyRelease, "-certmanager-"), nil},
	{"pipelines go before what the API server refuses of steps", pipelineParts, under("modelway-pipelines-", anyAdmissionPolicy), nil},
	{"the webhooks of pipelines go before what answers them", pipelineHooks, pipelineParts, nil},
}

// withPipelines switches them on, with the objects of the stand-in.
func withPipelines(t *testing.T) func(*config.Config) {
	t.Helper()
	text, err := os.ReadFile(root + "/" + standInManifests)
	require.NoError(t, err)
	objects, err := pipelines.Parse(string(text))
	require.NoError(t, err)
	digest, err := pipelines.Digest(objects)
	require.NoError(t, err)
	return func(c *config.Config) {
		c.Database.Enabled = true
		c.Pipelines = config.Pipelines{Enabled: true, Manifests: standInManifests, Digest: digest}
	}
}

func recordPipelines(t *testing.T, changes ...func(*config.Config)) *recorder.Recording {
	t.Helper()
	args := stored(append([]func(*config.Config){withPipelines(t)}, changes...)...)
	args.Root = root
	return recorder.Run(t, program(&args), withZones())
}

// TestPipelines looks for the parts, with the address of the database, the name of the bucket and the roles of their service accounts.
func TestPipelines(t *testing.T) {
	r := recordPipelines(t)
	require.Empty(t, missing(r))
	var parts []string
	for _, made := range r.Resources {
		if pipelineParts(made) {
			parts = append(parts, made.Input("metadata.name").(string))
		}
		if pipelineObjects(made) {
			text, err := json.Marshal(made.Inputs.Mappable())
			require.NoError(t, err)
			require.NotRegexp(t, `minio|seaweedfs`, string(text), made.Name)
		}
	}
	require.Len(t, parts, len(pipelines.Parts))
	files := r.Find(t, "aws:s3/bucketV2:BucketV2", "modelway-pipelines-files-bucket")
	server := r.Find(t, "aws:rds/instance:Instance", "modelway-database-server")
	settings := r.Find(t, "kubernetes:core/v1:ConfigMap", "modelway-pipelines-configmap-pipeline-install-config")
	require.Equal(t, server.Outputs["address"].StringValue(), settings.Input("data.mysqlHost"))
	require.Equal(t, "s3://"+files.Outputs["bucket"].StringValue()+"/v2/artifacts", settings.Input("data.defaultPipelineRoot"))
	for _, account := range addons.Pipelines().Accounts {
		made := r.Find(t, "kubernetes:core/v1:ServiceAccount", "modelway-pipelines-serviceaccount-"+account.Name)
		require.NotNil(t, made.Input(`metadata.annotations["eks.amazonaws.com/role-arn"]`), account.Name)
		policy := r.Find(t, "aws:iam/policy:Policy", "modelway-pipelines-"+account.Key+"-role-policy").Input("policy")
		require.Contains(t, policy, files.Outputs["arn"].StringValue()+"/*")
		require.Equal(t, account.Name != pipelines.UI, strings.Contains(policy.(string), "PutObject"))
	}
	require.Empty(t, r.Find(t, "kubernetes:core/v1:ServiceAccount", "modelway-pipelines-serviceaccount-argo").Input("metadata.annotations"))
	require.Contains(t, r.Find(t, "aws:eks/fargateProfile:FargateProfile", "modelway-compute-pipelines").Input("selectors"),
		map[string]any{"namespace": pipelines.Namespace})
}

// TestExamplesNameTheStandIn by the digest that it has.
func TestExamplesNameTheStandIn(t *testing.T) {
	cfg := config.Defaults("test", recorder.DefaultRegion)
	withPipelines(t)(&cfg)
	for _, name := range []string{"pipelines", "chain"} {
		text, err := os.ReadFile(root + "/examples/configurations/Pulumi." + name + ".yaml")
		require.NoError(t, err)
		require.Contains(t, string(text), "manifests: "+standInManifests+"\n    digest: "+cfg.Pipelines.Digest+"\n", name)
	}
}

// TestPipelinesAreOffByDefault, and take nothing along.
func TestPipelinesAreOffByDefault(t *testing.T) {
	for _, made := range recordStored(t).Resources {
		require.NotContains(t, made.Name, "pipelines")
		require.NotContains(t, made.Name, "certmanager")
	}
}

// TestPipelinesRefuseOtherManifests before anything is registered.
func TestPipelinesRefuseOtherManifests(t *testing.T) {
	for want, change := range map[string]func(*config.Config){
		"it cannot be read":                   func(c *config.Config) { c.Pipelines.Manifests = "./none.yaml" },
		"its objects have the digest sha256:": func(c *config.Config) { c.Pipelines.Digest = pipelines.ReleaseDigest },
	} {
		args := stored(withPipelines(t), change)
		args.Root = root
		r, err := recorder.RunErr(program(&args), withZones())
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "modelway pipelines fetch --out "+args.Config.Pipelines.Manifests)
		require.Empty(t, r.OfType(Token))
	}
}

// TestPipelinesGetThePassword looks for what brings the password of the database into their namespace.
func TestPipelinesGetThePassword(t *testing.T) {
	r := recordPipelines(t)
	secret := r.Find(t, "kubernetes:external-secrets.io/v1:ExternalSecret", "modelway-pipelines-externalsecret-"+pipelines.DatabaseSecret)
	require.Equal(t, pipelines.Namespace, secret.Input("metadata.namespace"))
	require.True(t, secret.DependsDirectly(r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-"+addons.ExternalSecretsKey+"-release").URN))
}

// TestPipelinesAreATool, whose page is behind the load balancer of tools, and goes before what answers it.
func TestPipelinesAreATool(t *testing.T) {
	r := recordPipelines(t, func(c *config.Config) {
		lb := config.DefaultLoadBalancer()
		lb.Serves, lb.Scheme, lb.Domain = serving.ServesTools, serving.SchemeInternal, "tools.example.com"
		c.LoadBalancers["tools"] = lb
	})
	require.Empty(t, missing(r))
	page := r.Find(t, "kubernetes:networking.k8s.io/v1:Ingress", "modelway-tool-pipelines-ingress")
	require.Equal(t, []any{"pipelines.tools.example.com", pipelines.UI, pipelines.Namespace}, []any{page.Input("spec.rules[0].host"),
		page.Input("spec.rules[0].http.paths[0].backend.service.name"), page.Input("metadata.namespace")})
	require.True(t, page.DependsDirectly(r.Find(t, "kubernetes:apps/v1:Deployment", "modelway-pipelines-deployment-ml-pipeline-ui").URN))
}

// TestPipelinesOnTheBill adds up the pods on Fargate, at 0.04048 USD for a vCPU and 0.004445 USD for a GB in an hour: four of 1 GB, and four
// of half a GB, each with a quarter of a vCPU.
func TestPipelinesOnTheBill(t *testing.T) {
	bill := cost.Of(recordPipelines(t).Set(), recorder.DefaultRegion, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	sizes, total := map[string]int{}, pricing.USD(0)
	for _, item := range bill.Items {
		if item.Component == pipelines.Key && strings.HasPrefix(item.What, "Fargate pod") {
			sizes[item.What]++
			total += item.Least
		}
	}
	require.Equal(t, map[string]int{"Fargate pod, 0.25 vCPU, 1 GB": 4, "Fargate pod, 0.25 vCPU, 0.5 GB": 4}, sizes)
	require.Equal(t, "78.56", fmt.Sprintf("%.2f", float64(total)/float64(pricing.Dollar)), "4 x 10.63 + 4 x 9.01, each of 730 hours and rounded to the cent")
}
