package aws

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidate(t *testing.T) {
	trust := trustOf("Service", "eks.amazonaws.com")
	for name, c := range map[string]struct {
		typ  string
		in   Properties
		want string
	}{
		"rule type":       {SecurityGroupRule, Properties{"type": "in"}, `type is "in": allowed is ingress, egress`},
		"retention":       {LogGroup, Properties{"retentionInDays": 10}, "retentionInDays is \"10\": allowed is"},
		"deletion window": {Key, Properties{"deletionWindowInDays": 3}, "deletionWindowInDays is \"3\""},
		"alias":           {Alias, Properties{"name": "demo"}, "allowed is alias/"},
		"long role name":  {Role, Properties{"assumeRolePolicy": trust, "name": strings.Repeat("x", 65)}, "{1,64}"},
		"no trust":        {Role, Properties{}, "assumeRolePolicy is required"},
		"broken JSON":     {Role, Properties{"assumeRolePolicy": "{"}, "invalid Json"},
		"old language": {Policy, Properties{"policy": strings.Replace(anyone, "2012-10-17", "2008-10-17", 1)},
			`Version is "2008-10-17" with 1 statements, allowed is 2012-10-17`},
		"no statements":       {Policy, Properties{"policy": `{"Version":"2012-10-17","Statement":[]}`}, "with 0 statements"},
		"no principal":        {Role, Properties{"assumeRolePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}`}, "a trust policy has Principal"},
		"effect":              {Policy, Properties{"policy": strings.Replace(anyone, "Allow", "Permit", 1)}, "allowed are Allow, Deny"},
		"principal in policy": {Policy, Properties{"policy": strings.Replace(anyone, `"Effect"`, `"Principal":"*","Effect"`, 1)}, "no Principal"},
		"policy too large": {Policy, Properties{"policy": strings.Replace(anyone, `"*"`, `"arn:`+strings.Repeat("x", 6144)+`"`, 1)},
			"Cannot exceed quota: 6144"},
		"OIDC without https": {OpenIdConnectProvider, Properties{"url": "oidc.eks", "clientIdLists": list("x")}, "https://"},
		"old Kubernetes": {Cluster, Properties{"version": "1.21", "vpcConfig": map[string]any{"subnetIds": list("a")}},
			`version is "1.21": allowed is`},
		"log type": {Cluster, Properties{"enabledClusterLogTypes": list("api", "kubelet"),
			"vpcConfig": map[string]any{"subnetIds": list("a")}}, `"kubelet"`},
		"no subnets":  {Cluster, Properties{"vpcConfig": map[string]any{}}, "vpcConfig.subnetIds is required"},
		"no selector": {FargateProfile, Properties{"subnetIds": list("a"), "selectors": []any{}}, "selectors is required"},
		"scaling": {NodeGroup, Properties{"scalingConfig": map[string]any{"minSize": 3, "desiredSize": 1, "maxSize": 2}},
			"minSize 3, desiredSize 1 and maxSize 2"},
		"instance type":  {NodeGroup, Properties{"instanceTypes": list("large")}, `instanceTypes is "large"`},
		"capacity":       {NodeGroup, Properties{"capacityType": "spot"}, "allowed is ON_DEMAND, SPOT"},
		"unknown add-on": {Addon, Properties{"addonName": "aws-load-balancer-controller"}, "allowed is aws-ebs-csi-driver, coredns"},
		"add-on version": {Addon, Properties{"addonName": "coredns", "addonVersion": "1.11"}, "eksbuild"},
	} {
		t.Run(name, func(t *testing.T) {
			k, err := KindOf(c.typ)
			require.NoError(t, err)
			var all []string
			for _, fault := range k.Validate(c.in, func(string) bool { return false }) {
				all = append(all, fault.Error())
			}
			require.Contains(t, strings.Join(all, "\n"), c.want)
		})
	}
	k, _ := KindOf(Cluster)
	require.Empty(t, k.Validate(Properties{}, func(string) bool { return true }), "an unknown value may turn out right")
	_, err := KindOf("aws:s3/bucket:Bucket")
	require.ErrorContains(t, err, "aws:eks/cluster:Cluster")
}
