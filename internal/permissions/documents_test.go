package permissions_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/permissions"
	"github.com/modelway/modelway/internal/recorder"
)

var notLetter = regexp.MustCompile(`[^a-z]+`)

func TestEveryDocumentIsValidAndHasAGolden(t *testing.T) {
	names := map[string]bool{}
	for _, named := range permissions.All() {
		require.NoError(t, named.Document.Validate(), named.Name)
		require.False(t, names[named.Name], "%s is listed twice", named.Name)
		names[named.Name] = true
		recorder.GoldenJSON(t, "testdata/"+notLetter.ReplaceAllString(named.Name, "-")+".json", named.Document)
	}
	require.Len(t, names, 12, "two trusts, three policies that read, seven that deploy")
}

// target draws what NewGitHubRoles accepts.
func target(t *rapid.T) permissions.Target {
	made := permissions.Target{
		Region:      rapid.SampledFrom([]string{"us-east-1", "cn-northwest-1", "us-gov-west-1", "ap-southeast-2"}).Draw(t, "region"),
		AccountId:   rapid.StringMatching(`[0-9]{12}`).Draw(t, "account"),
		NamePrefix:  rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9-]{0,31}`).Draw(t, "prefix"),
		ClusterName: rapid.StringMatching(`[0-9A-Za-z][0-9A-Za-z_-]{0,99}`).Draw(t, "cluster"),
		OwnerTag:    rapid.StringMatching(`([A-Za-z0-9_.:/=+@-]{1,128})?`).Draw(t, "tag"),
	}
	partition := aws.Partition(made.Region)
	if n := rapid.IntRange(0, 20).Draw(t, "zones"); n > 0 {
		made.HostedZoneIds = rapid.SliceOfN(rapid.StringMatching(`[A-Z0-9]{1,32}`), n, n).Draw(t, "ids")
	}
	if rapid.Bool().Draw(t, "state") {
		made.Stack = rapid.StringMatching(`[a-z]([a-z0-9-]{0,61}[a-z0-9])?`).Draw(t, "stack")
		made.StateBucketArn = "arn:" + partition + ":s3:::" + rapid.StringMatching(`[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]`).Draw(t, "bucket")
		made.StateKeyArn = "arn:" + partition + ":kms:" + made.Region + ":" + made.AccountId + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	}
	if rapid.Bool().Draw(t, "bounded") {
		made.PermissionsBoundaryArn = "arn:" + partition + ":iam::" + made.AccountId + ":policy/boundaries/" +
			rapid.StringMatching(`[A-Za-z0-9]{1,128}`).Draw(t, "boundary")
	}
	return made
}

// Whatever the names, the policies fit IAM, name each action, and stay within the account.
func TestPoliciesFitAndStayWithinTheAccount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := target(t)
		partition := aws.Partition(to.Region)
		reading, deploying := permissions.ReadPolicies(to), permissions.DeployPolicies(to)
		require.LessOrEqual(t, len(reading)+len(deploying), 10, "IAM attaches ten policies to a role")
		for _, named := range append(reading, deploying...) {
			require.NoError(t, named.Document.Validate(), named.Name)
			for _, s := range named.Document.Statements {
				for _, action := range s.Action {
					require.NotContains(t, action, "*")
				}
				for _, resource := range s.Resource {
					if resource == "*" {
						continue
					}
					require.True(t, strings.HasPrefix(resource, "arn:"+partition+":"), resource)
					global := regexp.MustCompile(`^arn:[a-z-]+:(s3|route53):::|^arn:[a-z-]+:ec2:[a-z0-9-]+::(image|snapshot)/\*$`).MatchString(resource)
					require.True(t, global || strings.Contains(resource, ":"+to.AccountId+":"), resource)
				}
			}
		}
	})
}

// Writing of any kind, and the reading of what is secret, are no part of a preview.
func TestPreviewOnlyReads(t *testing.T) {
	reads := regexp.MustCompile(`:(Describe|Get|List|View)[A-Z]`)
	secret := regexp.MustCompile(`^(secretsmanager|ssm):|^ecr:(BatchGet|GetDownload|GetAuth)|^eks:AccessKubernetesApi$`)
	rapid.Check(t, func(t *rapid.T) {
		to := target(t)
		for _, named := range permissions.ReadPolicies(to) {
			for _, s := range named.Document.Statements {
				for _, action := range s.Action {
					require.NotRegexp(t, secret, action)
					switch action {
					case "s3:GetObject":
						require.Len(t, s.Resource, 6, "the state of the stack, and the bucket's layout")
					case "kms:Decrypt":
						require.Equal(t, iamdoc.Values{to.StateKeyArn}, s.Resource)
					default:
						require.Regexp(t, reads, action)
					}
				}
			}
		}
	})
}

// statements finds the statements that allow an action.
func statements(to permissions.Target, action string) []iamdoc.Statement {
	var all []iamdoc.Statement
	for _, named := range append(permissions.ReadPolicies(to), permissions.DeployPolicies(to)...) {
		for _, s := range named.Document.Statements {
			for _, a := range s.Action {
				if a == action && s.Effect == iamdoc.Allow {
					all = append(all, s)
				}
			}
		}
	}
	return all
}

// IAM is where a role that deploys could give itself more: each write names the program's own roles, and its conditions.
func TestWritesToIAMAreLimited(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := target(t)
		role := "arn:" + aws.Partition(to.Region) + ":iam::" + to.AccountId + ":role/" + naming.Environment(to.ClusterName) + "-*"
		old := "arn:" + aws.Partition(to.Region) + ":iam::" + to.AccountId + ":role/" + to.NamePrefix + "-*"
		bounded := func(s iamdoc.Statement) {
			if to.PermissionsBoundaryArn != "" {
				require.Equal(t, iamdoc.Values{to.PermissionsBoundaryArn}, s.Condition["ArnEquals"]["iam:PermissionsBoundary"])
			}
		}
		for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PassRole",
			"iam:UpdateAssumeRolePolicy", "iam:DeleteRole"} {
			found := statements(to, action)
			require.Equal(t, iamdoc.Values{role}, found[0].Resource, action)
			if action == "iam:CreateRole" || action == "iam:PassRole" {
				require.Len(t, found, 1, "neither is limited by the tags of a role: %s", action)
			} else {
				require.Len(t, found, 2, action)
				require.Equal(t, iamdoc.Values{old}, found[1].Resource, action)
				require.Equal(t, iamdoc.Values{to.ClusterName}, found[1].Condition["StringEquals"]["aws:ResourceTag/"+
					cmp.Or(to.OwnerTag, permissions.DefaultOwnerTag)], action)
				bounds := action != "iam:PutRolePolicy" && action != "iam:AttachRolePolicy" || to.PermissionsBoundaryArn == "" ||
					found[1].Condition["ArnEquals"] != nil
				require.True(t, bounds, action)
			}
			switch action {
			case "iam:PassRole":
				require.NotEmpty(t, found[0].Condition["StringEquals"]["iam:PassedToService"])
			case "iam:AttachRolePolicy":
				require.Len(t, found[0].Condition["ArnLike"]["iam:PolicyARN"], 1+len(permissions.AttachablePolicies))
				bounded(found[0])
			case "iam:CreateRole", "iam:PutRolePolicy":
				bounded(found[0])
			}
		}
		require.Empty(t, statements(to, "iam:DeleteRolePermissionsBoundary"))
		require.Equal(t, to.PermissionsBoundaryArn != "", len(statements(to, "iam:PutRolePermissionsBoundary")) == 1)
		require.NotContains(t, permissions.AttachablePolicies, "AdministratorAccess")
	})
}

// What others own carries another value of the tag, or none.
func TestChangesAreLimitedToWhatTheProgramOwns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := target(t)
		key := to.OwnerTag
		if key == "" {
			key = permissions.DefaultOwnerTag
		}
		owned := iamdoc.Values{to.ClusterName}
		for _, action := range []string{
			"ec2:DeleteVpc", "ec2:DeleteSubnet", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateRoute", "kms:ScheduleKeyDeletion",
			"kms:PutKeyPolicy",
			"ecr:DeleteRepository", "ecr:PutImage", "acm:DeleteCertificate", "ec2:DeleteTags", "iam:DeleteOpenIDConnectProvider",
		} {
			for _, s := range statements(to, action) {
				require.Equal(t, owned, s.Condition["StringEquals"]["aws:ResourceTag/"+key], action)
			}
			require.NotEmpty(t, statements(to, action), action)
		}
		for _, action := range []string{"ec2:CreateVpc", "ec2:AllocateAddress", "kms:CreateKey", "eks:CreateCluster", "acm:RequestCertificate",
			"ecr:CreateRepository",
			"iam:CreateOpenIDConnectProvider"} {
			for _, s := range statements(to, action) {
				require.Equal(t, owned, s.Condition["StringEquals"]["aws:RequestTag/"+key], action)
			}
			require.NotEmpty(t, statements(to, action), action)
		}
	})
}

// The default security group that the role takes over is that of the program's own VPC: none where others made it, or where nothing tells
// which it is.
func TestOneDefaultGroupIsTakenOver(t *testing.T) {
	to := permissions.Target{Region: "cn-north-1", AccountId: "123456789012", NamePrefix: "modelway", ClusterName: "c", VpcId: "vpc-of-others"}
	claims := func() (all []iamdoc.Statement) {
		for _, s := range statements(to, "ec2:CreateTags") {
			if s.Condition["ArnEquals"] != nil || s.Condition["Null"] != nil {
				all = append(all, s)
			}
		}
		return all
	}
	require.Empty(t, claims())
	to.OwnVpcId = "vpc-1"
	require.Len(t, claims(), 1)
	require.Equal(t, iamdoc.Values{"arn:aws-cn:ec2:cn-north-1:123456789012:vpc/vpc-1"}, claims()[0].Condition["ArnEquals"]["ec2:Vpc"])
	require.Equal(t, iamdoc.Values{"arn:aws-cn:ec2:cn-north-1:123456789012:security-group/*"}, claims()[0].Resource)
}

// The state bucket's name may begin like the program's own buckets, whose settings the deploying role changes.
func TestTheStateBucketIsKept(t *testing.T) {
	to := permissions.Target{Region: "us-east-1", AccountId: "123456789012", NamePrefix: "modelway", ClusterName: "c", Stack: "prod",
		StateBucketArn: "arn:aws:s3:::modelway-state"}
	denied := map[string]bool{}
	for _, named := range permissions.DeployPolicies(to) {
		for _, s := range named.Document.Statements {
			if s.Effect == iamdoc.Deny {
				require.Equal(t, iamdoc.Values{to.StateBucketArn, to.StateBucketArn + "/*"}, s.Resource)
				for _, action := range s.Action {
					denied[action] = true
				}
			}
		}
	}
	for _, s := range statements(to, "s3:DeleteBucket") {
		for _, action := range s.Action {
			if strings.Contains(action, "Delete") || strings.Contains(action, "Put") && action != "s3:PutBucketTagging" {
				require.True(t, denied[action], action)
			}
		}
	}
	require.True(t, denied["s3:DeleteObjectVersion"])
	to.StateBucketArn = ""
	require.Empty(t, statements(to, "s3:GetObject"))
	require.Empty(t, statements(to, "s3:PutObject"))
}

// The role of one stack reads and writes nothing that Pulumi keeps of another one in the same bucket, also where one name begins like the
// other. The paths are those of Pulumi's backend: pkg/backend/diy, store.go and lock.go.
func TestStateOfOtherStacksIsOutOfReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := target(t)
		if to.StateBucketArn == "" {
			return
		}
		other := rapid.OneOf(rapid.StringMatching(`[a-z][a-z0-9-]{0,62}`), rapid.Map(rapid.StringMatching(`[a-z0-9-]{1,10}`),
			func(more string) string { return to.Stack + more }),
			rapid.Just(to.Stack[:max(1, len(to.Stack)-1)])).Draw(t, "other")
		if other == to.Stack {
			return
		}
		for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"} {
			for _, s := range statements(to, action) {
				for _, resource := range s.Resource {
					if resource == "arn:"+aws.Partition(to.Region)+":s3:::"+naming.Environment(to.ClusterName)+"-*/*" {
						continue // the program's own buckets
					}
					for _, object := range pulumiObjects(to.NamePrefix, other) {
						require.False(t, matches(resource, to.StateBucketArn+"/.pulumi/"+object), "%s of %s by %s", action, object, resource)
					}
				}
			}
			require.True(t, slices.ContainsFunc(statements(to, action), func(s iamdoc.Statement) bool {
				return slices.ContainsFunc(s.Resource, func(r string) bool {
					return matches(r, to.StateBucketArn+"/.pulumi/stacks/"+to.NamePrefix+"/"+to.Stack+".json.bak")
				})
			}), "%s of its own state", action)
		}
	})
}

// pulumiObjects are the objects of a stack in the bucket of its state.
func pulumiObjects(project, stack string) []string {
	of := project + "/" + stack
	return []string{
		"stacks/" + of + ".json", "stacks/" + of + ".json.bak", "stacks/" + of + ".json.gz", "stacks/" + of + ".pulumi-tags",
		"locks/organization/" + of + "/1.json",
		"history/" + of + "/" + stack + "-1.history.json", "history/" + of + "/" + stack + "-1.checkpoint.json", "backups/" + of + "/" + stack +
			".1.json",
	}
}

// matches says whether an ARN fits a pattern of a policy, in which a star stands for any text.
func matches(pattern, arn string) bool {
	form := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
	return regexp.MustCompile("^" + form + "$").MatchString(arn)
}

// The longest names that are accepted leave room in every policy.
func TestTheLongestNamesFit(t *testing.T) {
	to := permissions.Target{
		Region: "us-gov-west-1", AccountId: "123456789012", NamePrefix: strings.Repeat("p", 32), ClusterName: strings.Repeat("c", 100),
		OwnerTag: strings.Repeat("t", 128), Stack: strings.Repeat("k", 63), StateBucketArn: "arn:aws-us-gov:s3:::" + strings.Repeat("s", 63),
		StateKeyArn:            "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab",
		PermissionsBoundaryArn: "arn:aws-us-gov:iam::123456789012:policy/" + strings.Repeat("b", 128), VpcId: "vpc-12345678901234567",
		OwnVpcId: "vpc-12345678901234567",
	}
	for range 20 {
		to.HostedZoneIds = append(to.HostedZoneIds, strings.Repeat("Z", 32))
	}
	for range 6 {
		to.SubnetIds, to.Domains = append(to.SubnetIds, "subnet-12345678901234567"), append(to.Domains, strings.Repeat("d", 40)+".company.com")
	}
	for _, named := range append(permissions.ReadPolicies(to), permissions.DeployPolicies(to)...) {
		require.NoError(t, named.Document.Validate(), named.Name)
	}
}

// Databases are known by their names, and nobody who deploys reads what RDS keeps for them.
func TestDatabasesOfOthersAreOutOfReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := target(t)
		names := ":" + naming.Environment(to.ClusterName) + "-*"
		for _, action := range []string{"rds:DeleteDBInstance", "rds:ModifyDBParameterGroup", "rds:DeleteDBSubnetGroup", "rds:CreateDBSnapshot",
			"rds:AddTagsToResource", "rds:ListTagsForResource"} {
			require.NotEmpty(t, statements(to, action), action)
			for _, s := range statements(to, action) {
				for _, resource := range s.Resource {
					require.True(t, strings.HasSuffix(resource, names), "%s on %s", action, resource)
				}
			}
		}
		for _, action := range []string{"secretsmanager:GetSecretValue", "rds:RestoreDBInstanceFromDBSnapshot", "rds:DeleteDBSnapshot",
			"rds:ModifyDBSnapshotAttribute"} {
			require.Empty(t, statements(to, action), action)
		}
	})
}
