package aws

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever is created and deleted in whatever order, nothing in the account points at what is not there, subnets do not
// overlap, addresses are given out once, and deleting everything, the youngest first, ends with an empty account.
func TestAnySequence(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		a, err := Open(filepath.Join(dir, fmt.Sprint(runs), "account.json"))
		require.NoError(t, err)
		w := &world{Account: a, t: t, now: time.Unix(0, 0)}
		a.Now = func() time.Time { return w.now }
		a.volatile = true
		type made struct{ typ, id string }
		var all []made
		ids := map[string]bool{}
		pick := func(typ string) string {
			var options []string
			for _, m := range all {
				if m.typ == typ {
					options = append(options, m.id)
				}
			}
			if len(options) == 0 {
				return "ghost"
			}
			return options[rapid.IntRange(0, len(options)-1).Draw(t, typ)]
		}
		octet := func() int { return rapid.IntRange(0, 3).Draw(t, "octet") }
		name := func() string { return rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name") }
		inputs := map[string]func() Properties{
			Vpc: func() Properties { return Properties{"cidrBlock": "10.0.0.0/16"} },
			Subnet: func() Properties {
				zone := rapid.SampledFrom([]string{"us-east-1a", "us-east-1b"}).Draw(t, "zone")
				second := rapid.SampledFrom([]int{0, 0, 4, 5}).Draw(t, "second")
				return Properties{"vpcId": pick(Vpc), "availabilityZone": zone, "cidrBlock": fmt.Sprintf("10.%d.%d.0/%d", second, 64*octet(),
					rapid.IntRange(18, 20).Draw(t, "bits"))}
			},
			InternetGateway: func() Properties { return Properties{"vpcId": pick(Vpc)} },
			Eip:             func() Properties { return Properties{} },
			NatGateway:      func() Properties { return Properties{"subnetId": pick(Subnet), "allocationId": pick(Eip)} },
			RouteTable:      func() Properties { return Properties{"vpcId": pick(Vpc)} },
			Route: func() Properties {
				return Properties{"routeTableId": pick(RouteTable), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": pick(InternetGateway)}
			},
			RouteTableAssociation: func() Properties { return Properties{"routeTableId": pick(RouteTable), "subnetId": pick(Subnet)} },
			SecurityGroup:         func() Properties { return Properties{"vpcId": pick(Vpc), "name": name()} },
			SecurityGroupRule: func() Properties {
				return Properties{"type": "ingress", "protocol": "tcp", "fromPort": 1, "toPort": 1, "securityGroupId": pick(SecurityGroup),
					"sourceSecurityGroupId": pick(SecurityGroup)}
			},
			Role: func() Properties {
				return Properties{"name": name(), "assumeRolePolicy": trustWith("sts:*",
					rapid.SampledFrom([]string{"eks.amazonaws.com", "eks-fargate-pods.amazonaws.com", "pods.eks.amazonaws.com"}).Draw(t, "service"))}
			},
			RolePolicyAttachment: func() Properties {
				return Properties{"role": pick(Role), "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
			},
			Cluster: func() Properties {
				return Properties{"name": name(), "roleArn": pick(Role), "vpcConfig": map[string]any{"subnetIds": list(pick(Subnet), pick(Subnet))}}
			},
			Addon: func() Properties { return Properties{"clusterName": pick(Cluster), "addonName": "vpc-cni"} },
			PodIdentityAssociation: func() Properties {
				return Properties{"clusterName": pick(Cluster), "namespace": "a", "serviceAccount": name(), "roleArn": pick(Role)}
			},
			VpcIpv4CidrBlockAssociation: func() Properties {
				return Properties{"vpcId": pick(Vpc), "cidrBlock": fmt.Sprintf("10.%d.0.0/16", 4+octet())}
			},
			VpcEndpoint: func() Properties {
				return Properties{"vpcId": pick(Vpc), "vpcEndpointType": "Interface", "serviceName": "com.amazonaws.us-east-1.sts",
					"subnetIds": list(pick(Subnet))}
			},
			DBSubnetGroup:    func() Properties { return Properties{"name": name(), "subnetIds": list(pick(Subnet), pick(Subnet))} },
			DBParameterGroup: func() Properties { return Properties{"name": name(), "family": "mysql8.4"} },
			DBInstance: func() Properties {
				return Properties{"identifier": name(), "engine": "mysql", "engineVersion": "8.4", "manageMasterUserPassword": true,
					"multiAz": rapid.Bool().Draw(t, "standby"), "skipFinalSnapshot": true, "dbSubnetGroupName": pick(DBSubnetGroup),
					"parameterGroupName": pick(DBParameterGroup), "vpcSecurityGroupIds": list(pick(SecurityGroup))}
			},
			BucketV2: func() Properties { return Properties{"bucket": "bucket-" + name(), "forceDestroy": true} },
			FlowLog: func() Properties {
				return Properties{"vpcId": pick(Vpc), "trafficType": "ALL", "logDestinationType": "s3", "logDestination": "arn:aws:s3:::" +
					pick(BucketV2)}
			},
			Repository: func() Properties { return Properties{"name": "images/" + name()} },
			FargateProfile: func() Properties {
				p := profile(pick(Role), name(), pick(Subnet))
				p["clusterName"] = pick(Cluster)
				return p
			},
		}
		for range rapid.IntRange(30, 80).Draw(t, "steps") {
			if len(all) > 0 && rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
				m := all[rapid.IntRange(0, len(all)-1).Draw(t, "victim")]
				_ = w.remove(m.typ, m.id)
			} else {
				typ := rapid.SampledFrom(sortedKeys(inputs)).Draw(t, "type")
				var id string
				if w.begin(typ, inputs[typ](), &id) == nil {
					all = append(all, made{typ, id})
					require.False(t, ids[typ+id] && kinds[typ].ID != "{name}" && kinds[typ].Name == "" && typ != Addon, "id %s twice", id)
					ids[typ+id] = true
				}
				if rapid.Bool().Draw(t, "wait") {
					w.now = w.now.Add(time.Second)
				}
			}
			consistent(t, w)
		}
		w.now = w.now.Add(time.Minute)
		for i := len(all) - 1; i >= 0; i-- { // the youngest first
			require.NoError(t, w.remove(all[i].typ, all[i].id))
		}
		require.NoError(t, w.View(func(s *State) error {
			require.True(t, s.Empty(), "%v %v", s.Resources, s.Interfaces)
			return nil
		}))
	})
}

func consistent(t *rapid.T, w *world) {
	require.NoError(t, w.View(func(s *State) error {
		addresses := map[string]bool{}
		for _, i := range s.Interfaces {
			subnet := s.Get(Subnet, i.SubnetID)
			require.NotNil(t, subnet, "subnet of %s", i.Description)
			require.True(t, netip.MustParsePrefix(subnet.String("cidrBlock")).Contains(netip.MustParseAddr(i.PrivateIP)))
			require.False(t, addresses[i.SubnetID+i.PrivateIP], "%s twice", i.PrivateIP)
			addresses[i.SubnetID+i.PrivateIP] = true
			for _, g := range i.SecurityGroupIDs {
				require.NotNil(t, s.Get(SecurityGroup, g), "group of %s", i.Description)
			}
		}
		for _, typ := range Types() {
			for _, r := range s.List(typ) {
				for _, ref := range kinds[typ].Refs {
					for _, value := range r.Strings(ref.Path) {
						require.True(t, ref.Hold == Loose || managedPolicy(value) || s.Get(ref.To, value) != nil, "%s %s points at %s", typ, r.ID, value)
					}
				}
			}
		}
		subnets := s.List(Subnet)
		for i, a := range subnets {
			for _, b := range subnets[:i] {
				overlap := netip.MustParsePrefix(a.String("cidrBlock")).Overlaps(netip.MustParsePrefix(b.String("cidrBlock")))
				require.False(t, overlap && a.String("vpcId") == b.String("vpcId"), "%s and %s overlap", a.ID, b.ID)
			}
		}
		return nil
	}))
}
