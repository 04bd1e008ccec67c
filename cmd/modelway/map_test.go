package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/room"
)

func TestMap(t *testing.T) {
	for _, stack := range []string{"dev", "prod"} {
		m := mapping{root: repository, format: "json"}
		require.NoError(t, m.stack.Set(stack))
		var out bytes.Buffer
		require.NoError(t, m.run(nil, &out, day))
		recorder.Golden(t, filepath.Join("testdata", "map-"+stack+".golden.json"), out.Bytes())
	}
}

// TestMapsAgreeWithTheirSources compares the map of every environment of the repository with what it is drawn from.
func TestMapsAgreeWithTheirSources(t *testing.T) {
	for stack, found := range environments(t) {
		m, err := mapping{}.of(found, nil, day)
		require.NoError(t, err, stack)
		urls, _ := found.Outputs.Mappable()[outputs.ModelURLs].(map[string]any)
		names := map[string]bool{}
		for _, model := range m.Models {
			require.False(t, names[model.Name], "%s: %s is there twice", stack, model.Name)
			names[model.Name] = true
			require.Equal(t, urls[model.Name], model.URL, stack)
			require.Equal(t, len(model.Hosts) > 0, model.LoadBalancer != "", "%s: %s", stack, model.Name)
		}
		require.Len(t, names, len(urls), stack)

		p := room.Of(stack, found.Set(), found.Outputs.Mappable())
		require.Equal(t, p.Room, m.Room, stack)
		require.Len(t, m.LoadBalancers, len(p.LoadBalancers), stack)
		for i, b := range m.LoadBalancers {
			require.Equal(t, p.LoadBalancers[i], b.Balancer, stack)
			require.NotEmpty(t, b.Listeners, "%s: %s", stack, b.Name)
			behind := 0
			for _, model := range m.Models {
				if model.LoadBalancer == b.Name {
					behind++
				}
			}
			require.LessOrEqual(t, behind, b.Models, "%s: %s", stack, b.Name) // a model with hosts on two counts at both
		}

		bill := cost.Of(found.Set(), found.Region, day)
		var least, most, models review.Money
		for _, part := range m.Cost.Parts {
			least, most = least+part.Least, most+part.Most
		}
		for _, model := range m.Models {
			models += model.Cost
		}
		require.Equal(t, review.Money(bill.Least()), least, stack)
		require.Equal(t, review.Money(bill.Most()), most, stack)
		require.Equal(t, m.Cost.Least, models+m.Cost.Shared, stack)
		require.NotEmpty(t, m.Network.Zones, stack)
		require.NotEmpty(t, m.Cluster.Name, stack)
		require.Len(t, m.Account, 12, stack)
	}
}

func TestMapTellsWhereItIs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "map.html")
	code, out, errOut := run("map", "--stack", "dev", "--root", repository, "--output", file)
	require.Zero(t, code, errOut)
	require.Contains(t, out, file+": map of dev, 3 models and 1 load balancer, ")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "<title>dev: map of the environment</title>")
	code, out, _ = run("map", "--stack", "dev", "--root", repository, "--output", "-")
	require.Zero(t, code)
	require.Equal(t, string(text), out)
}

func TestMapRefuses(t *testing.T) {
	folder := t.TempDir()
	broken := filepath.Join(folder, "broken.jsonl")
	require.NoError(t, os.WriteFile(broken, []byte("make: nothing to be done\n"), 0o600))
	other := filepath.Join(folder, "other.jsonl")
	require.NoError(t, os.WriteFile(other, []byte(`{"sequence":1,"resourcePreEvent":{"metadata":{"op":"create","urn":"urn:pulumi:prod::modelway::a:b:C::x",`+
		`"type":"a:b:C","new":{"type":"a:b:C","urn":"urn:pulumi:prod::modelway::a:b:C::x"}}}}`+"\n"+
		`{"sequence":2,"summaryEvent":{"isPreview":true,"resourceChanges":{"create":1}}}`+"\n"), 0o600))
	at := " --root " + repository
	for _, test := range []struct {
		args string
		code int
		says []string
	}{
		{"map", exitUsage, []string{"--stack is missing; allowed: dev, local, prod"}},
		{"map --stack Dev_1" + at, exitUsage, []string{`"Dev_1"`, "allowed", "dev-1"}},
		{"map --stack none" + at, exitFailed, []string{`"none"`, "there are dev, local, prod"}},
		{"map --stack dev --root nowhere", exitFailed, []string{`"dev"`, "nowhere"}},
		{"map --stack dev more" + at, exitUsage, []string{`"more": too much for modelway map`}},
		{"map --stack dev --format pdf" + at, exitUsage, []string{`"pdf"`, "allowed are html, json"}},
		{"map --stack dev --preview absent.jsonl" + at, exitFailed, []string{"--preview", "absent.jsonl"}},
		{"map --stack dev --preview " + folder + at, exitFailed, []string{"--preview", folder}},
		{"map --stack dev --preview " + broken + at, exitFailed, []string{"--preview", broken}},
		{"map --stack dev --preview " + other + at, exitFailed, []string{"of stack prod", "--stack is dev", "fix: give --stack prod"}},
		{"map --stack dev --output " + folder + "/absent/map.html" + at, exitFailed, []string{folder + "/absent", "fix: mkdir -p"}},
		{"map --stack dev --output " + folder + at, exitFailed, []string{"--output", folder}},
	} {
		code, out, errOut := run(strings.Fields(test.args)...)
		require.Equal(t, test.code, code, "%s: %s", test.args, errOut)
		require.Empty(t, out, test.args)
		for _, text := range test.says {
			require.Contains(t, errOut, text, test.args)
		}
	}
}
