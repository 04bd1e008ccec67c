package aws

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// world is an account with a clock of its own.
type world struct {
	*Account
	t   require.TestingT
	now time.Time
}

func newWorld(t *testing.T) *world {
	a, err := Open(filepath.Join(t.TempDir(), "aws", "account.json"))
	require.NoError(t, err)
	w := &world{Account: a, t: t, now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	a.Now = func() time.Time { return w.now }
	return w
}

// try creates a resource and lets asynchronous work end.
func (w *world) try(typ string, in Properties) (id string, err error) {
	err = w.begin(typ, in, &id)
	w.now = w.now.Add(time.Minute)
	return id, err
}

func (w *world) begin(typ string, in Properties, id *string) error {
	return w.Update(func(s *State) error {
		r, err := s.Create(typ, "", in)
		if err == nil && id != nil {
			*id = r.ID
		}
		return err
	})
}

func (w *world) create(typ string, in Properties) string {
	id, err := w.try(typ, in)
	require.NoError(w.t, err)
	return id
}

func (w *world) remove(typ, id string) error {
	err := w.Update(func(s *State) error { return s.Delete(typ, id) })
	w.now = w.now.Add(time.Minute)
	return err
}

func (w *world) get(typ, id string) (r *Resource) {
	require.NoError(w.t, w.View(func(s *State) error { r = s.Get(typ, id); return nil }))
	return r
}

func (w *world) health(typ, id string) (err error) {
	_ = w.View(func(s *State) error { err = s.Health(typ, id); return nil })
	return err
}

func refused(t *testing.T, err error, code, text string) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, e.Message)
	require.Contains(t, e.Message, text)
}

func list(v ...string) []any {
	all := make([]any, len(v))
	for i, s := range v {
		all[i] = s
	}
	return all
}

// network is a VPC with two private subnets behind a NAT gateway and two public ones.
type network struct {
	vpc, igw, eip, nat, natRoute string
	public, private              []string
}

func (w *world) network() network {
	n := network{vpc: w.create(Vpc, Properties{"cidrBlock": "10.0.0.0/16"})}
	n.igw = w.create(InternetGateway, Properties{"vpcId": n.vpc})
	out := w.create(RouteTable, Properties{"vpcId": n.vpc})
	w.create(Route, Properties{"routeTableId": out, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": n.igw})
	in := w.create(RouteTable, Properties{"vpcId": n.vpc})
	for i, zone := range []string{"us-east-1a", "us-east-1b"} {
		subnet := func(cidr, table string) string {
			id := w.create(Subnet, Properties{"vpcId": n.vpc, "availabilityZone": zone, "cidrBlock": cidr})
			w.create(RouteTableAssociation, Properties{"subnetId": id, "routeTableId": table})
			return id
		}
		n.public = append(n.public, subnet([]string{"10.0.0.0/24", "10.0.1.0/24"}[i], out))
		n.private = append(n.private, subnet([]string{"10.0.16.0/20", "10.0.32.0/20"}[i], in))
	}
	n.eip = w.create(Eip, Properties{"domain": "vpc"})
	n.nat = w.create(NatGateway, Properties{"subnetId": n.public[0], "allocationId": n.eip})
	n.natRoute = w.create(Route, Properties{"routeTableId": in, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": n.nat})
	return n
}

// rights are the policies that a role needs for a service.
var rights = map[string][]string{"eks.amazonaws.com": {"AmazonEKSClusterPolicy"},
	"eks-fargate-pods.amazonaws.com": {"AmazonEKSFargatePodExecutionRolePolicy"},
	"ec2.amazonaws.com":              {"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"}}

// bare is a role without rights.
func (w *world) bare(name, service string) string {
	return w.roleWith(name, service)
}

func (w *world) role(name, service string) string {
	return w.roleWith(name, service, rights[service]...)
}

func (w *world) roleWith(name, service string, policies ...string) string {
	var arns []string
	for _, policy := range policies {
		arns = append(arns, "arn:aws:iam::aws:policy/"+policy)
	}
	w.create(Role, Properties{"name": name, "assumeRolePolicy": trustOf("Service", service), "managedPolicyArns": list(arns...)})
	return "arn:aws:iam::" + AccountID + ":role/" + name
}

func (w *world) cluster(n network) string {
	return w.create(Cluster, Properties{"name": "demo", "version": "1.35", "roleArn": w.role("cluster", "eks.amazonaws.com"),
		"bootstrapSelfManagedAddons": false,
		"vpcConfig":                  map[string]any{"subnetIds": list(n.private...)},
		"accessConfig":               map[string]any{"authenticationMode": "API"}})
}

func (w *world) nodeGroup(n network) Properties {
	return Properties{"clusterName": "demo", "nodeGroupName": "general", "nodeRoleArn": w.role("node", "ec2.amazonaws.com"),
		"subnetIds":     list(n.private...),
		"scalingConfig": map[string]any{"minSize": 1, "desiredSize": 3, "maxSize": 3}}
}

func profile(role, name string, subnets ...string) Properties {
	return Properties{"clusterName": "demo", "fargateProfileName": name, "podExecutionRoleArn": role, "subnetIds": list(subnets...),
		"selectors": []any{map[string]any{"namespace": "kube-system", "labels": map[string]any{"k8s-app": "kube-*"}}}}
}

func TestIdsAndArns(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	require.Regexp(t, `^vpc-[0-9a-f]{17}$`, n.vpc)
	require.Regexp(t, `^eipalloc-[0-9a-f]{17}$`, n.eip)
	c := w.get(Cluster, "demo")
	require.Equal(t, "arn:aws:eks:us-east-1:123456789012:cluster/demo", c.String("arn"))
	require.Regexp(t, `^https://[0-9A-F]{32}\.gr7\.us-east-1\.eks\.amazonaws\.com$`, c.String("endpoint"))
	require.Regexp(t, `^https://oidc\.eks\.us-east-1\.amazonaws\.com/id/[0-9A-F]{32}$`, c.String("identities.oidcs.issuer"))
	out := c.Outputs()
	require.Equal(t, n.vpc, out.String("vpcConfig.vpcId"))
	require.Equal(t, n.private, out.Strings("vpcConfig.subnetIds"))
	require.Equal(t, "ACTIVE", out.String("status"))
	require.True(t, out.Bool("vpcConfig.endpointPublicAccess"), "AWS's default")
	require.Equal(t, c.String("vpcConfig.clusterSecurityGroupId"), w.get(SecurityGroup, c.String("vpcConfig.clusterSecurityGroupId")).ID)
	require.Equal(t, "use1-az2", w.get(Subnet, n.public[1]).String("availabilityZoneId"))
}

func TestTheEndpointOfAClusterIsTheLocalOne(t *testing.T) {
	t.Setenv(EnvClusterEndpoint, "https://127.0.0.1:6443")
	t.Setenv(EnvClusterCA, "Q0E=")
	w := newWorld(t)
	w.cluster(w.network())
	c := w.get(Cluster, "demo")
	require.Equal(t, "https://127.0.0.1:6443", c.String("endpoint"))
	require.Equal(t, "Q0E=", c.String("certificateAuthority.data"))
}

func TestStateSurvives(t *testing.T) {
	w := newWorld(t)
	id := w.create(Vpc, Properties{"cidrBlock": "10.0.0.0/16"})
	again, err := Open(w.path)
	require.NoError(t, err)
	require.NoError(t, again.View(func(s *State) error {
		require.NotNil(t, s.Get(Vpc, id))
		return nil
	}))
	require.Error(t, again.Update(func(s *State) error {
		_ = s.Delete(Vpc, id)
		return refuse("Stop", "stop")
	}))
	require.NotNil(t, w.get(Vpc, id), "an update that fails changes nothing")
}

// A caller that is killed before it records an id repeats the creation with the same URN.
func TestARepeatedCreationIsTheSameResource(t *testing.T) {
	w := newWorld(t)
	const urn = "urn:pulumi:local::modelway::aws:ec2/vpc:Vpc::main"
	create := func(cidr string) (id string) {
		require.NoError(t, w.Update(func(s *State) error {
			r, err := s.Create(Vpc, urn, Properties{"cidrBlock": cidr})
			id = r.ID
			return err
		}))
		return id
	}
	first := create("10.0.0.0/16")
	require.Equal(t, first, create("10.0.0.0/16"))
	require.NotEqual(t, first, create("10.1.0.0/16"), "other inputs are another resource")
	require.NoError(t, w.Update(func(s *State) error { s.Get(Vpc, first).Acknowledged = true; return nil }))
	require.NotEqual(t, first, create("10.0.0.0/16"), "an acknowledged resource is not created again: it is being replaced")
	require.NoError(t, w.Update(func(s *State) error {
		require.Len(t, s.Sweep(func(_, id string) bool { return id == first }), 2)
		require.Len(t, s.List(Vpc), 1)
		return nil
	}))
}

func TestAddresses(t *testing.T) {
	w := newWorld(t)
	vpc := w.create(Vpc, Properties{"cidrBlock": "10.0.0.0/16"})
	subnet := w.create(Subnet, Properties{"vpcId": vpc, "cidrBlock": "10.0.0.16/28"})
	require.NoError(t, w.Update(func(s *State) error {
		seen := map[string]bool{}
		var last string
		for i := range 11 { // 16 addresses less the first four and the last
			id, ip, err := s.AttachInterface(subnet, "pod", string(rune('a'+i)))
			require.NoError(t, err)
			require.False(t, seen[ip], ip)
			seen[ip], last = true, id
		}
		for _, reserved := range []string{"10.0.0.16", "10.0.0.17", "10.0.0.18", "10.0.0.19", "10.0.0.31"} {
			require.False(t, seen[reserved], reserved)
		}
		_, _, err := s.AttachInterface(subnet, "pod", "one more")
		refused(t, err, "InsufficientFreeAddressesInSubnet", "full")
		again, _, err := s.AttachInterface(subnet, "pod", "k")
		require.NoError(t, err)
		require.Equal(t, last, again, "the owner is the client token")
		s.DetachInterface(last)
		_, _, err = s.AttachInterface(subnet, "pod", "one more")
		return err
	}))
	_, err := w.try(Eip, Properties{"domain": "vpc"})
	require.NoError(t, err)
}

func TestConcurrentUpdates(t *testing.T) {
	w := newWorld(t)
	done := make(chan error)
	for range 8 {
		go func() {
			done <- w.begin(Key, Properties{}, nil)
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
	require.NoError(t, w.View(func(s *State) error {
		require.Len(t, s.List(Key), 8)
		return nil
	}))
}

// TestSnapshotTellsChanges requires the same snapshot until an update, of this process or another, or the end of asynchronous work.
func TestSnapshotTellsChanges(t *testing.T) {
	w := newWorld(t)
	snapshot := func() *State {
		s, err := w.Snapshot()
		require.NoError(t, err)
		return s
	}
	require.Empty(t, snapshot().Resources, "no file yet")
	log := w.create(LogGroup, Properties{"name": "first"})
	before := snapshot()
	require.NotNil(t, before.Get(LogGroup, log))
	require.Same(t, before, snapshot())
	w.now = w.now.Add(time.Hour)
	require.Same(t, before, snapshot(), "time alone changes nothing")

	other, err := Open(w.path)
	require.NoError(t, err)
	require.NoError(t, other.Update(func(s *State) error { _, err := s.Create(LogGroup, "", Properties{"name": "second"}); return err }))
	require.Len(t, snapshot().List(LogGroup), 2)
	require.Len(t, before.List(LogGroup), 1, "a snapshot stays what it was")

	require.NoError(t, w.Update(func(s *State) error {
		s.Resources[LogGroup][log].Status, s.Resources[LogGroup][log].Until = Deleting, w.now.Add(time.Minute)
		return nil
	}))
	before = snapshot()
	w.now = w.now.Add(59 * time.Second)
	require.Same(t, before, snapshot())
	w.now = w.now.Add(time.Second)
	require.Nil(t, snapshot().Get(LogGroup, log))
	require.Same(t, snapshot(), snapshot())
}
