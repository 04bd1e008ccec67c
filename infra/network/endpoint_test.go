package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/network"
	netspec "github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/recorder"
)

func TestEndpointServicesOfSets(t *testing.T) {
	private := []string{
		"autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "kms", "logs", "secretsmanager", "sts",
	}
	for want, sets := range map[string][]string{
		"":                         {},
		strings.Join(private, " "): {netspec.EndpointsPrivate},
		"ecr.api ecr.dkr":          {netspec.EndpointsImages},
		"eks-auth sts":             {netspec.EndpointsCredentials},
		"logs":                     {netspec.EndpointsLogs},
		"ecr.api ecr.dkr eks-auth logs sts": {netspec.EndpointsLogs, netspec.EndpointsCredentials, netspec.EndpointsImages,
			netspec.EndpointsLogs},
		strings.Join(append(private, ""), " "): {netspec.EndpointsLogs, netspec.EndpointsPrivate},
	} {
		services, err := netspec.EndpointServices(sets)
		require.NoError(t, err)
		require.Equal(t, strings.TrimSpace(want), strings.Join(services, " "), sets)
	}
	_, err := netspec.EndpointServices([]string{"privat", "logs", ""})
	require.EqualError(t, err, `there is no set of interface endpoints "privat": use private, images, credentials, logs
there is no set of interface endpoints "": use private, images, credentials, logs`)
}

func TestEveryEndpointServiceHasAReason(t *testing.T) {
	table := netspec.EndpointTable()
	for i, service := range table {
		require.Regexp(t, `^[A-Z].+\.$`, service.Why, service.Name)
		require.Regexp(t, `^https://(docs\.aws\.amazon\.com|github\.com/kubernetes)/`, service.Source, service.Name)
		require.True(t, i == 0 || table[i-1].Name < service.Name, "%s is in order of name", service.Name)
		require.True(t, service.Set == "" || service.Set != netspec.EndpointsPrivate && contains(netspec.EndpointSets, service.Set), service.Name)
	}
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func TestInterfaceEndpoints(t *testing.T) {
	a := args(netspec.NatNone, "us-east-1a", "us-east-1b")
	a.PodCidr = "100.64.0.0/16"
	a.InterfaceEndpoints = []string{"ecr.api", "sts"}
	r := recorder.Run(t, program(a))
	group := r.Find(t, groupType, "net-endpoints")
	require.Equal(t, []any{map[string]any{
		"description": "HTTPS from the VPC", "protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": []any{"10.0.0.0/16",
			"100.64.0.0/16"},
	}}, group.Input("ingress"))
	require.Nil(t, group.Input("egress"), "endpoints open no connections")
	require.Equal(t, r.Find(t, vpcType, "net-vpc").ID, group.Input("vpcId"))
	require.Equal(t, map[string]any{"Name": "net-endpoints", "team": "ml"}, group.Input("tags"))
	private := []any{r.Find(t, subnetType, "net-private-us-east-1a").ID, r.Find(t, subnetType, "net-private-us-east-1b").ID}
	for _, service := range a.InterfaceEndpoints {
		endpoint := r.Find(t, endpointType, "net-endpoint-"+service)
		require.Equal(t, "Interface", endpoint.Input("vpcEndpointType"))
		require.Equal(t, "com.amazonaws.us-east-1."+service, endpoint.Input("serviceName"))
		require.Equal(t, true, endpoint.Input("privateDnsEnabled"))
		require.Equal(t, private, endpoint.Input("subnetIds"))
		require.Equal(t, []any{group.ID}, endpoint.Input("securityGroupIds"))
		require.Nil(t, endpoint.Input("policy"))
		require.Nil(t, endpoint.Input("routeTableIds"))
		require.Equal(t, map[string]any{"Name": endpoint.Name, "team": "ml"}, endpoint.Input("tags"))
	}
	require.Len(t, r.OfType(endpointType), 3)
	require.Equal(t, []any{"ecr.api", "sts"}, r.Find(t, network.Token, "net").Input("interfaceEndpoints"))
	require.Empty(t, recorder.Run(t, program(args(netspec.NatNone, "us-east-1a", "us-east-1b"))).OfType(groupType),
		"no group without endpoints")
}

func TestEndpointNamesOfOtherPartitions(t *testing.T) {
	for region, want := range map[string]map[string]string{
		"cn-north-1": {
			"ecr.api": "cn.com.amazonaws.cn-north-1.ecr.api", "ec2": "cn.com.amazonaws.cn-north-1.ec2",
			"eks-auth": "cn.com.amazonaws.cn-north-1.eks-auth",
			"logs":     "com.amazonaws.cn-north-1.logs", "elasticloadbalancing": "com.amazonaws.cn-north-1.elasticloadbalancing",
			"kms": "com.amazonaws.cn-north-1.kms", "secretsmanager": "com.amazonaws.cn-north-1.secretsmanager",
		},
		"eusc-de-east-1": {"ecr.dkr": "eu.amazonaws.eusc-de-east-1.ecr.dkr", "ec2": "com.amazonaws.eusc-de-east-1.ec2"},
		"us-gov-west-1":  {"ecr.dkr": "com.amazonaws.us-gov-west-1.ecr.dkr", "sts": "com.amazonaws.us-gov-west-1.sts"},
	} {
		a := args(netspec.NatNone, region+"a", region+"b")
		a.Region = region
		for service := range want {
			a.InterfaceEndpoints = append(a.InterfaceEndpoints, service)
		}
		r := recorder.Run(t, program(a), recorder.WithConfig(map[string]string{"aws:region": region}))
		for service, name := range want {
			require.Equal(t, name, r.Find(t, endpointType, "net-endpoint-"+service).Input("serviceName"))
		}
		require.Equal(t, "com.amazonaws."+region+".s3", r.Find(t, endpointType, "net-s3").Input("serviceName"),
			"gateway endpoints are named alike everywhere")
	}
}

func TestFaultsOfInterfaceEndpoints(t *testing.T) {
	a := args(netspec.NatNone, "us-east-1a", "us-east-1b")
	a.InterfaceEndpoints = []string{"s3", "com.amazonaws.us-east-1.", "sts", "sts"}
	r, err := recorder.RunErr(program(a))
	for _, want := range []string{
		"InterfaceEndpoints has s3, which the VPC reaches through its gateway endpoint: remove it",
		`InterfaceEndpoints has "com.amazonaws.us-east-1.": name a service as AWS does after the region, for example ecr.api`,
		`InterfaceEndpoints has "sts" twice: name each service once`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
}
