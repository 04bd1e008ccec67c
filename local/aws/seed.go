package aws

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// seed is the Owner of what was in the account before the caller came. See [State.Seed].
const seed = "existing"

// Existing is what an environment refers to and did not make.
type Existing struct {
	// VpcID, PrivateSubnetIDs and PublicSubnetIDs are a VPC and its subnets. No VPC when VpcID is "".
	VpcID                             string
	PrivateSubnetIDs, PublicSubnetIDs []string
	// ClusterName is the cluster whose load balancers and nodes share the subnets.
	ClusterName string
	// Zones are public hosted zones: their ids, and the domains they answer for.
	Zones map[string]string
	// LogGroups are the names of log groups, which have no retention.
	LogGroups []string
	// Policies are the ARNs of IAM policies.
	Policies []string
	// Buckets are the names of S3 buckets, which are empty.
	Buckets []string
}

// Seed adds what exists already. It belongs to nobody who uses the account: [State.Empty] does not count it, [State.Sweep] leaves it,
// and a resource that an update takes over is the caller's from then on. What is there stays as it is.
//
// The VPC has addresses 10.0.0.0/16 and DNS, its subnets lie in the zones of the region in turn, each with the tags by which EKS and the
// AWS Load Balancer Controller find them; public subnets have a route to an internet gateway, private ones to a NAT gateway.
func (s *State) Seed(e Existing) error {
	for _, id := range sortedKeys(e.Zones) {
		if _, err := s.sow(Zone, id, Properties{"name": e.Zones[id]}); err != nil {
			return err
		}
	}
	for _, name := range e.LogGroups {
		if _, err := s.sow(LogGroup, name, Properties{"name": name}); err != nil {
			return err
		}
	}
	for _, name := range e.Buckets {
		if _, err := s.sow(BucketV2, name, Properties{"bucket": name}); err != nil {
			return err
		}
	}
	for _, arn := range e.Policies {
		if s.Get(Policy, arn) == nil {
			s.add(&Resource{Type: Policy, ID: arn, Owner: seed, Status: Active, Computed: Properties{"arn": arn},
				Inputs: Properties{"name": arn[strings.LastIndex(arn, "/")+1:], "path": "/"}})
		}
	}
	if e.VpcID == "" || s.Get(Vpc, e.VpcID) != nil {
		return nil
	}
	return s.seedNetwork(e)
}

// sow adds a resource with an id that is given, or "" for a new one, unless it is there.
func (s *State) sow(typ, id string, inputs Properties) (*Resource, error) {
	if r := s.Get(typ, id); r != nil {
		return r, nil
	}
	r, err := s.create(&Resource{Type: typ, ID: id, Owner: seed, Inputs: inputs})
	if err != nil {
		return nil, fmt.Errorf("seeding %s %q: %w", kinds[typ].Noun(), cmp.Or(id, inputs.String("name")), err)
	}
	r.Status, r.Until = Active, time.Time{}
	return r, nil
}

func (s *State) seedNetwork(e Existing) error {
	if len(e.PrivateSubnetIDs) > 6 || len(e.PublicSubnetIDs) > 64 {
		return fmt.Errorf("seeding Vpc %q: it has %d private and %d public subnets, there is room for 6 and 64", e.VpcID, len(e.PrivateSubnetIDs),
			len(e.PublicSubnetIDs))
	}
	if _, err := s.sow(Vpc, e.VpcID, Properties{"cidrBlock": "10.0.0.0/16", "enableDnsSupport": true,
		"enableDnsHostnames": true}); err != nil {
		return err
	}
	gateway, err := s.sow(InternetGateway, "", Properties{"vpcId": e.VpcID})
	if err != nil {
		return err
	}
	public, private := e.PublicSubnetIDs, e.PrivateSubnetIDs
	if len(public) == 0 {
		public = []string{""} // the NAT gateway has to be somewhere
	}
	first, err := s.seedSubnets(e, public, "kubernetes.io/role/elb", func(n int) string { return fmt.Sprintf("10.0.%d.0/24", 192+n) },
		Properties{"gatewayId": gateway.ID})
	if err != nil || len(private) == 0 {
		return err
	}
	address, err := s.sow(Eip, "", Properties{"domain": "vpc"})
	if err != nil {
		return err
	}
	nat, err := s.sow(NatGateway, "", Properties{"subnetId": first, "allocationId": address.ID})
	if err != nil {
		return err
	}
	_, err = s.seedSubnets(e, private, "kubernetes.io/role/internal-elb", func(n int) string { return fmt.Sprintf("10.0.%d.0/19", 32*n) },
		Properties{"natGatewayId": nat.ID})
	return err
}

// seedSubnets adds subnets with a route table of theirs, in which target is where everything else goes. It returns the id of the first.
func (s *State) seedSubnets(e Existing, ids []string, role string, block func(n int) string, target Properties) (first string, err error) {
	table, err := s.sow(RouteTable, "", Properties{"vpcId": e.VpcID})
	if err != nil {
		return "", err
	}
	if _, err := s.sow(Route, "", merge(target, Properties{"routeTableId": table.ID, "destinationCidrBlock": "0.0.0.0/0"})); err != nil {
		return "", err
	}
	tags := map[string]any{role: "1"}
	if e.ClusterName != "" {
		tags["kubernetes.io/cluster/"+e.ClusterName] = "shared"
	}
	zones := s.controlPlaneZones()
	for n, id := range ids {
		subnet, err := s.sow(Subnet, id, Properties{"vpcId": e.VpcID, "cidrBlock": block(n), "availabilityZone": zones[n%len(zones)],
			"tags": tags})
		if err != nil {
			return "", err
		}
		if _, err := s.sow(RouteTableAssociation, "", Properties{"subnetId": subnet.ID, "routeTableId": table.ID}); err != nil {
			return "", err
		}
		first = cmp.Or(first, subnet.ID)
	}
	return first, nil
}

// controlPlaneZones are the zones of the region that a cluster can have subnets in.
func (s *State) controlPlaneZones() []string {
	zones := s.Zones()
	return slices.DeleteFunc(sortedKeys(zones), func(name string) bool { return slices.Contains(noControlPlane, zones[name]) })
}

// seeded says whether the owner of something is what was there before, or made by it.
func (s *State) seeded(owner string) bool {
	typ, id, _ := strings.Cut(owner, " ")
	made := s.Resources[typ][id]
	return owner == seed || made != nil && s.seeded(made.Owner)
}
