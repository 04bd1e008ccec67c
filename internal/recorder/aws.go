package recorder

import (
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/aws/kinds"
)

// moreOutputs are outputs that the table of kinds does not tell: made of other resources, of lists and objects, or of no use but here.
var moreOutputs = map[string]func(answerer) map[string]any{
	"aws:ec2/vpc:Vpc": func(a answerer) map[string]any {
		return map[string]any{"defaultSecurityGroupId": a.id("sg"), "mainRouteTableId": a.id("rtb")}
	},
	"aws:rds/instance:Instance": func(a answerer) map[string]any {
		secret := a.arn("secretsmanager", "secret:rds!db-"+a.hex[:8]+"-0000-4000-8000-"+a.hex[8:20]+"-"+a.hex[:6])
		return map[string]any{"masterUserSecrets": []any{map[string]any{"secretArn": secret, "secretStatus": "active"}}}
	},
	"aws:ec2/natGateway:NatGateway": func(answerer) map[string]any {
		return map[string]any{"publicIp": publicAddress, "privateIp": "10.0.192.7"}
	},
	"aws:ec2/launchTemplate:LaunchTemplate": func(answerer) map[string]any {
		return map[string]any{"latestVersion": 1, "defaultVersion": 1}
	},
	"aws:acm/certificate:Certificate": func(a answerer) map[string]any {
		return map[string]any{"domainValidationOptions": []any{map[string]any{
			"domainName": a.input("domainName"), "resourceRecordName": "_" + a.hex[:32] + "." + strings.TrimPrefix(a.input("domainName"), "*.") +
				".",
			"resourceRecordType": "CNAME", "resourceRecordValue": "_" + a.hex[:32] + ".acm-validations.aws.",
		}}}
	},
	"aws:route53/record:Record": func(a answerer) map[string]any {
		return map[string]any{"fqdn": strings.TrimSuffix(a.input("name"), ".")}
	},
	"aws:eks/cluster:Cluster": eksCluster,
	"aws:eks/addon:Addon": func(answerer) map[string]any {
		return map[string]any{"addonVersion": "v1.0.0-eksbuild.1"}
	},
	"aws:eks/fargateProfile:FargateProfile": func(answerer) map[string]any {
		return map[string]any{"status": "ACTIVE"}
	},
	"aws:eks/nodeGroup:NodeGroup": func(a answerer) map[string]any {
		return map[string]any{"status": "ACTIVE", "resources": []any{map[string]any{
			"autoscalingGroups": []any{map[string]any{"name": "eks-" + a.name("nodeGroupName")}},
		}}}
	},
}

const publicAddress = "203.0.113.7"

// kind answers for a resource as the table of kinds says.
func (a answerer) kind(k kinds.Kind) (string, map[string]any) {
	computed := map[string]any{}
	values := kinds.Values{Region: a.region, Account: Account, Hex: func(digits int) string { return a.hex[:digits] }}
	values.Property = func(name string) string {
		if value, ok := computed[name].(string); ok {
			return value
		}
		switch name {
		case "address":
			return publicAddress
		case "path":
			return a.path()
		}
		return strings.TrimPrefix(a.input(name), "https://")
	}
	if k.Name != "" {
		computed[k.Name] = a.name(k.Name)
	}
	id := kinds.Expand(k.ID, values)
	computed["id"] = id
	if k.Arn != "" {
		computed["arn"] = kinds.Expand(k.Arn, values)
	}
	if id == "" {
		id = computed["arn"].(string)
	}
	for name, template := range k.Computed {
		if _, given := a.record.Inputs[resource.PropertyKey(name)]; !given {
			computed[name] = kinds.Expand(template, values)
		}
	}
	delete(computed, "id")
	if more := moreOutputs[k.Type]; more != nil {
		maps.Copy(computed, more(a))
	}
	return id, computed
}

func eksCluster(a answerer) map[string]any {
	suffix := a.region + "." + aws.DNSSuffix(a.region)
	issuer := "https://oidc.eks." + suffix + "/id/" + strings.ToUpper(a.hex[:32])
	return map[string]any{
		"status":               "ACTIVE",
		"endpoint":             "https://" + strings.ToUpper(a.hex[:32]) + ".gr7." + a.region + ".eks." + aws.DNSSuffix(a.region),
		"certificateAuthority": map[string]any{"data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="},
		"identities":           []any{map[string]any{"oidcs": []any{map[string]any{"issuer": issuer}}}},
		"vpcConfig":            map[string]any{"clusterSecurityGroupId": a.id("sg"), "vpcId": a.id("vpc")},
	}
}

func (a answerer) path() string {
	if path := a.input("path"); path != "" {
		return path
	}
	return "/"
}
