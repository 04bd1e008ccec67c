package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/residue"
)

// leftovers stands in for AWS: what has the tags of clusters, by ARN, and what can be listed by type. What only one region tells of is by
// its name; properties are by identifier, and those of what is gone are "".
type leftovers struct {
	tagged     map[string]map[string]string
	regional   map[string]map[string]map[string]string
	listed     map[string][]string
	properties map[string]string
	refusal    string
	deleted    []string
	lock       sync.Mutex
}

func (l *leftovers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.lock.Lock()
	defer l.lock.Unlock()
	var in struct {
		TagFilters []struct {
			Key    string
			Values []string
		}
		TypeName, Identifier string
	}
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &in)
	if l.refusal != "" {
		l.refuse(w, l.refusal)
		return
	}
	var answer any
	switch _, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); call {
	case "GetResources":
		type tag struct{ Key, Value string }
		all := []map[string]any{}
		told := maps.Clone(l.tagged)
		for region, more := range l.regional {
			if strings.Contains(r.Header.Get("Authorization"), "/"+region+"/") {
				maps.Copy(told, more)
			}
		}
		for arn, tags := range told {
			if value, has := tags[in.TagFilters[0].Key]; has && slices.Contains(in.TagFilters[0].Values, value) {
				var list []tag
				for key, value := range tags {
					list = append(list, tag{key, value})
				}
				all = append(all, map[string]any{"ResourceARN": arn, "Tags": list})
			}
		}
		answer = map[string]any{"ResourceTagMappingList": all}
	case "ListResources":
		all := []map[string]any{}
		for _, id := range l.listed[in.TypeName] {
			all = append(all, map[string]any{"Identifier": id, "Properties": "{}"})
		}
		answer = map[string]any{"TypeName": in.TypeName, "ResourceDescriptions": all}
	case "GetResource":
		properties, set := l.properties[in.Identifier]
		if set && properties == "" {
			l.refuse(w, "ResourceNotFoundException")
			return
		}
		answer = map[string]any{"ResourceDescription": map[string]any{"Identifier": in.Identifier,
			"Properties": cmp.Or(properties, `{"Tags": []}`)}}
	case "DeleteResource":
		l.deleted = append(l.deleted, in.Identifier)
		answer = map[string]any{"ProgressEvent": map[string]any{"OperationStatus": "SUCCESS"}}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(answer)
}

// refuse answers with an error of AWS.
func (l *leftovers) refuse(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": "refused"})
}

// left has an account with things of dev, and of its neighbour.
func left(t *testing.T) *leftovers {
	t.Helper()
	own, other := map[string]string{"modelway:cluster": "modelway-dev"}, map[string]string{"modelway:cluster": "modelway-dev-eu"}
	l := &leftovers{properties: map[string]string{},
		tagged: map[string]map[string]string{
			"arn:aws:ec2:us-east-1:111122223333:natgateway/nat-1": own,
			"arn:aws:ec2:us-east-1:111122223333:natgateway/nat-2": other,
			"arn:aws:s3:::models": own,
			"arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/k8s-a/0123": {"elbv2.k8s.aws/cluster": "modelway-dev"},
		},
		listed: map[string][]string{residue.LogGroup: {"/aws/eks/modelway-dev/fargate", "/aws/eks/modelway-dev-eu/fargate"},
			residue.Role: {"modelway-node-1", "company-admin"}},
	}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "example")
	return l
}

// stated writes a state, and a pulumi command that answers.
func stated(t *testing.T, resources, pulumi string) (state string) {
	t.Helper()
	folder := t.TempDir()
	state = filepath.Join(folder, "state.json")
	require.NoError(t, os.WriteFile(state, []byte(`{"version":3,"deployment":{"resources":[`+resources+`]}}`), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "pulumi"), []byte("#!/bin/sh\n"+pulumi+"\n"), 0o700))
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	return state
}

func runAnswering(answer string, args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	root := newRoot()
	root.SetIn(strings.NewReader(answer))
	code = execute(root, append([]string{"residue", "--root", repository}, args...), &o, &e)
	return code, o.String(), e.String()
}

const noSuchStack = `echo "error: no stack named 'dev' found" >&2; exit 255`

func TestResidueBadInput(t *testing.T) {
	l := left(t)
	empty := stated(t, "", noSuchStack)
	cluster := filepath.Join(t.TempDir(), "cluster.json")
	require.NoError(t, os.WriteFile(cluster, []byte(`{"version":3,"deployment":{"resources":[{"type":"aws:eks/cluster:Cluster","custom":true,
		"id":"modelway-dev"}]}}`), 0o600))
	for _, test := range []struct {
		args, answer string
		code         int
		says         []string
	}{
		{"", "", exitUsage, []string{"--stack is missing; allowed: dev, local, prod; fix: add --stack dev"}},
		{"--stack dev more", "", exitUsage, []string{`"more": too much for modelway residue`}},
		{"--stack dev --timeout soon", "", exitUsage, []string{`--timeout is "soon"; allowed: a number with its unit`}},
		{"--stack dev --delet", "", exitUsage, []string{"unknown flag: --delet; allowed: --", "fix: write --delete"}},
		{"--stack dev --timeout 0s", "", exitUsage, []string{"--timeout 0s is not a time to wait", "allowed: ", "fix: "}},
		{"--stack none", "", exitFailed, []string{"there are dev, local, prod"}},
		{"--stack dev --yes dev", "", exitUsage, []string{"--yes deletes nothing by itself", "fix: add --delete"}},
		{"--stack dev --data", "", exitUsage, []string{"--data deletes nothing by itself"}},
		{"--stack dev --delete --yes prod", "", exitUsage, []string{"--yes prod is not the stack; allowed: dev"}},
		{"--stack dev --gone --state " + empty, "", exitUsage, []string{"exclude each other"}},
		{"--stack dev --delete --json --state " + empty, "", exitUsage, []string{"leaves no place for a question"}},
		{"--stack dev --delete --yes dev --state nowhere.json", "", exitFailed, []string{"the state nowhere.json cannot be read", "pulumi stack export"}},
		{"--stack dev --delete --yes dev --state " + repository + "/Pulumi.yaml", "", exitFailed, []string{"not the JSON of a stack"}},
		{"--stack dev --delete --yes dev --state " + cluster, "", exitFailed, []string{"among them the cluster", "fix: pulumi destroy --stack dev"}},
		{"--stack dev --delete --yes dev", "", exitFailed, []string{"the backend has no stack dev", "say --gone"}},
		{"--stack dev --delete --state " + empty, "prod\n", exitFailed, []string{"the answer was prod; allowed: dev", "Nothing was deleted"}},
		{"--stack dev --delete --state " + empty, "", exitFailed, []string{"the answer was nothing"}},
		{"--stack dev --local", "", exitFailed, []string{"no local stack is up"}},
	} {
		code, _, errOut := runAnswering(test.answer, strings.Fields(test.args)...)
		require.Equal(t, test.code, code, "%s: %s", test.args, errOut)
		for _, says := range test.says {
			require.Contains(t, errOut, says, test.args)
		}
	}
	require.Empty(t, l.deleted, "a refusal deletes nothing")
}

func TestResidueWithoutAReadableState(t *testing.T) {
	l := left(t)
	const there = "--gone is given, but the backend has stack dev"
	for script, says := range map[string]string{
		`echo "error: failed to load credentials" >&2; exit 1`: "failed to load credentials",
		`echo no JSON`:                         there,
		`echo '{"version":3,"deployment":{}}'`: there,
	} {
		stated(t, "", script)
		code, _, errOut := runAnswering("", "--stack", "dev", "--delete", "--yes", "dev", "--gone")
		require.Equal(t, exitFailed, code)
		require.Contains(t, errOut, says, script)
	}
	stated(t, "", "echo no JSON")
	code, _, errOut := runAnswering("", "--stack", "dev", "--delete", "--yes", "dev")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "it is not the JSON of a stack")
	require.Empty(t, l.deleted)
}

func TestResidueListsAndDeletes(t *testing.T) {
	l := left(t)
	empty := stated(t, `{"type":"aws:ec2/vpc:Vpc","custom":true,"id":"vpc-1"}`, noSuchStack)
	code, out, errOut := runAnswering("", "--stack", "dev", "--state", empty)
	require.Equal(t, exitLeft, code, errOut)
	require.Contains(t, errOut, "4 things left behind; modelway residue --delete deletes them, but for 1 that may hold data")
	for _, says := range []string{"EC2::NatGateway", "nat-1", "32.85", "16.43", "/aws/eks/modelway-dev/fargate", "tag elbv2.k8s.aws/cluster", "S3::Bucket"} {
		require.Contains(t, out, says)
	}
	for _, other := range []string{"nat-2", "modelway-dev-eu", "modelway-node-1", "company-admin"} {
		require.NotContains(t, out, other)
	}
	require.Empty(t, l.deleted, "nothing is deleted without being told")

	code, out, errOut = runAnswering("dev\n", "--stack", "dev", "--delete", "--gone")
	require.Equal(t, exitKept, code, out)
	require.Contains(t, errOut, "1 thing left, and nothing but what may hold data, which is kept on purpose")
	require.Equal(t, []string{"arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/k8s-a/0123", "nat-1",
		"/aws/eks/modelway-dev/fargate"}, l.deleted)

	known := stated(t, `{"type":"aws:ec2/natGateway:NatGateway","custom":true,"id":"nat-1"}`, noSuchStack)
	l.deleted = nil
	code, out, errOut = runAnswering("", "--stack", "dev", "--delete", "--yes", "dev", "--data", "--state", known)
	require.Zero(t, code, errOut)
	require.NotContains(t, out, "nat-1")
	require.NotContains(t, l.deleted, "nat-1")
	require.Contains(t, l.deleted, "models")
}
