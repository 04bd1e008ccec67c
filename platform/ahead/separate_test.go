package ahead_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/iamaccess"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/platform/ahead"
)

// ownerTag is the tag by which resources of an environment are known.
const ownerTag = "modelway:cluster"

// owned is a resource of an environment, as IAM sees it.
type owned struct {
	arn  string
	tags map[string]string
	// vpc is the ARN of the VPC that the resource is in, "" where the caller may claim any.
	vpc string
}

// written are settings of an environment as a stack file has them.
func written(t *rapid.T, name string) string {
	pick := func(what string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name+" "+what) }
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("config:\n  aws:region: us-east-1")
	line("  modelway:cluster:\n    adminRoleArns: [arn:aws:iam::123456789012:role/platform-admin]\n    publicAccessCidrs: [203.0.113.0/24]")
	if own := pick("cluster", "", "same", "plain"); own == "plain" {
		line("    name: %s", name)
	} else if own == "same" {
		line("    name: modelway_%s", name)
	}
	line("  modelway:compute:")
	line("    nodeGroups: [{name: general, instanceTypes: [m6i.large], minSize: 2, maxSize: 3}]")
	line("  modelway:network:\n    flowLogs: {destination: %s}", pick("flow logs", "none", "bucket", "logGroup"))
	line("  modelway:modelStore: {enabled: true}")
	line("  modelway:database: {enabled: true}")
	line("  modelway:loadBalancers:\n    public: {domain: %s.company.com, hostedZoneId: %s, requestCertificate: true, accessLogs: %s}", name,
		pick("zone", "Z0SHARED", "Z0"+strings.ToUpper(strings.ReplaceAll(name, "-", ""))), pick("access logs", "true", "false"))
	line("  modelway:delivery:\n    repositories: [models/%s]", name)
	line("    github:\n      repository: company/modelway\n      environments: [%s]\n      stateBucket: %s", name,
		pick("bucket", "company-state", "modelway-state"))
	line("      existingProviderArn: arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com")
	line("      stateKeyArn: arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555")
	if pick("boundary", "yes", "no") == "yes" {
		line("      permissionsBoundaryArn: arn:aws:iam::123456789012:policy/company-boundary")
	}
	line("  modelway:cost: {monthlyBudgetUsd: 400, alertEmails: [ml@company.com]}")
	return b.String()
}

// environments draws two environments of one project in one account, and runs the program for both.
func environments(t *rapid.T, folder string) (one, other ahead.Stack) {
	names := rapid.SampledFrom([][2]string{{"prod", "prod-eu"}, {"dev", "dev2"}, {"dev", "prod"}, {"a", "a-a"}, {"prod", "prod-cluster"},
		{"x-logs", "x"}}).Draw(t, "names")
	if rapid.Bool().Draw(t, "swapped") {
		names[0], names[1] = names[1], names[0]
	}
	var stacks []ahead.Stack
	for _, name := range names {
		file := filepath.Join(folder, "Pulumi."+name+".yaml")
		require.NoError(t, os.WriteFile(file, []byte(written(t, name)), 0o600))
		stack, err := ahead.LookAt("../..", file)
		require.NoError(t, err)
		stacks = append(stacks, stack)
	}
	return stacks[0], stacks[1]
}

// policiesOf are what the role of a stack's workflows may do, from the attachments that the program registers.
func policiesOf(t require.TestingT, stack ahead.Stack, role string) []iamaccess.Policy {
	byArn := map[string]string{}
	for _, r := range stack.Resources {
		if r.Type == "aws:iam/policy:Policy" {
			byArn[r.Outputs["arn"].StringValue()], _ = r.Input("policy").(string)
		}
	}
	var all []iamaccess.Policy
	for _, r := range stack.Resources {
		if r.Type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment" && strings.HasPrefix(r.Name, "modelway-github-"+role+"-") {
			policy, err := iamaccess.Parse(byArn[r.Input("policyArn").(string)])
			require.NoError(t, err)
			all = append(all, policy)
		}
	}
	require.NotEmpty(t, all)
	return all
}

// ownedBy are the resources of a stack: what the program registers, what is inside of them, and what EKS and pulumi-eks make for it.
func ownedBy(stack ahead.Stack) (all []owned, cluster string) {
	for _, r := range stack.Resources {
		arn, tags := outputText(r, "arn"), tagsOf(r)
		switch r.Type {
		case "aws:eks/cluster:Cluster":
			cluster = r.Outputs["name"].StringValue()
		case "aws:s3/bucketV2:BucketV2":
			all = append(all, owned{arn: arn + "/models/a.bin"})
			tags = nil // S3 compares tags of a bucket only where that is switched on
		case "aws:cloudwatch/logGroup:LogGroup":
			all = append(all, owned{arn: arn + ":*", tags: tags}, owned{arn: arn + ":log-stream:a", tags: tags})
		case "aws:eks/accessEntry:AccessEntry":
			arn = outputText(r, "accessEntryArn")
		case "aws:eks/podIdentityAssociation:PodIdentityAssociation":
			arn = outputText(r, "associationArn")
		}
		if arn != "" && strings.HasPrefix(r.Type, "aws:") {
			all = append(all, owned{arn: arn, tags: tags})
		}
	}
	const account = "us-east-1:123456789012:"
	mine := map[string]string{ownerTag: cluster}
	all = append(all,
		owned{arn: "arn:aws:iam::123456789012:role/modelway-cluster-eksRole-role-1a2b3c4", tags: mine},
		// As they were named before names carried the environment.
		owned{arn: "arn:aws:iam::123456789012:role/modelway-github-deploy-1a2b3c4", tags: mine},
		owned{arn: "arn:aws:iam::123456789012:policy/modelway-github-identity-1a2b3c4", tags: mine},
		owned{arn: "arn:aws:budgets::123456789012:budget/modelway-budget-budget-1a2b3c4", tags: mine},
		owned{arn: "arn:aws:s3:::modelway-logs-bucket-1a2b3c4"}, owned{arn: "arn:aws:s3:::modelway-logs-bucket-1a2b3c4/a"},
		owned{arn: "arn:aws:ec2:" + account + "security-group/sg-of-eks", tags: map[string]string{"aws:eks:cluster-name": cluster}},
		// One without a tag, as AWS makes the default group of a VPC, and as people make theirs.
		owned{arn: "arn:aws:ec2:" + account + "security-group/sg-without-tag", vpc: vpcOf(stack)},
		owned{arn: "arn:aws:ec2:" + account + "network-interface/eni-of-cni", tags: map[string]string{"cluster.k8s.amazonaws.com/name": cluster}},
		owned{arn: "arn:aws:ec2:" + account + "instance/i-of-nodes", tags: mine}, owned{arn: "arn:aws:ec2:" + account + "volume/vol-of-nodes",
			tags: mine})
	return all, cluster
}

// vpcOf is the ARN of a stack's VPC.
func vpcOf(stack ahead.Stack) string {
	i := slices.IndexFunc(stack.Resources, func(r *recorder.Resource) bool { return r.Type == "aws:ec2/vpc:Vpc" })
	return outputText(stack.Resources[i], "arn")
}

// stateOf are the objects that Pulumi's backend keeps for a stack, as pkg/v3/backend/diy names them.
func stateOf(stack ahead.Stack, bucket string) (all []owned) {
	for _, path := range []string{"stacks/modelway/%s.json", "stacks/modelway/%s.json.gz", "stacks/modelway/%s.json.bak",
		"stacks/modelway/%s.pulumi-tags",
		"history/modelway/%s/%[1]s-1.history.json", "backups/modelway/%s/%[1]s.1.json", "locks/organization/modelway/%s/1.json"} {
		all = append(all, owned{arn: "arn:aws:s3:::" + bucket + "/.pulumi/" + fmt.Sprintf(path, stack.Name)})
	}
	return all
}

func outputText(r *recorder.Resource, key string) string {
	if v, has := r.Outputs[resource.PropertyKey(key)]; has && v.IsString() {
		return v.StringValue()
	}
	return ""
}

func tagsOf(r *recorder.Resource) map[string]string {
	tags := map[string]string{}
	if v := r.Inputs["tags"]; v.IsObject() {
		for key, value := range v.ObjectValue() {
			tags[string(key)] = value.StringValue()
		}
	}
	return tags
}

// actionsOf are all actions that policies name.
func actionsOf(policies []iamaccess.Policy) []string {
	all := map[string]bool{}
	for _, p := range policies {
		for _, s := range p.Statements {
			for _, action := range s.Action {
				all[action] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// makes are the calls, in lower case, that IAM holds against the ARN of what they make, which then is not there yet, by the kind in the
// ARN.
var makes = map[string]string{
	"ec2:allocateaddress": "elastic-ip/", "ec2:createinternetgateway": "internet-gateway/", "ec2:createlaunchtemplate": "launch-template/",
	"ec2:createnatgateway": "natgateway/", "ec2:createroutetable": "route-table/", "ec2:createsecuritygroup": "security-group/",
	"ec2:createsubnet": "subnet/", "ec2:createvpc": "vpc/", "ec2:createvpcendpoint": "vpc-endpoint/", "ec2:createflowlogs": "vpc-flow-log/",
	"iam:createopenidconnectprovider": "oidc-provider/", "ecr:createrepository": "repository/",
}

// withoutArn are the actions that change something and that AWS holds against no ARN
// (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
var withoutArn = []string{"acm:RequestCertificate", "aps:CreateWorkspace", "ecr:GetAuthorizationToken", "eks:CreateCluster", "kms:CreateKey",
	"logs:CreateLogDelivery", "logs:DeleteLogDelivery"}

// made says whether a request is about something that it makes.
func made(action, arn string) bool {
	kind, has := makes[action]
	return has && strings.Contains(arn, ":"+kind) ||
		action == "ec2:runinstances" && (strings.Contains(arn, ":instance/") || strings.Contains(arn, ":volume/"))
}

// reached are the requests that policies allow on resources of someone else.
func reached(t require.TestingT, policies []iamaccess.Policy, theirs []owned) (all []string) {
	actions := actionsOf(policies)
	for _, their := range theirs {
		for _, action := range actions {
			if made(action, their.arn) {
				continue
			}
			if _, makes := makes[action]; makes && their.vpc != "" {
				continue // it puts a group without a tag into something new at most, and changes nothing about it
			}
			context := map[string][]string{"ec2:CreateAction": {}} // that of tags in a call that makes something
			if their.vpc != "" {
				context["ec2:Vpc"] = []string{their.vpc}
			}
			request := iamaccess.Request{Action: action, Resource: their.arn, Tags: their.tags, Free: true, Context: context}
			decision, err := iamaccess.Decide(request, policies...)
			require.NoError(t, err)
			if !decision.Allowed {
				continue
			}
			everything := !slices.ContainsFunc(decision.By, func(s iamaccess.Statement) bool { return !slices.Equal(s.Resource, []string{"*"}) })
			_, verb, _ := strings.Cut(action, ":")
			if everything && (strings.HasPrefix(verb, "describe") || strings.HasPrefix(verb, "list") || slices.ContainsFunc(withoutArn,
				func(a string) bool { return strings.EqualFold(a, action) })) {
				continue
			}
			all = append(all, fmt.Sprintf("%s on %s by %s", action, their.arn, decision.By[0].Sid))
		}
	}
	return all
}

// fewer has rapid draw fewer values, where nobody asks for a number with -rapid.checks: each of them runs the program twice.
func fewer(t *testing.T, checks int) {
	t.Helper()
	number := flag.Lookup("rapid.checks")
	if number.Value.String() != number.DefValue {
		return
	}
	require.NoError(t, number.Value.Set(strconv.Itoa(checks)))
	t.Cleanup(func() { _ = number.Value.Set(number.DefValue) })
}

// TestTheRolesOfAnEnvironmentReachNoOther holds for the roles of GitHub Actions of two environments in one account and one state bucket,
// whatever a caller puts into its requests.
func TestTheRolesOfAnEnvironmentReachNoOther(t *testing.T) {
	folder := t.TempDir()
	fewer(t, 25)
	rapid.Check(t, func(t *rapid.T) {
		one, other := environments(t, folder)
		theirs, cluster := ownedBy(other)
		require.NotEmpty(t, cluster)
		require.NotEqual(t, vpcOf(one), vpcOf(other))
		for _, bucket := range []string{"company-state", "modelway-state"} {
			theirs = append(theirs, stateOf(other, bucket)...)
		}
		for _, role := range []string{"preview", "deploy"} {
			found := reached(t, policiesOf(t, one, role), theirs)
			require.Empty(t, found, "the role %s of %s reaches %s: %s", role, one.Name, other.Name, strings.Join(found, "\n"))
		}
	})
}
