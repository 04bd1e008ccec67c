package cluster_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/infra/cluster"
	clusterspec "github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/rule"
)

// entries are the access entries that the component of pulumi-eks is told to make.
func entries(t recorder.TB, args *cluster.ClusterArgs) map[string]any {
	return recorder.Run(t, program(args)).Find(t, componentType, "run").Input("accessEntries").(map[string]any)
}

func TestAccessEntries(t *testing.T) {
	made := entries(t, args(func(a *cluster.ClusterArgs) {
		a.AccessEntries = []clusterspec.AccessEntry{
			{PrincipalArn: science, Policy: clusterspec.Edit, Namespaces: []string{"models", "dev-*"}},
			{PrincipalArn: person, Policy: clusterspec.View},
			{PrincipalArn: "arn:aws:iam::123456789012:role/lead", Policy: clusterspec.Admin, Namespaces: []string{"models"}},
			{PrincipalArn: "arn:aws:iam::123456789012:role/deploy", Policy: clusterspec.Admin},
			{PrincipalArn: "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0123456789abcdef",
				Policy: clusterspec.Edit},
		}
	}))
	recorder.GoldenJSON(t, "testdata/access-entries.json", made)
}

func TestAccessEntriesOfOtherPartitions(t *testing.T) {
	made := entries(t, args(func(a *cluster.ClusterArgs) {
		a.AdminRoleArns = []string{"arn:aws-us-gov:iam::123456789012:role/Admin"}
	}))
	require.Equal(t, "arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
		made["role-123456789012-Admin"].(map[string]any)["accessPolicies"].(map[string]any)["admin"].(map[string]any)["policyArn"])
}

// An entry keeps its name when the principal's rights change or it moves to the other list: EKS refuses a second entry of a
// principal, and Pulumi would create it before it deletes the first.
func TestNamesOfEntriesFollowThePrincipal(t *testing.T) {
	for _, change := range []func(*cluster.ClusterArgs){
		func(a *cluster.ClusterArgs) { a.AdminRoleArns = append(a.AdminRoleArns, science) },
		func(a *cluster.ClusterArgs) {
			a.AccessEntries = []clusterspec.AccessEntry{{PrincipalArn: science, Policy: clusterspec.View}}
		},
		func(a *cluster.ClusterArgs) {
			a.AccessEntries = []clusterspec.AccessEntry{{PrincipalArn: person, Policy: clusterspec.View},
				{PrincipalArn: science, Policy: clusterspec.Admin, Namespaces: []string{"a"}}}
		},
	} {
		require.Contains(t, entries(t, args(change)), "role-123456789012-data-science")
	}
}

// Whatever the principals: there are as many entries as principals, each for its own.
func TestNamesOfEntriesDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		principals := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("arn:aws:iam::%s:%s/%s", rapid.SampledFrom([]string{"123456789012", "210987654321"}).Draw(t, "account"),
				rapid.SampledFrom([]string{"role", "user"}).Draw(t, "kind"), rapid.StringMatching(`([a-c-]/)?([a-c-]/)?[a-c-]`).Draw(t, "path"))
		}), 1, 8, rapid.ID[string]).Draw(t, "principals")
		made := entries(t, args(func(a *cluster.ClusterArgs) {
			for _, arn := range principals {
				a.AccessEntries = append(a.AccessEntries, clusterspec.AccessEntry{PrincipalArn: arn, Policy: clusterspec.View})
			}
		}))
		var named []string
		for _, entry := range made {
			named = append(named, entry.(map[string]any)["principalArn"].(string))
		}
		require.ElementsMatch(t, append(principals, admin), named)
	})
}

func TestAccessFaults(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*cluster.ClusterArgs)
		want   string
	}{
		"session": {func(a *cluster.ClusterArgs) {
			a.AdminRoleArns = []string{"arn:aws:sts::123456789012:assumed-role/Admin/me"}
		}, `adminRoleArns[0] is "arn:aws:sts::123456789012:assumed-role/Admin/me": the ARN of a session, not of a role; allowed: arn:aws:iam::<account id of 12 digits>:role/<name>; set adminRoleArns[0] to arn:aws:iam::123456789012:role/Admin`},
		"account": {func(a *cluster.ClusterArgs) { a.AdminRoleArns = []string{"arn:aws:iam::123456789012:root"} },
			"not the ARN of an IAM role"},
		"account as principal": {entry("arn:aws:iam::123456789012:root", clusterspec.View), "the account itself; an access entry is for one " +
			"role or user"},
		"group": {entry("arn:aws:iam::123456789012:group/ml", clusterspec.View), "not the ARN of an IAM role or user; allowed: " +
			"arn:aws:iam::<account id of 12 digits>:role/<name> or user/<name>"},
		"no name":        {entry("arn:aws:iam::123456789012:role/ml/", clusterspec.View), "not the ARN of an IAM role or user"},
		"account number": {entry("arn:aws:iam::12345:role/ml", clusterspec.View), "not the ARN of an IAM role or user"},
		"service's role": {entry("arn:aws:iam::123456789012:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS",
			clusterspec.View),
			"the role of an AWS service, for which EKS has no access entries"},
		"user as administrator": {func(a *cluster.ClusterArgs) { a.AdminRoleArns = []string{person} }, "not the ARN of an IAM role; allowed"},
		"twice in a list": {func(a *cluster.ClusterArgs) { a.AdminRoleArns = []string{admin, admin} },
			admin + " is listed twice; allowed: each item once; remove adminRoleArns[1]"},
		"twice in both": {entry(admin, clusterspec.View), `accessEntries[0].principalArn is "` + admin +
			`": has an entry already, adminRoleArns[0]; allowed: each principal once`},
		"partitions": {entry("arn:aws-cn:iam::123456789012:role/ml", clusterspec.View),
			"of partition aws-cn, but the first principal is of partition aws: a cluster knows those of its own only"},
		"no policy": {entry(science, ""), `accessEntries[0].policy is "": not one of the allowed values; allowed: admin, edit, view`},
		"wildcard in the middle": {entry(science, clusterspec.View, "a*b"),
			`accessEntries[0].namespaces[0] is "a*b": not the name of a namespace; allowed: ` + rule.LabelNames +
				"; or the beginning of a name and *"},
		"all namespaces":  {entry(science, clusterspec.View, "*"), `namespaces[0] is "*": not the name of a namespace`},
		"namespace twice": {entry(science, clusterspec.View, "a", "b", "a"), "a is listed twice; allowed: each item once"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := recorder.RunErr(program(args(c.change)))
			require.ErrorContains(t, err, c.want)
			require.Empty(t, r.Resources)
		})
	}
}

func entry(arn, policy string, namespaces ...string) func(*cluster.ClusterArgs) {
	return func(a *cluster.ClusterArgs) {
		a.AccessEntries = []clusterspec.AccessEntry{{PrincipalArn: arn, Policy: policy, Namespaces: namespaces}}
	}
}

const entryType = "aws:eks/accessEntry:AccessEntry"

func TestAccessOfARoleOfTheProgram(t *testing.T) {
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		var role pulumi.CustomResourceState
		if err := ctx.RegisterResource("aws:iam/role:Role", "deploy", pulumi.Map{}, &role); err != nil {
			return err
		}
		for name, args := range map[string]*cluster.AccessArgs{
			"deploy":  {Policy: clusterspec.Admin, Partition: "aws"},
			"preview": {Policy: clusterspec.View, Namespaces: []string{"models*"}, Partition: "aws-us-gov"},
		} {
			args.ClusterName, args.PrincipalArn, args.Tags = pulumi.String("modelway-test"), pulumi.String(science).ToStringOutput(),
				map[string]string{"team": "ml"}
			args.DependsOn = []pulumi.Resource{&role}
			a, err := cluster.NewAccess(ctx, name, args)
			if err != nil {
				return err
			}
			user := &pulumi.ResourceState{}
			if err := ctx.RegisterComponentResourceV2("test:index:User", name, pulumi.Map{}, user, pulumi.DependsOn(a.Resources)); err != nil {
				return err
			}
		}
		return nil
	})
	for name, want := range map[string]struct {
		policy string
		scope  map[string]any
	}{
		"deploy": {"arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", map[string]any{"type": "cluster"}},
		"preview": {"arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", map[string]any{"type": "namespace",
			"namespaces": []any{"models*"}}},
	} {
		component, entry, association := r.Find(t, cluster.AccessToken, name), r.Find(t, entryType, name+"-entry"), r.Find(t, associationType,
			name+"-policy")
		for _, child := range []*recorder.Resource{entry, association} {
			require.Equal(t, component.URN, child.Parent)
			require.Equal(t, "modelway-test", child.Input("clusterName"))
			require.Equal(t, science, child.Input("principalArn"))
			require.True(t, r.Find(t, "test:index:User", name).DependsDirectly(child.URN))
		}
		require.Equal(t, "ml", entry.Input("tags.team"))
		require.True(t, entry.DependsDirectly(r.Find(t, "aws:iam/role:Role", "deploy").URN))
		require.True(t, association.DependsDirectly(entry.URN))
		require.True(t, *association.DeleteBeforeReplace)
		require.Equal(t, want.policy, association.Input("policyArn"))
		require.Equal(t, want.scope, association.Input("accessScope"))
	}
}

func TestFaultsOfAccessAreReportedTogether(t *testing.T) {
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := cluster.NewAccess(ctx, "bad", &cluster.AccessArgs{Policy: "root", Namespaces: []string{"A"}, Partition: "azure"})
		return err
	})
	for _, want := range []string{
		`checking access "bad"`, "ClusterName and PrincipalArn are required", `Partition is "azure": name the AWS partition`,
		`policy is "root": not one of the allowed values; allowed: admin, edit, view`, `namespaces[0] is "A": not the name of a namespace`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
}
