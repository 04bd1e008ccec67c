package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/residue"
)

// TestResidueKeepsToItsRegion has clusters of one name in two regions, and what is of no region: each environment has its own.
func TestResidueKeepsToItsRegion(t *testing.T) {
	l := left(t)
	own := map[string]string{"modelway:cluster": "modelway-test", "modelway:environment": "test"}
	others := map[string]string{"modelway:cluster": "modelway-test", "modelway:environment": "test-us"}
	l.listed = nil
	l.tagged = map[string]map[string]string{
		"arn:aws:iam::111122223333:policy/own":    own,
		"arn:aws:iam::111122223333:policy/others": others,
	}
	l.regional = map[string]map[string]map[string]string{
		"eu-west-1": {"arn:aws:ec2:eu-west-1:111122223333:natgateway/nat-eu": own, "arn:aws:s3:::bucket-eu": own,
			"arn:aws:cloudfront::111122223333:distribution/E1": own, "arn:aws:acm:us-east-1:111122223333:certificate/us": own},
		"us-east-1": {"arn:aws:ec2:us-east-1:111122223333:natgateway/nat-us": own, "arn:aws:s3:::bucket-us": own,
			"arn:aws:route53:::hostedzone/Z1": own},
	}
	root := checkout(t, "Pulumi.dev.yaml", nil)
	file := filepath.Join(root, "Pulumi.test.yaml")
	settings, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(settings), "us-east-1", "eu-west-1")), 0o600))
	state := stated(t, "", noSuchStack)
	code, out, errOut := run("residue", "--root", root, "--stack", "test", "--state", state)
	require.Equal(t, exitLeft, code, errOut)
	for _, says := range []string{"nat-eu", "bucket-eu", "distribution/E1", "hostedzone/Z1", "policy/own"} {
		require.Contains(t, out, says)
	}
	for _, other := range []string{"nat-us", "bucket-us", "certificate/us", "policy/others"} {
		require.NotContains(t, out, other)
	}
}

// TestResidueOfACleanDestroy has only what tags outlive: it is told, and is nothing that was left behind.
func TestResidueOfACleanDestroy(t *testing.T) {
	l := left(t)
	own := map[string]string{"modelway:cluster": "modelway-dev"}
	l.listed = nil
	l.tagged = map[string]map[string]string{
		"arn:aws:kms:us-east-1:111122223333:key/1234":                     own,
		"arn:aws:ec2:us-east-1:111122223333:natgateway/nat-1":             own,
		"arn:aws:ec2:us-east-1:111122223333:instance/i-1":                 own,
		"arn:aws:eks:us-east-1:111122223333:cluster/modelway-dev":         own,
		"arn:aws:eks:us-east-1:111122223333:addon/modelway-dev/coredns/1": own,
	}
	l.properties = map[string]string{"1234": "", "nat-1": `{"State": "deleted"}`, "i-1": `{"State": {"Code": "48", "Name": "terminated"}}`,
		"modelway-dev": ""}
	state := stated(t, "", noSuchStack)
	code, out, errOut := runAnswering("", "--stack", "dev", "--state", state)
	require.Zero(t, code, errOut)
	require.Contains(t, out, "dev left nothing behind in us-east-1\nGone already, or going by itself")
	for _, says := range []string{"1234", "nat-1", "i-1", "coredns"} {
		require.Contains(t, out, says)
	}
	code, _, errOut = runAnswering("", "--stack", "dev", "--state", state, "--delete", "--yes", "dev")
	require.Zero(t, code, errOut)
	require.Empty(t, l.deleted)

	l.properties = map[string]string{"i-1": `{"State": {"Name": "running"}}`}
	code, out, errOut = runAnswering("", "--stack", "dev", "--state", state, "--json")
	require.Equal(t, exitLeft, code, errOut)
	var listed leftBehind
	require.NoError(t, json.Unmarshal([]byte(out), &listed))
	require.Len(t, listed.Left, 5, "what AWS shows is there")
	require.Empty(t, listed.Going)
}

// TestResidueThatIsKept has only what may hold data.
func TestResidueThatIsKept(t *testing.T) {
	l := left(t)
	own := map[string]string{"modelway:cluster": "modelway-dev"}
	l.listed = map[string][]string{residue.Role: {"company-admin"}}
	l.tagged = map[string]map[string]string{"arn:aws:s3:::models": own, "arn:aws:rds:us-east-1:111122223333:snapshot:chain-final": own}
	state := stated(t, "", noSuchStack)
	for _, args := range [][]string{nil, {"--delete", "--yes", "dev"}} {
		code, out, errOut := runAnswering("", append([]string{"--stack", "dev", "--state", state}, args...)...)
		require.Equal(t, exitKept, code, errOut)
		require.Contains(t, out, "chain-final")
		require.Contains(t, errOut, "2 things left, and nothing but what may hold data")
	}
	require.Empty(t, l.deleted)
	code, _, errOut := runAnswering("", "--stack", "dev", "--state", state, "--delete", "--data", "--yes", "dev")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "aws rds delete-db-snapshot --db-snapshot-identifier chain-final")
	require.Equal(t, []string{"models"}, l.deleted)
}

// TestResidueOfAnotherState refuses the state of another stack, of which nothing can be told.
func TestResidueOfAnotherState(t *testing.T) {
	l := left(t)
	const vpc = `","type":"aws:ec2/vpc:Vpc","custom":true,"id":"vpc-1"}`
	for urn, says := range map[string]string{
		"urn:pulumi:prod::modelway::aws:ec2/vpc:Vpc::network": "it is that of stack prod of project modelway; allowed: stack dev of project " +
			"modelway; fix: pulumi stack export --stack dev > state-dev.json",
		"urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::network": "it is that of stack dev of project shop; allowed: stack dev of project modelway",
	} {
		state := stated(t, `{"urn":"`+urn+vpc, `cat "$(dirname "$0")/state.json"`)
		for _, args := range [][]string{{"--state", state}, {"--state", state, "--delete", "--yes", "dev"}, {"--delete", "--yes", "dev"}} {
			code, _, errOut := runAnswering("", append([]string{"--stack", "dev"}, args...)...)
			require.Equal(t, exitFailed, code, "%s %s", urn, args)
			if args[0] == "--state" {
				require.Contains(t, errOut, says)
			}
		}
	}
	require.Empty(t, l.deleted)
	state := stated(t, `{"urn":"urn:pulumi:dev::modelway::aws:ec2/vpc:Vpc::network`+vpc, noSuchStack)
	code, _, errOut := runAnswering("", "--stack", "dev", "--state", state)
	require.Equal(t, exitLeft, code, errOut)
}

// TestResidueWithoutAnswers has AWS refuse: each error says what to do.
func TestResidueWithoutAnswers(t *testing.T) {
	l := left(t)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	state := stated(t, "", noSuchStack)
	for code, says := range map[string]string{
		"ThrottlingException":         "fix: wait a minute, and run it again",
		"AccessDeniedException":       "fix: correct credentials and region, or let the caller do ",
		"UnrecognizedClientException": "fix: correct credentials and region",
	} {
		l.refusal = code
		exit, _, errOut := runAnswering("", "--stack", "dev", "--state", state)
		require.Equal(t, exitFailed, exit)
		require.Contains(t, errOut, code)
		require.Contains(t, errOut, says)
	}
	l.refusal = ""
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	exit, _, errOut := runAnswering("", "--stack", "dev", "--state", state)
	require.Equal(t, exitFailed, exit)
	require.Contains(t, errOut, "fix: let this machine reach AWS in the region")
}
