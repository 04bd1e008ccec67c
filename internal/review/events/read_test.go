package events_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

func stored(t *testing.T, file string) events.Preview {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	p, err := events.Read(file, data)
	require.NoError(t, err)
	return p
}

func stepOf(t *testing.T, p events.Preview, name string) events.Step {
	t.Helper()
	for _, s := range p.Steps {
		if resource.NameOf(s.URN) == name {
			return s
		}
	}
	require.Fail(t, "no step of "+name)
	return events.Step{}
}

// withoutDefaultProviders is what the digest tells.
func withoutDefaultProviders(p events.Preview) events.Preview {
	p.Steps = slices.DeleteFunc(slices.Clone(p.Steps), events.Step.DefaultProvider)
	return p
}

func counts(p events.Preview) map[events.Op]int {
	n := map[events.Op]int{}
	for _, s := range withoutDefaultProviders(p).Steps {
		n[s.Op]++
	}
	return n
}

func TestStoredPreviews(t *testing.T) {
	for file, want := range map[string]map[events.Op]int{
		"unchanged.jsonl":                       {events.OpSame: 127},
		"model-added.jsonl":                     {events.OpSame: 126, events.OpUpdate: 1, events.OpCreate: 8},
		"model-removed.jsonl":                   {events.OpSame: 118, events.OpUpdate: 1, events.OpDelete: 8},
		"node-group-replaced.jsonl":             {events.OpSame: 125, events.OpUpdate: 1, events.OpReplace: 1},
		"node-group-replaced.digest-sames.json": {events.OpSame: 125, events.OpUpdate: 1, events.OpReplace: 1},
		"vpc-replaced.jsonl":                    {events.OpSame: 87, events.OpUpdate: 12, events.OpReplace: 28},
	} {
		p := withoutDefaultProviders(stored(t, file))
		require.Equal(t, want, counts(p), file)
		require.Equal(t, "local", p.Stack, file)
		require.False(t, p.Failed, file)
		require.Empty(t, p.Errors, file)
		require.True(t, p.CompleteBefore && p.CompleteAfter, file)
		require.Equal(t, len(p.Steps)-want[events.OpCreate], len(p.Before().All()), file)
		require.Equal(t, len(p.Steps)-want[events.OpDelete], len(p.After().All()), file)
		platform, found := p.After().Platform()
		require.True(t, found, file)
		require.Equal(t, 100.0, platform.At("capacity", "loadBalancers", "public", "rules", "quota").Number(), file)
	}
}

func TestBothFormsSayTheSame(t *testing.T) {
	log, digest := withoutDefaultProviders(stored(t, "node-group-replaced.jsonl")), stored(t, "node-group-replaced.digest-sames.json")
	require.True(t, log.PoliciesTold)
	require.False(t, digest.PoliciesTold)
	require.Equal(t, log.Before().All(), digest.Before().All())
	delete(stepOf(t, log, "modelway-compute-general").New.Properties, "nodeGroupName") // ends in something random
	delete(stepOf(t, digest, "modelway-compute-general").New.Properties, "nodeGroupName")
	require.Equal(t, log.After().All(), digest.After().All())
	for _, p := range []events.Preview{log, digest} {
		group := stepOf(t, p, "modelway-compute-general")
		require.Equal(t, events.OpReplace, group.Op)
		require.Equal(t, []string{"instanceTypes"}, group.Keys)
		require.Equal(t, []string{"t3.medium"}, group.Old.At("instanceTypes").Texts())
		require.Equal(t, []string{"t3.large"}, group.New.At("instanceTypes").Texts())
		require.Equal(t, []string{"nodeGroups"}, stepOf(t, p, "modelway-compute").Diffs)
	}
}

func TestADigestWithoutSamesIsNotComplete(t *testing.T) {
	p := stored(t, "node-group-replaced.digest.json")
	require.False(t, p.Failed)
	require.False(t, p.CompleteBefore || p.CompleteAfter)
	require.Equal(t, 1, counts(p)[events.OpReplace])
}

func TestUnknownAndSecretValues(t *testing.T) {
	p := stored(t, "vpc-replaced.jsonl")
	require.True(t, stepOf(t, p, "modelway-network-s3").New.At("vpcId").Unknown())
	require.Equal(t, []string{"securityGroupId"}, stepOf(t, p, "modelway-cluster-eksClusterIngressRule").Keys)
	require.IsType(t, resource.Secret{}, p.OldOutputs["kubeconfig"])
	require.Contains(t, p.NewOutputs, "modelUrls")
	require.IsType(t, resource.Unknown{}, p.NewOutputs["vpcId"])
	scheme := stepOf(t, stored(t, "lb-scheme.jsonl"), "modelway-public-anchor")
	require.Equal(t, []string{`metadata.annotations["modelway.dev/scheme"]`}, scheme.Keys)
}

func TestFailedPreviews(t *testing.T) {
	for file, says := range map[string]string{
		"failed.jsonl": "raise replicas.max", "failed.digest.json": "raise replicas.max", "over-quota.jsonl": "would have 3 rules (quota 2)",
	} {
		p := stored(t, file)
		require.True(t, p.Failed, file)
		require.False(t, p.CompleteBefore || p.CompleteAfter, file)
		require.Len(t, p.Errors, 1, file)
		require.Contains(t, p.Errors[0], says, file)
		require.NotContains(t, p.Errors[0], "error: ", file)
	}
}

func TestACutLogIsAFailedPreview(t *testing.T) {
	data, err := os.ReadFile("testdata/unchanged.jsonl")
	require.NoError(t, err)
	lines := strings.SplitAfter(string(data), "\n")
	p, err := events.Read("cut.jsonl", []byte(strings.Join(lines[:20], "")))
	require.NoError(t, err)
	require.True(t, p.Failed)
	require.Contains(t, p.Errors[0], "cut.jsonl ends before the engine's summary")

	_, err = events.Read("cut.jsonl", []byte(strings.Join(lines[:20], "")+lines[20][:40]))
	require.ErrorContains(t, err, "cut.jsonl:21 is not an event")
}

func TestWhatIsNoPreview(t *testing.T) {
	for text, says := range map[string]string{
		"":                              "f is empty",
		" \n ":                          "f is empty",
		"Previewing update (prod):\n":   "f:1 is not JSON of a preview",
		"[]":                            "f:1 is not JSON of a preview",
		`{"version":3,"deployment":{}}`: "f is a state or a plan",
		`{"a":1}`:                       "f is neither",
		"{\"steps\":[\n{\"op\":1}]}":    "f:2 is not the digest",
		`{"steps":"x"}`:                 "f:1 is not the digest of a preview (it has a JSON string at steps, where something else belongs)",
		"{\"steps\":[\n":                "f:2 is not JSON of a preview",
		`{"sequence":0,"summaryEvent":{"isPreview":false}}`: "f:1 tells of an update",
	} {
		_, err := events.Read("f", []byte(text))
		require.ErrorContains(t, err, says, text)
		require.ErrorContains(t, err, "pulumi preview --json", "it says what to do: %s", text)
		require.NotContains(t, err.Error(), "Go ", "%s", text)
	}
}

// log makes an event log of steps on resource a, each an operation.
func log(ops ...string) string {
	var b strings.Builder
	for _, op := range ops {
		b.WriteString(`{"sequence":0,"resourcePreEvent":{"metadata":{"op":"` + op + `","urn":"urn:pulumi:s::p::t:i:T::a","type":"t:i:T"`)
		if op != "create" {
			b.WriteString(`,"old":{"inputs":{"was":"[secret]"}}`)
		}
		if !strings.HasPrefix(op, "delete") {
			b.WriteString(`,"new":{"inputs":{"is":1}}`)
		}
		b.WriteString("}}}\n")
	}
	return b.String() + `{"sequence":1,"summaryEvent":{"isPreview":true,"result":"succeeded"}}`
}

func TestStepsOfOneResourceAreOne(t *testing.T) {
	for ops, want := range map[string]events.Op{
		"create-replacement replace delete-replaced": events.OpReplace, "delete-replaced replace create-replacement": events.OpReplace,
		"delete-replaced": events.OpDelete, "delete-replaced same": events.OpSame, "delete-replaced update": events.OpUpdate,
		"import": events.OpImport, "import-replacement": events.OpReplace, "read": events.OpRead, "refresh same": events.OpSame,
		"discard-replaced read-replacement": events.OpRead, "delete create": events.OpReplace, "later": "later",
	} {
		p, err := events.Read("f", []byte(log(strings.Fields(ops)...)))
		require.NoError(t, err)
		require.Len(t, p.Steps, 1, ops)
		require.Equal(t, want, p.Steps[0].Op, ops)
		require.Equal(t, want == events.OpSame && strings.Contains(ops, "delete") || want == events.OpUpdate, len(p.Leftovers) == 1, ops)
		require.Equal(t, want == events.OpRead || want == events.OpDelete, len(p.After().All()) == 0, ops)
	}
}

func TestPoliciesAndMessages(t *testing.T) {
	p, err := events.Read(
		"f", []byte(
			`{"sequence":0,"policyEvent":{"resourceUrn":"u","message":"<{%reset%}>no\n","policyName":"rule","policyPackName":"pack","enforcementLevel":"mandatory"}}
{"sequence":1,"policyEvent":{"message":"m","policyName":"rule","policyPackName":"pack","enforcementLevel":"warning"}}
{"sequence":2,"diagnosticEvent":{"message":"using pulumi-resource-aws from $PATH","severity":"warning"}}
{"sequence":3,"diagnosticEvent":{"message":"careful","severity":"warning","urn":"urn:pulumi:s::p::t::a"}}
{"sequence":4,"diagnosticEvent":{"message":"careful","severity":"warning","urn":"urn:pulumi:s::p::t::a"}}

{"sequence":5,"summaryEvent":{"isPreview":true,"result":"failed","PolicyPacks":{"pack|s|/policies":"1.0","pack":"1.0"}}}
`))
	require.NoError(t, err)
	require.Equal(t, []events.Violation{{Policy: "rule", Pack: "pack", Level: "mandatory", URN: "u", Message: "no"},
		{Policy: "rule", Pack: "pack", Level: "advisory", Message: "m"}}, p.Policies)
	require.Equal(t, []string{"pack"}, p.PolicyPacks)
	require.Equal(t, []string{"a: careful"}, p.Warnings)
	require.False(t, p.Failed, "what is previewed is told, and what policies think of it")
	require.Empty(t, p.Errors)
}

func TestAPreviewThatPoliciesDoNotExplainFailed(t *testing.T) {
	const advisory = `{"policyEvent":{"message":"m","policyName":"rule","policyPackName":"pack","enforcementLevel":"warning"}}`
	const mandatory = `{"policyEvent":{"message":"m","policyName":"rule","policyPackName":"pack","enforcementLevel":"mandatory"}}`
	const opFailed = `{"resOpFailedEvent":{"metadata":{"op":"create","urn":"urn:pulumi:s::p::t::a","type":"t"}}}`
	for _, log := range []string{advisory, mandatory + "\n" + opFailed} {
		p, err := events.Read("f", []byte(`{"sequence":0}`+"\n"+log+"\n"+
			`{"summaryEvent":{"isPreview":true,"result":"failed","PolicyPacks":{"pack":"1.0"}}}`))
		require.NoError(t, err)
		require.Equal(t, []string{"the preview failed and does not say why"}, p.Errors, log)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(log("same", "update")))
	f.Add([]byte(`{"steps":[{"op":"replace","urn":"","oldState":{}}],"changeSummary":{"same":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := events.Read("f", data)
		if err == nil {
			require.LessOrEqual(t, len(p.After().All()), len(p.Steps))
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile("testdata/vpc-replaced.jsonl")
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		_, err := events.Read("f", data)
		require.NoError(b, err)
	}
}

// TestAConflictHasAWayOut adds to the words of the Kubernetes provider what to do about an object that others made or changed.
func TestAConflictHasAWayOut(t *testing.T) {
	d := apitype.DiagnosticEvent{
		Severity: "error", URN: "urn:pulumi:prod::modelway::kubernetes:core/v1:Service::credit-risk-service",
		Message: "Server-Side Apply field conflict detected. See https://www.pulumi.com/ for troubleshooting help.\n" +
			`The resource managed by field manager "pulumi-kubernetes-1" had an apply conflict: Apply failed with 1 conflict: conflict with "kubectl-create": .spec.ports`,
	}
	about, text := events.Said(d)
	require.Equal(t, "credit-risk-service: ", about)
	require.Contains(t, text, `conflict with "kubectl-create"`)
	require.Contains(t, text, "As an administrator")
	d.Severity = "warning"
	_, text = events.Said(d)
	require.NotContains(t, text, "As an administrator")
}
