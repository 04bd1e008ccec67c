package awsprovider

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/aws"
)

// pulumi import reads a resource by its id only, in the form that the provider's documentation gives, and takes the inputs from the answer.
func TestImport(t *testing.T) {
	path := account(t)
	seed, err := aws.Open(path)
	require.NoError(t, err)
	const group = "/aws/eks/demo/cluster"
	require.NoError(t, seed.Update(func(s *aws.State) error { return s.Seed(aws.Existing{LogGroups: []string{group}}) }))
	e := start(t, path, nil)
	read := e.read(aws.LogGroup, group)
	require.Equal(t, group, read.Id)
	require.Equal(t, object{"name": group}, read.Inputs.AsMap())
	require.Equal(t, "arn:aws:logs:us-east-1:123456789012:log-group:"+group, read.Properties.AsMap()["arn"])
	require.Empty(t, e.read(aws.LogGroup, "/aws/eks/ghost/cluster").Id)
	_, _, err = e.create(aws.LogGroup, "logs", object{"name": group})
	require.ErrorContains(t, err, "ResourceAlreadyExistsException", "without an import it is in the way")
	require.NoError(t, e.remove(aws.LogGroup, group))

	vpc, out := e.must(aws.Vpc, "main", object{"cidrBlock": "10.0.0.0/16"})
	subnet, _ := e.must(aws.Subnet, "a", object{"vpcId": vpc, "cidrBlock": "10.0.0.0/24"})
	table := out["mainRouteTableId"].(string)
	association, _ := e.must(aws.RouteTableAssociation, "a", object{"routeTableId": table, "subnetId": subnet})
	gateway, _ := e.must(aws.InternetGateway, "out", object{"vpcId": vpc})
	route, _ := e.must(aws.Route, "out", object{"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway})
	role, _ := e.must(aws.Role, "node", object{"assumeRolePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`})
	const policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	attachment, _ := e.must(aws.RolePolicyAttachment, "node", object{"role": role, "policyArn": policy})
	for _, c := range []struct{ typ, name, want string }{
		{aws.RouteTableAssociation, subnet + "/" + table, association},
		{aws.Route, table + "_0.0.0.0/0", route},
		{aws.RolePolicyAttachment, role + "/" + policy, attachment},
		{aws.Vpc, vpc, vpc},
	} {
		require.Equal(t, c.want, e.read(c.typ, c.name).Id, c.name)
	}
}

// The real provider tries for a while to delete a certificate that a load balancer has.
func TestACertificateInUse(t *testing.T) {
	path := account(t)
	e := start(t, path, nil)
	id, out := e.must(aws.Certificate, "x", object{"domainName": "*.company.com", "validationMethod": "DNS"})
	require.Equal(t, "PENDING_VALIDATION", out["status"])
	require.Equal(t, "CNAME", out["domainValidationOptions"].([]any)[0].(object)["resourceRecordType"])
	use, err := aws.Open(path)
	require.NoError(t, err)
	require.NoError(t, use.Update(func(s *aws.State) error {
		s.LoadBalancers["arn"] = &aws.LoadBalancer{Arn: "arn", CertificateArns: []string{id}}
		return nil
	}))
	require.ErrorContains(t, e.remove(aws.Certificate, id), "timeout after 1ms: deleting Certificate \"x\": operation error ACM: "+
		"DeleteCertificate, api error ResourceInUseException")
	require.NoError(t, use.Update(func(s *aws.State) error { delete(s.LoadBalancers, "arn"); return nil }))
	require.NoError(t, e.remove(aws.Certificate, id))
}
