package aws

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// refusal is a creation that AWS refuses.
type refusal struct {
	typ        string
	in         Properties
	code, text string
}

func (w *world) refuses(t *testing.T, all map[string]refusal) {
	t.Helper()
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			_, err := w.try(c.typ, c.in)
			refused(t, err, c.code, c.text)
		})
	}
}

// faults are what the table says against inputs, before anything is asked of the account. Inputs that are left out are unknown.
func faults(t *testing.T, typ string, in Properties) string {
	t.Helper()
	k, err := KindOf(typ)
	require.NoError(t, err)
	var all []string
	unknown := func(path string) bool {
		root, _, _ := strings.Cut(path, ".")
		_, given := in[root]
		return !given
	}
	for _, fault := range k.Validate(in, unknown) {
		all = append(all, fault.Error())
	}
	return strings.Join(all, "\n")
}

func (w *world) change(typ, id string, over Properties) error {
	return w.Update(func(s *State) error {
		_, err := s.Update(typ, id, merge(s.Get(typ, id).Inputs, over))
		return err
	})
}

func TestMoreBlocksOfAVpc(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	block := func(cidr string) Properties { return Properties{"vpcId": n.vpc, "cidrBlock": cidr} }
	pods := w.create(VpcIpv4CidrBlockAssociation, block("100.64.0.0/16"))
	require.Regexp(t, `^vpc-cidr-assoc-[0-9a-f]{17}$`, pods)
	w.refuses(t, map[string]refusal{
		"overlaps the VPC's":    {VpcIpv4CidrBlockAssociation, block("10.0.128.0/17"), "InvalidVpc.Range", "conflicts with 10.0.0.0/16"},
		"twice":                 {VpcIpv4CidrBlockAssociation, block("100.64.0.0/16"), "InvalidVpc.Range", "conflicts with 100.64.0.0/16"},
		"too large":             {VpcIpv4CidrBlockAssociation, block("100.64.0.0/10"), "InvalidVpc.Range", "from /16 to /28"},
		"another private range": {VpcIpv4CidrBlockAssociation, block("172.16.0.0/16"), "InvalidVpc.Range", "is restricted"},
		"198.19.0.0/16":         {VpcIpv4CidrBlockAssociation, block("198.19.0.0/20"), "InvalidVpc.Range", "is restricted"},
		"link-local":            {VpcIpv4CidrBlockAssociation, block("169.254.0.0/20"), "InvalidVpc.Range", "is restricted"},
		"unknown VPC": {VpcIpv4CidrBlockAssociation, Properties{"vpcId": "vpc-1", "cidrBlock": "100.65.0.0/16"},
			"InvalidVpcID.NotFound", "vpc-1"},
		"subnet in neither": {Subnet, Properties{"vpcId": n.vpc, "cidrBlock": "100.65.0.0/24"}, "InvalidSubnet.Range",
			"[10.0.0.0/16 100.64.0.0/16]"},
		"subnet larger than its": {Subnet, Properties{"vpcId": n.vpc, "cidrBlock": "100.64.0.0/15"}, "InvalidSubnet.Range", "inside"},
	})
	subnet := w.create(Subnet, Properties{"vpcId": n.vpc, "cidrBlock": "100.64.0.0/18"})
	refused(t, w.remove(VpcIpv4CidrBlockAssociation, pods), "InvalidCidrBlock.InUse", "currently has a subnet within CIDR block "+
		"100.64.0.0/16: "+subnet)
	require.NoError(t, w.remove(Subnet, subnet))
	require.NoError(t, w.remove(VpcIpv4CidrBlockAssociation, pods))
}

func TestTheDefaultSecurityGroupIsTakenOver(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	own := w.get(Vpc, n.vpc).String("defaultSecurityGroupId")
	require.True(t, w.get(SecurityGroup, own).Objects("ingress")[0].Bool("self"), "members of a new VPC's group reach each other")
	taken := w.create(DefaultSecurityGroup, Properties{"vpcId": n.vpc, "tags": map[string]any{"team": "ml"}})
	require.Equal(t, own, taken)
	group := w.get(SecurityGroup, own)
	require.Empty(t, group.Objects("ingress"))
	require.Empty(t, group.Objects("egress"))
	require.Equal(t, "ml", group.String("tags.team"))
	require.Equal(t, group.String("arn"), w.get(DefaultSecurityGroup, taken).String("arn"))
	w.refuses(t, map[string]refusal{
		"unknown VPC": {DefaultSecurityGroup, Properties{"vpcId": "vpc-1"}, "InvalidVpcID.NotFound", "vpc-1"},
	})
	require.NoError(t, w.remove(DefaultSecurityGroup, taken))
	require.NotNil(t, w.get(SecurityGroup, own), "it goes with its VPC")
	require.Empty(t, w.get(SecurityGroup, own).Objects("ingress"), "and stays closed until then")
}

func TestBlocksThatGoTogether(t *testing.T) {
	for _, c := range []struct {
		has, more string
		want      bool
	}{
		{"10.0.0.0/16", "100.64.0.0/16", true},
		{"10.0.0.0/16", "10.2.0.0/16", true},
		{"10.1.0.0/16", "10.0.0.0/16", false},
		{"10.0.0.0/16", "192.168.0.0/16", false},
		{"10.0.0.0/16", "44.0.0.0/16", true},
		{"172.16.0.0/16", "172.31.0.0/16", false},
		{"172.16.0.0/16", "172.17.0.0/16", true},
		{"192.168.0.0/16", "198.19.0.0/16", false},
		{"100.64.0.0/16", "10.0.0.0/16", false},
		{"100.64.0.0/16", "100.65.0.0/16", true},
		{"44.0.0.0/16", "198.19.0.0/16", false},
		{"198.19.0.0/17", "198.19.128.0/17", true},
	} {
		w := newWorld(t)
		vpc := w.create(Vpc, Properties{"cidrBlock": c.has})
		_, err := w.try(VpcIpv4CidrBlockAssociation, Properties{"vpcId": vpc, "cidrBlock": c.more})
		require.Equal(t, c.want, err == nil, "%+v: %v", c, err)
	}
}

func TestFlowLogs(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.create(LogGroup, Properties{"name": "flow"})
	w.create(BucketV2, Properties{"bucket": "logs"})
	w.create(BucketV2, Properties{"bucket": "closed"})
	policy := func(bucket, resource string) {
		w.create(BucketPolicy, Properties{"bucket": bucket,
			"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},"Action":"s3:PutObject","Resource":"` + resource + `"}]}`})
	}
	policy("closed", "arn:aws:s3:::closed/elsewhere/*")
	group, role := w.get(LogGroup, "flow").String("arn"), w.role("flow", "vpc-flow-logs.amazonaws.com")
	to := func(over Properties) Properties {
		return merge(Properties{"vpcId": n.vpc, "trafficType": "ALL", "logDestination": group, "iamRoleArn": role}, over)
	}
	toS3 := func(bucket string) Properties {
		return Properties{"vpcId": n.vpc, "trafficType": "ALL", "logDestinationType": "s3", "logDestination": "arn:aws:s3:::" + bucket}
	}
	id := w.create(FlowLog, to(nil))
	require.Regexp(t, `^fl-[0-9a-f]{17}$`, id)
	require.Equal(t, "arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/"+id, w.get(FlowLog, id).String("arn"))
	w.refuses(t, map[string]refusal{
		"twice":           {FlowLog, to(nil), "FlowLogAlreadyExists", id},
		"of nothing":      {FlowLog, to(Properties{"vpcId": nil}), "InvalidParameterCombination", "vpcId"},
		"of two things":   {FlowLog, to(Properties{"subnetId": n.private[0]}), "InvalidParameterCombination", "one thing"},
		"of no VPC":       {FlowLog, to(Properties{"vpcId": "vpc-1"}), "InvalidVpcID.NotFound", "vpc-1"},
		"of no interface": {FlowLog, to(Properties{"vpcId": nil, "eniId": "eni-1"}), "InvalidNetworkInterfaceID.NotFound", "eni-1"},
		"no role": {FlowLog, to(Properties{"iamRoleArn": nil, "trafficType": "REJECT"}), "InvalidParameter",
			"DeliverLogsPermissionArn"},
		"role of nodes": {FlowLog, to(Properties{"iamRoleArn": w.role("ec2", "ec2.amazonaws.com")}), "InvalidParameter",
			"vpc-flow-logs.amazonaws.com"},
		"no log group": {FlowLog, to(Properties{"logDestination": "arn:aws:logs:us-east-1:123456789012:log-group:ghost:*"}),
			"LogDestinationNotFoundException", "ghost"},
		"no bucket": {FlowLog, toS3("ghost"), "LogDestinationNotFoundException", "ghost"},
		"bucket with a role": {FlowLog, merge(toS3("logs"), Properties{"iamRoleArn": role}), "InvalidParameter",
			"not applicable for s3 delivery"},
		"closed bucket": {FlowLog, toS3("closed"), "InvalidParameter", "Access Denied for LogDestination: closed"},
	})
	w.create(FlowLog, toS3("logs")) // AWS gives a bucket without a policy one
	policy("closed", "arn:aws:s3:::closed/flow/AWSLogs/123456789012/*")
	last := w.create(FlowLog, toS3("closed/flow/"))
	refused(t, w.remove(BucketV2, "closed"), "BucketNotEmpty", "closed")
	require.Contains(t, faults(t, FlowLog, Properties{"trafficType": "all", "maxAggregationInterval": 300, "logDestinationType": "firehose"}),
		"trafficType is \"all\"")
	require.Contains(t, faults(t, FlowLog, Properties{"maxAggregationInterval": 300}), `maxAggregationInterval is "300": allowed is 60, 600`)

	island := w.create(Vpc, Properties{"cidrBlock": "10.9.0.0/16"})
	gone := w.create(FlowLog, to(Properties{"vpcId": island}))
	require.NoError(t, w.remove(Vpc, island))
	require.Nil(t, w.get(FlowLog, gone), "flow logs go with their VPC")
	require.NoError(t, w.remove(FlowLog, last))
}
