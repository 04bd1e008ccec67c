package envmap

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	subnets "github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/resource"
)

// account is that of the first role that administers the cluster.
func account(set resource.Set) string {
	for _, r := range set.OfType("modelway:cluster:Cluster") {
		for _, role := range r.At("adminRoleArns").Texts() {
			if parsed, ok := aws.RoleArn.Parse(role); ok {
				return parsed.AccountID
			}
		}
	}
	return ""
}

func network(set resource.Set) Network {
	n := Network{Blocks: []string{}, Zones: []Zone{}, Endpoints: []string{}}
	for _, r := range set.OfType("aws:ec2/vpc:Vpc", "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation") {
		n.Blocks = append(n.Blocks, r.At("cidrBlock").Text())
	}
	for _, r := range set.OfType("modelway:network:Network") {
		n.Existing = r.At("vpcId").Text()
		for _, name := range r.At("zones").Texts() {
			n.Zones = append(n.Zones, zoneOf(set, name))
		}
		if n.Existing != "" {
			n.Zones = append(n.Zones, Zone{Subnets: slices.Concat(existing(r, "publicSubnetIds", subnets.Public),
				existing(r, "privateSubnetIds", subnets.Private))})
		}
	}
	for _, r := range set.OfType("aws:ec2/vpcEndpoint:VpcEndpoint") {
		parts := strings.SplitN(r.At("serviceName").Text(), ".", 4) // com.amazonaws.<region>.<service>
		n.Endpoints = append(n.Endpoints, parts[len(parts)-1])
	}
	slices.Sort(n.Endpoints)
	return n
}

func existing(r resource.Resource, key, kind string) (all []Subnet) {
	for _, id := range r.At(key).Texts() {
		all = append(all, Subnet{Kind: kind, Block: id})
	}
	return all
}

// zoneOf finds what is in a zone.
func zoneOf(set resource.Set, name string) Zone {
	z := Zone{Name: name, Subnets: []Subnet{}}
	for _, kind := range []string{subnets.Public, subnets.Private, subnets.Pod} {
		for _, r := range set.OfType("aws:ec2/subnet:Subnet") {
			if subnets.SubnetOf(r.Name, kind, name) {
				z.Subnets = append(z.Subnets, Subnet{Kind: kind, Block: r.At("cidrBlock").Text()})
			}
		}
	}
	for _, r := range set.OfType("aws:ec2/natGateway:NatGateway") {
		z.Nat = z.Nat || subnets.ZoneOfNat(r.Name) == name
	}
	return z
}

func clusterOf(set resource.Set) Cluster {
	c := Cluster{Namespaces: []string{}}
	for _, r := range set.OfType("modelway:cluster:Cluster") {
		c.Name, c.Version, c.Protected = r.At("name").Text(), r.At("kubernetesVersion").Text(), r.At("protect").Bool()
		c.Endpoint = "private"
		if r.At("endpointPublicAccess").Bool() {
			c.Endpoint = "public, for " + strings.Join(r.At("publicAccessCidrs").Texts(), ", ")
		}
	}
	for _, r := range set.OfType("modelway:model:Namespace") {
		c.Namespaces = append(c.Namespaces, r.At("name").Text())
	}
	return c
}

func addons(set resource.Set) []Addon {
	all := []Addon{}
	for _, r := range set.OfType("modelway:addons:Addons") {
		for _, a := range r.At("addons").List() {
			all = append(all, Addon{Name: a.At("name").Text(), Kind: "EKS", Version: a.At("version").Text()})
		}
	}
	for _, r := range set.OfType(resource.ReleaseType) {
		all = append(all, Addon{
			Name: r.At("name").Text(), Kind: "Helm", Version: r.At("version").Text(), Namespace: r.At("namespace").Text(),
		})
	}
	slices.SortFunc(all, func(a, b Addon) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind)) })
	return all
}

// kinds are what Beside lists, with where the name is: of the component, since AWS makes up the end of most names.
var kinds = []struct{ token, kind string }{
	{"modelway:bucket:Bucket", "S3 bucket"},
	{"aws:ecr/repository:Repository", "image repository"},
	{"aws:rds/instance:Instance", "database"},
	{"aws:amp/workspace:Workspace", "metric store"},
	{"modelway:edge:Certificate", "certificate"},
	{"modelway:edge:AliasRecords", "DNS records"},
	{"aws:kms/key:Key", "KMS key"},
	{"modelway:budget:Budget", "budget"},
}

func beside(set resource.Set) []Thing {
	all := []Thing{}
	for _, k := range kinds {
		for _, r := range set.OfType(k.token) {
			name := cmp.Or(r.At("domain").Text(), r.At("hostedZoneId").Text(), r.At("name").Text(), r.At("identifier").Text(),
				strings.TrimPrefix(r.Name, "modelway-"))
			all = append(all, Thing{Kind: k.kind, Name: name})
		}
	}
	return all
}
