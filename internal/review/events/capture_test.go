package events_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The previews in testdata are the engine's own. To take another one, bring the local stack up (make up), change Pulumi.local.yaml or
// models/, run make preview STACK=local, and then in this folder
//
//	go test -run TestCapture -capture ../../../.modelway/preview/local/preview.jsonl -as <name>.jsonl
//
// Those that begin with prod- are of prod, brought up with make up STACK=prod. They tell of what stays the same only where reports look at
// it. The digests are what the CLI printed when the local stack's preview ran it with --json, and with --json --show-sames.
var (
	capture = flag.String("capture", "", "a preview to reduce to what is read here")
	as      = flag.String("as", "", "the file in testdata to write it to")
)

// TestCapture writes a reduced preview; without -capture it checks that those in testdata are reduced.
func TestCapture(t *testing.T) {
	if *capture != "" {
		data, err := os.ReadFile(*capture)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join("testdata", *as), reduce(t, data, isShort(*as)), 0o644))
		return
	}
	files, err := filepath.Glob("testdata/*.json*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(reduce(t, data, isShort(file))), string(data), "%s is not reduced: take it with -capture", file)
		require.Less(t, len(data), 350_000, "%s is too large", file)
	}
}

// isShort says whether a preview tells of some of what stays the same only.
func isShort(file string) bool { return strings.HasPrefix(filepath.Base(file), "prod-") }

// looked are types of which a short preview tells also where they stay the same.
var looked = []string{
	"pulumi:pulumi:Stack", "modelway:platform:Platform", "modelway:model:Model", "aws:eks/cluster:Cluster", "aws:ec2/vpc:Vpc",
	"aws:ec2/subnet:Subnet",
	"kubernetes:networking.k8s.io/v1:Ingress",
}

// reduce leaves out times, secrets, paths and ports of a machine, and properties that nothing reads.
func reduce(t *testing.T, data []byte, short bool) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	var whole map[string]any
	if json.Unmarshal(data, &whole) == nil && whole["sequence"] == nil {
		encoder.SetIndent("", " ")
		require.NoError(t, encoder.Encode(reduceDigest(whole)))
		return out.Bytes()
	}
	number := 0
	for line := range bytes.Lines(data) {
		var e map[string]any
		require.NoError(t, json.Unmarshal(line, &e))
		if !reduceEvent(e) || short && overlooked(e) {
			continue
		}
		e["sequence"], e["timestamp"] = number, 0
		number++
		require.NoError(t, encoder.Encode(e))
	}
	return out.Bytes()
}

// overlooked are policy results, and what stays the same but for the types that are looked at.
func overlooked(e map[string]any) bool {
	step, _ := e["resourcePreEvent"].(map[string]any)
	metadata, _ := step["metadata"].(map[string]any)
	typ, _ := metadata["type"].(string)
	return e["policyEvent"] != nil || metadata["op"] == "same" && !slices.Contains(looked, typ)
}

func reduceDigest(d map[string]any) map[string]any {
	delete(d, "config")
	delete(d, "duration")
	for _, step := range d["steps"].([]any) {
		step := step.(map[string]any)
		delete(step, "provider")
		for _, side := range []string{"oldState", "newState"} {
			reduceState(step, side, step["op"] == "same")
		}
	}
	var kept []any
	for _, said := range d["diagnostics"].([]any) {
		if said := said.(map[string]any); keepDiagnostic(said) {
			kept = append(kept, said)
		}
	}
	d["diagnostics"] = append([]any{}, kept...)
	return d
}

func reduceEvent(e map[string]any) (keep bool) {
	if said, ok := e["diagnosticEvent"].(map[string]any); ok {
		return keepDiagnostic(said)
	}
	if summary, ok := e["summaryEvent"].(map[string]any); ok {
		summary["durationSeconds"] = 0
		if packs, ran := summary["PolicyPacks"].(map[string]any); ran {
			for name, version := range packs {
				parts := strings.Split(name, "|")
				if delete(packs, name); len(parts) == 3 {
					parts[2] = "policies" // the folder
				}
				packs[strings.Join(parts, "|")] = version
			}
		}
		return true
	}
	for _, kind := range []string{"resourcePreEvent", "resOutputsEvent"} {
		step, ok := e[kind].(map[string]any)
		if !ok {
			continue
		}
		metadata := step["metadata"].(map[string]any)
		if kind == "resOutputsEvent" && metadata["type"] != "pulumi:pulumi:Stack" {
			return false
		}
		delete(metadata, "provider")
		for _, side := range []string{"old", "new"} {
			reduceState(metadata, side, metadata["op"] == "same")
		}
		return true
	}
	return e["policyEvent"] != nil || e["cancelEvent"] != nil || e["unseen"] != nil
}

func keepDiagnostic(said map[string]any) bool {
	message := said["message"].(string)
	return said["severity"] == "error" || said["severity"] == "warning" && !strings.Contains(message, "using pulumi-")
}

// unread are types of which no property is read while they stay the same.
var unread = []string{":Policy", ":Role", ":RolePolicyAttachment", ":SecurityGroupRule", ":RouteTableAssociation", "core/v1:ServiceAccount",
	":NetworkPolicy", ":Addon", ":ConfigMap"}

func reduceState(step map[string]any, side string, same bool) {
	state, ok := step[side].(map[string]any)
	if !ok {
		return
	}
	kept := map[string]any{}
	for _, key := range []string{"type", "custom", "parent", "inputs", "delete"} {
		if value, found := state[key]; found && (key != "type" || step["type"] == nil) { // the digest has the type here only
			kept[key] = value
		}
	}
	if inputs, ok := kept["inputs"].(map[string]any); ok {
		kept["inputs"] = reduceProperties(inputs)
		for _, end := range unread {
			if same && strings.Contains(step["urn"].(string), end+"::") {
				kept["inputs"] = map[string]any{}
			}
		}
	}
	if strings.Contains(step["urn"].(string), "::pulumi:pulumi:Stack::") {
		kept["outputs"] = reduceProperties(state["outputs"])
	}
	step[side] = kept
}

func reduceProperties(v any) any {
	switch v := v.(type) {
	case string:
		v = strings.ReplaceAll(v, "18231", "8080") // the port that the local stack had
		if _, chart, found := strings.Cut(v, "/local/charts/"); found {
			return "./local/charts/" + chart
		}
		if len(v) > 600 {
			return v[:20] + "..."
		}
		return v
	case float64:
		if v == 18231 {
			return 8080
		}
	case []any:
		for i := range v {
			v[i] = reduceProperties(v[i])
		}
		return v
	case map[string]any:
		for _, name := range []string{"tags", "labels", "securityContext", "topologySpreadConstraints", "__internal", "affinity", "livenessProbe",
			"startupProbe", "readinessProbe", "lifecycle", "volumes", "volumeMounts"} {
			delete(v, name)
		}
		for name, value := range v {
			if strings.HasPrefix(name, "alb.ingress.kubernetes.io/") && !strings.Contains(name, "/actions.") &&
				!strings.HasSuffix(name, "/jwt-validation") {
				delete(v, name)
				continue
			}
			v[name] = reduceProperties(value)
		}
		return v
	}
	return v
}
