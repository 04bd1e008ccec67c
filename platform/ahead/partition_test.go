package ahead_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/platform/ahead"
)

var anyArn = regexp.MustCompile(`arn:(aws[a-z-]*):`)

// settingsIn are settings of an environment with nodes, roles of GitHub Actions and every kind of ARN.
const settingsIn = `config:
  aws:region: REGION
  modelway:cluster:
    publicAccessCidrs: [203.0.113.0/24]
    adminRoleArns: ["arn:PARTITION:iam::111122223333:role/platform/admin"]
    accessEntries: [{principalArn: "arn:PARTITION:iam::111122223333:user/ann", policy: view}]
  modelway:network: {availabilityZones: 2}
  modelway:compute: {nodeGroups: [{name: general, instanceTypes: [m6i.large]}]}
  modelway:loadBalancers:
    public:
      domain: company.com
      certificateArns: ["arn:PARTITION:acm:REGION:111122223333:certificate/11111111-2222-3333-4444-555555555555"]
      webAclArn: arn:PARTITION:wafv2:REGION:111122223333:regional/webacl/api/01234567-89ab-cdef-0123-456789abcdef
  modelway:delivery:
    github:
      repository: company/modelway
      environments: [prod]
      permissionsBoundaryArn: arn:PARTITION:iam::111122223333:policy/boundary
      existingProviderArn: arn:PARTITION:iam::111122223333:oidc-provider/token.actions.githubusercontent.com
      stateBucket: company-state
      stateKeyArn: arn:PARTITION:kms:REGION:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
`

func lookIn(t *testing.T, region, partition string) (ahead.Stack, error) {
	t.Helper()
	root := t.TempDir()
	project, err := os.ReadFile("../../Pulumi.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), project, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(root, "models"), 0o700))
	text := strings.NewReplacer("REGION", region, "PARTITION", partition).Replace(settingsIn)
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.prod.yaml"), []byte(text), 0o600))
	return ahead.Look(root, "prod")
}

// Everything that the program registers is of the partition of its region, and nodes trust EC2 by the name that it has there.
func TestEveryPartition(t *testing.T) {
	for region, ec2 := range map[string]string{
		"us-east-1": "ec2.amazonaws.com", "cn-north-1": "ec2.amazonaws.com.cn", "us-gov-west-1": "ec2.amazonaws.com",
		"eusc-de-east-1": "ec2.amazonaws.com",
		"us-iso-east-1":  "ec2.c2s.ic.gov", "us-isob-east-1": "ec2.sc2s.sgov.gov", "eu-isoe-west-1": "ec2.amazonaws.com",
		"us-isof-south-1": "ec2.amazonaws.com",
	} {
		partition := aws.Partition(region)
		stack, err := lookIn(t, region, partition)
		require.NoError(t, err, region)
		nodes := 0
		for _, r := range stack.Resources {
			text, err := json.Marshal([]any{r.ID, r.Inputs.Mappable(), r.Outputs.Mappable()})
			require.NoError(t, err)
			for _, found := range anyArn.FindAllStringSubmatch(string(text), -1) {
				require.Equal(t, partition, found[1], "%s in %s", r.URN, region)
			}
			if r.Type == "aws:iam/role:Role" && strings.HasSuffix(r.Name, "-node") {
				nodes++
				require.Contains(t, r.Input("assumeRolePolicy"), `"Service":"`+ec2+`"`)
			}
		}
		require.Equal(t, 1, nodes, region)
	}
}

// ARNs of another partition are refused all at once, and the fix is the same ARN in the region's partition.
func TestForeignPartitions(t *testing.T) {
	for region, foreign := range map[string]string{"eusc-de-east-1": "aws", "us-gov-west-1": "aws-eusc", "cn-north-1": "aws",
		"us-east-1": "aws-cn"} {
		_, err := lookIn(t, region, foreign)
		require.Error(t, err, region)
		own := "arn:" + aws.Partition(region) + ":"
		for _, want := range []string{
			"adminRoleArns[0]", own + "iam::111122223333:role/platform/admin", "accessEntries[0].principalArn", own + "iam::111122223333:user/ann",
			"certificateArns[0]",
			"webAclArn", "permissionsBoundaryArn", own + "iam::111122223333:policy/boundary", "existingProviderArn", own +
				"iam::111122223333:oidc-provider/token",
			"stateKeyArn", own + "kms:" + region + ":111122223333:key/1234abcd",
		} {
			require.ErrorContains(t, err, want, region)
		}
	}
}
