package config

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/strict"
)

const modulePath = "github.com/modelway/modelway"

// closedSets holds the lists of allowed values by the path of the key they belong to.
func closedSets() map[string][]any {
	names := func(list []string) []any { return collect(list, func(s string) any { return s }) }
	return map[string][]any{
		"network.natGateways":                        names(network.NatModes),
		"network.interfaceEndpoints[]":               names(network.EndpointSets),
		"network.flowLogs.destination":               names(network.FlowLogDestinations),
		"network.flowLogs.retentionDays":             collect(aws.LogRetentionDays, func(n int) any { return n }),
		"cluster.supportType":                        names(cluster.SupportTypes),
		"cluster.accessEntries[].policy":             names(cluster.AccessPolicies),
		"loadBalancers.*.jwt.claims[].format":        names(alb.JwtFormats()),
		"cluster.kubernetesVersion":                  collect(KubernetesVersions, func(v KubernetesVersion) any { return v.Version }),
		"cluster.logRetentionDays":                   collect(aws.LogRetentionDays, func(n int) any { return n }),
		"compute.nodeGroups[].capacityType":          names(compute.CapacityTypes),
		"compute.nodeGroups[].amiType":               collect(machine.AmiTypes, func(a machine.AmiType) any { return a.Name }),
		"compute.nodeGroups[].taints[].effect":       names(compute.TaintEffects),
		"loadBalancers.*.serves":                     names(serving.Purposes),
		"loadBalancers.*.scheme":                     names(serving.Schemes),
		"loadBalancers.*.listeners[].protocol":       names(alb.Protocols),
		"loadBalancers.*.sslPolicy":                  names(serving.SslPolicies),
		"models.onInvalidModel":                      names(OnInvalidModels),
		"models.delivery":                            names(gitops.Deliveries),
		"database.instanceClass":                     names(database.ClassNames()),
		"monitoring.store":                           names(monitoring.Stores),
		"monitoring.alerts.receivers[].type":         names(monitoring.Types),
		"monitoring.alerts.receivers[].severities[]": names(monitoring.Severities),
	}
}

func collect[T any](list []T, convert func(T) any) []any {
	converted := make([]any, len(list))
	for i, item := range list {
		converted[i] = convert(item)
	}
	return converted
}

// comments are those of the types in internal, of which settings embed some, on one line each.
var comments = sync.OnceValue(func() map[string]string {
	var reflector jsonschema.Reflector
	if err := reflector.AddGoComments(modulePath+"/internal/config", ".."); err != nil {
		panic(err)
	}
	for name, comment := range reflector.CommentMap {
		reflector.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	return reflector.CommentMap
})

// reflectSchema makes the schema of Config from its Go types: names, types and bounds from tags, descriptions from comments,
// closed sets and defaults from their one place in the package.
func reflectSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	reflector := &jsonschema.Reflector{
		Anonymous:                  true,
		DoNotReference:             true,
		ExpandedStruct:             true,
		RequiredFromJSONSchemaTags: true,
	}
	for _, folder := range []string{".", "../modelspec", "../compute", "../network", "../cluster", "../alb", "../serving", "../delivery",
		"../budget", "../bucket", "../schedule", "../monitoring", "../database", "../mlflowserver", "../pipelines", "../argocd", "../gitops"} {
		require.NoError(t, reflector.AddGoComments(modulePath+"/internal/config", folder))
	}
	for name, comment := range reflector.CommentMap {
		reflector.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	root := reflector.Reflect(Config{})
	root.Title = "Configuration of a modelway stack"
	root.Description = "The keys of the namespace modelway in Pulumi.<stack>.yaml, without the namespace."
	sets := closedSets()
	defaults, examples := defaultValues(), exampleSettings(t)
	walkSchema(root, "", func(at string, s *jsonschema.Schema) {
		if set, ok := sets[at]; ok {
			s.Enum = set
			delete(sets, at)
		}
		if value, ok := defaults[at]; ok {
			s.Default = value
		}
		if example := exampleOf(examples, at); example != nil && isSetting(at, s) {
			s.Examples = []any{example}
		}
	})
	require.Empty(t, sets, "closed sets of keys that do not exist")
	return root
}

// defaultValues returns the default of every key that has one, by path. The stack's name stands as <stack>.
func defaultValues() map[string]any {
	found := map[string]any{}
	collectDefaults(strict.ToDocument(Defaults("<stack>", "")), "", found)
	collectDefaults(strict.ToDocument(compute.DefaultNodeGroup()), "compute.nodeGroups[].", found)
	collectDefaults(strict.ToDocument(DefaultLoadBalancer()), "loadBalancers.*.", found)
	collectDefaults(strict.ToDocument(monitoring.DefaultReceiver()), "monitoring.alerts.receivers[].", found)
	found["compute.fargateProfiles[].selectors[].labels"] = map[string]any{}
	found["compute.nodeGroups[].taints[].value"] = ""
	found["cluster.accessEntries[].namespaces"] = []any{}
	for _, without := range []string{"cluster.adminRoleArns", "loadBalancers", "compute.nodeGroups[].name",
		"compute.nodeGroups[].instanceTypes", "monitoring.alerts.receivers[].name", "monitoring.alerts.receivers[].type",
		"compute.nodeGroups[].desiredSize", "compute.nodeGroups[].amiType", "loadBalancers.*.domain",
		"policies.production"} {
		delete(found, without)
	}
	return found
}

func collectDefaults(value map[string]any, prefix string, into map[string]any) {
	for key, item := range value {
		if object, ok := item.(map[string]any); ok && len(object) > 0 {
			collectDefaults(object, prefix+key+".", into)
			continue
		}
		into[prefix+key] = item
	}
}

// walkSchema visits every key with its path, in the order of the Go fields: [] stands for any item and * for any name.
func walkSchema(s *jsonschema.Schema, at string, visit func(string, *jsonschema.Schema)) {
	if s == nil {
		return
	}
	if at != "" {
		visit(at, s)
	}
	prefix := at
	if prefix != "" {
		prefix += "."
	}
	if s.Properties != nil {
		for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
			walkSchema(pair.Value, prefix+pair.Key, visit)
		}
	}
	if s.Items != nil {
		walkSchema(s.Items, at+"[]", visit)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Type != "" {
		walkSchema(s.AdditionalProperties, prefix+"*", visit)
	}
}

func TestSchemaIsCurrent(t *testing.T) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(reflectSchema(t)))
	requireGolden(t, "schema.json", text.String())
}

// TestSchemaDescribesEveryKey fails when a key has no comment in Go, or one that does not say its default.
func TestSchemaDescribesEveryKey(t *testing.T) {
	walkSchema(reflectSchema(t), "", func(at string, s *jsonschema.Schema) {
		if strings.HasSuffix(at, "[]") || strings.HasSuffix(at, "*") {
			return
		}
		require.NotEmpty(t, s.Description, at)
		if strings.HasPrefix(at, "models.overrides.") {
			return
		}
		if s.Type != "object" || s.Properties == nil {
			require.Regexp(t, `Default|Required|required`, s.Description, "%s: say what holds where it is not given", at)
		}
	})
}
