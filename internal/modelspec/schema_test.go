package modelspec_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	generator "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/image"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/schedule"
)

// unescape undoes the escapes that encoding/json makes for HTML.
var unescape = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

const (
	durationPattern = `^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$`
	egressPattern   = `^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}:[0-9]{1,5}$`
)

const schemaFile = "../../models/schema.json"

// TestSchema compares models/schema.json with the Go types; with -update it writes the file.
func TestSchema(t *testing.T) {
	want := generateSchema(t)
	if *update {
		require.NoError(t, os.WriteFile(schemaFile, want, 0o644))
	}
	got, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "models/schema.json is out of date; run: go test ./internal/modelspec -run TestSchema -update")
}

// generateSchema describes Model: structure from the types, descriptions from the comments, defaults from Default, and the
// rest from the constants that validation uses.
func generateSchema(t *testing.T) []byte {
	t.Helper()
	reflector := generator.Reflector{DoNotReference: true, Anonymous: true, RequiredFromJSONSchemaTags: true}
	require.NoError(t, reflector.AddGoComments("github.com/modelway/modelway/internal/modelspec", "./", generator.WithFullComment()))
	root := reflector.Reflect(modelspec.Model{})
	root.Version = "http://json-schema.org/draft-07/schema#" // the newest draft that all YAML editors read in full
	root.Title = "Modelway model"
	root.Required = []string{"name"}
	root.OneOf = []*generator.Schema{{Required: []string{"image"}}, {Required: []string{"model"}}}
	describe(t, root, "")

	label := func(schema *generator.Schema, limit uint64) {
		schema.Pattern, schema.MaxLength = modelspec.LabelPattern, &limit
	}
	between := func(schema *generator.Schema, low, high int) {
		schema.Minimum, schema.Maximum = json.Number(strconv.Itoa(low)), json.Number(strconv.Itoa(high))
	}
	defaults := modelspec.Default()
	label(at(t, root, "name"), modelspec.MaxNameLength)
	at(t, root, "name").Not = &generator.Schema{Pattern: "(" + strings.Join(modelspec.ReservedSuffixes, "|") + ")$"}
	for _, key := range []string{"image", "canary.image"} {
		at(t, root, key).Pattern = image.Pattern
		at(t, root, key).Not = &generator.Schema{Pattern: ":latest$"}
	}
	between(at(t, root, "replicas.min"), 1, modelspec.MaxReplicas)
	between(at(t, root, "replicas.max"), 1, modelspec.MaxReplicas)
	between(at(t, root, "port"), modelspec.MinPort, modelspec.MaxPort)
	between(at(t, root, "scaling.target"), 1, modelspec.MaxRequests)
	between(at(t, root, "resources.gpu"), 1, modelspec.MaxGPU)
	between(at(t, root, "canary.weight"), 0, 100)
	for key, values := range map[string][]string{
		"scaling.metric": modelspec.Metrics, "route.exposure": modelspec.Exposures, "route.by": modelspec.Bys, "route.paths": modelspec.PathSets,
		"compute": modelspec.ComputeKinds, "storage": modelspec.StorageKinds, "model.format": kserve.Names(),
	} {
		for _, value := range values {
			at(t, root, key).Enum = append(at(t, root, key).Enum, value)
		}
	}
	for key, pattern := range map[string]string{
		"resources.cpu": modelspec.QuantityPattern, "resources.memory": modelspec.QuantityPattern,
		"train.resources.cpu": modelspec.QuantityPattern, "train.resources.memory": modelspec.QuantityPattern,
		"p99Latency": durationPattern, "loadTime": durationPattern,
		"canary.testers.header": modelspec.HeaderPattern, "canary.testers.cookie": modelspec.CookiePattern,
		"canary.testers.value": modelspec.TesterPattern,
	} {
		at(t, root, key).Pattern = pattern
	}
	availability := at(t, root, "slo.availability")
	availability.OneOf = []*generator.Schema{{Type: "string", Pattern: `^[0-9]{2}(\.[0-9]+)?$`}, {Type: "number",
		Minimum: json.Number(fmt.Sprint(modelspec.MinAvailability)), Maximum: json.Number(fmt.Sprint(modelspec.MaxAvailability))}}
	availability.Type, availability.Format = "", ""
	at(t, root, "slo.latency").Pattern = durationPattern
	label(at(t, root, "owner"), 63)
	describeTrain(t, root)
	for _, key := range []string{"resources.cpu", "resources.memory", "train.resources.cpu", "train.resources.memory"} {
		quantity := at(t, root, key)
		quantity.OneOf = []*generator.Schema{{Type: "string", Pattern: quantity.Pattern}, {Type: "number"}}
		quantity.Type, quantity.Format, quantity.Pattern = "", "", ""
	}
	label(at(t, root, "route.loadBalancer"), 63)
	label(at(t, root, "route.subdomain"), 63)
	label(at(t, root, "route.namespaces").Items, 63)
	at(t, root, "route.subdomain").Not = &generator.Schema{Const: modelspec.SharedSubdomain}
	at(t, root, "canary").OneOf = []*generator.Schema{{Required: []string{"image"}}, {Required: []string{"model"}}}
	at(t, root, "model").Required = []string{"format", "uri", "digest"}
	at(t, root, "canary.model").Required = []string{"uri", "digest"}
	for _, key := range []string{"model", "canary.model"} {
		at(t, root, key+".uri").Pattern, at(t, root, key+".digest").Pattern = modelspec.FilesPattern, modelspec.DigestPattern
	}
	for _, key := range []string{"source", "canary.source"} {
		at(t, root, key).Required = []string{"registry", "name", "version", "run", "digest"}
		for name, pattern := range modelspec.SourcePatterns {
			at(t, root, key+"."+name).Pattern = pattern
		}
	}
	at(t, root, "canary.testers").Required = []string{"value"}
	at(t, root, "canary.testers").OneOf = []*generator.Schema{{Required: []string{"header"}}, {Required: []string{"cookie"}}}
	at(t, root, "egress").Items.Pattern = egressPattern
	at(t, root, "secrets").AdditionalProperties.Pattern = modelspec.SecretPattern
	for _, key := range []string{"env", "canary.env", "secrets"} {
		at(t, root, key).PropertyNames = &generator.Schema{Pattern: modelspec.EnvPattern}
	}
	for key, value := range map[string]any{
		"replicas.min": defaults.Replicas.Min, "replicas.max": defaults.Replicas.Max, "resources.cpu": defaults.Resources.CPU,
		"resources.memory": defaults.Resources.Memory, "scaling.metric": defaults.Scaling.Metric,
		"route.loadBalancer": defaults.Route.LoadBalancer,
		"route.exposure":     defaults.Route.Exposure, "compute": defaults.Compute, "storage": defaults.Storage, "port": defaults.Port,
		"p99Latency": defaults.P99Latency, "loadTime": defaults.LoadTime, "canary.weight": 0, "serviceAccountToken": false,
		"slo.availability": defaults.SLO.Availability,
	} {
		at(t, root, key).Default = value
	}

	text, err := json.MarshalIndent(root, "", "  ")
	require.NoError(t, err)
	return []byte(unescape.Replace(string(text)) + "\n")
}

// describeTrain says what a training is made of.
func describeTrain(t *testing.T, root *generator.Schema) {
	t.Helper()
	limit := uint64(modelspec.MaxNameLength)
	at(t, root, "train").Required = []string{"pipeline"}
	at(t, root, "train.pipeline").Pattern, at(t, root, "train.pipeline").MaxLength = modelspec.LabelPattern, &limit
	at(t, root, "train.schedule").Pattern = `^\S+( +\S+){4}$`
	at(t, root, "train.image").Pattern, at(t, root, "train.image").Not = image.Pattern, &generator.Schema{Pattern: ":latest$"}
	at(t, root, "train.registry").Pattern = `^https?://[^/]+/?$`
	at(t, root, "train.artifacts").Pattern = modelspec.FilesPattern
	at(t, root, "train.timeZone").Default = schedule.DefaultTimeZone
	at(t, root, "train.resources.cpu").Default = modelspec.DefaultTrainCPU
	at(t, root, "train.resources.memory").Default = modelspec.DefaultTrainMemory
}

// at returns the schema of a key, such as replicas.min.
func at(t *testing.T, root *generator.Schema, path string) *generator.Schema {
	t.Helper()
	schema := root
	for key := range strings.SplitSeq(path, ".") {
		next, found := schema.Properties.Get(key)
		require.True(t, found, "the schema has no key %s", path)
		schema = next
	}
	return schema
}

// describe joins the lines of comments and refuses a key without one.
func describe(t *testing.T, schema *generator.Schema, path string) {
	t.Helper()
	schema.Description = strings.Join(strings.Fields(schema.Description), " ")
	require.NotEmpty(t, schema.Description, "%s has no comment", path)
	if schema.Properties == nil {
		return
	}
	for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
		describe(t, pair.Value, path+"."+pair.Key)
	}
}

func compileSchema(t *testing.T) *validator.Schema {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	document, err := validator.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := validator.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", document))
	schema, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	return schema
}

func validate(t *testing.T, schema *validator.Schema, content []byte) error {
	t.Helper()
	var document any
	if err := yaml.Unmarshal(content, &document); err != nil {
		return fmt.Errorf("not YAML: %w", err)
	}
	text, err := json.Marshal(document)
	require.NoError(t, err)
	instance, err := validator.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return schema.Validate(instance)
}

func TestSchemaAcceptsSamples(t *testing.T) {
	schema := compileSchema(t)
	files, err := filepath.Glob("../../models/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, validate(t, schema, content), file)
		require.True(t, strings.HasPrefix(string(content), "# yaml-language-server: $schema=./schema.json\n"), file)
	}
}

// What the schema cannot express: relations between keys, the file's name, and limits that depend on the compute.
var beyondSchema = []string{"api", "canary-unexposed", "dedicated-path", "paths-shared", "paths-unexposed", "fargate-size", "gpu",
	"scaling-percent", "scaling-target",
	"name-differs", "Churn", "port-kubelet", "quantity-bare", "quantity-units", "replicas-order", "two-documents",
	"files-port", "files-gpu", "files-storage", "files-env", "files-canary-image", "image-canary-files",
	"files-env-template", "files-canary-env-template", "files-canary-folder", "files-canary-secret", "files-digest-of-nothing",
	"files-store-variable", "files-uri-access-point", "files-uri-address", "files-uri-demo", "files-uri-express", "files-uri-long",
	"slo-bucket", "slo-latency-long", "slo-latency-kserve", "slo-latency-sklearn-long", "slo-latency-zero",
	"train-image", "train-never"}

func TestSchemaRefusesBrokenFiles(t *testing.T) {
	schema := compileSchema(t)
	files, err := filepath.Glob("testdata/broken/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		err = validate(t, schema, content)
		if slices.Contains(beyondSchema, name) {
			require.NoError(t, err, "%s is listed as beyond the schema, but the schema refuses it", name)
			continue
		}
		require.Error(t, err, "the schema accepts %s", name)
	}
}
