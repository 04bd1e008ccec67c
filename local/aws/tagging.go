package aws

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/residue"
)

// Tagged is a resource as the Resource Groups Tagging API shows it.
type Tagged struct {
	Arn  string
	Tags map[string]string
}

// TagFilter asks for resources that have a tag, with one of the values where there are some.
type TagFilter struct {
	Key    string
	Values []string
}

// Limits of GetResources (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
const (
	usualPage = 50
	mostPage  = 100
)

// untold are types that the tagging API does not return: IAM roles, and the default security group, which stands once more as itself
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html).
var untold = []string{Role, DefaultSecurityGroup}

// TaggedResources returns a page of the resources that have or had tags and fit all filters, in the order of their ARNs, and where the next
// page begins; "" for none.
func (s *State) TaggedResources(filters []TagFilter, size int, token string) (page []Tagged, next string, err error) {
	if size == 0 {
		size = usualPage
	}
	after, invalid := base64.RawURLEncoding.DecodeString(token)
	switch {
	case size < 1 || size > mostPage:
		return nil, "", refuse("InvalidParameterException", "ResourcesPerPage is %d; it must be between 1 and %d", size, mostPage)
	case invalid != nil:
		return nil, "", refuse("PaginationTokenExpiredException", "The pagination token is invalid or has expired")
	}
	for _, t := range s.allTagged() {
		if t.Arn <= string(after) || !t.fits(filters) {
			continue
		}
		if len(page) == size {
			return page, base64.RawURLEncoding.EncodeToString([]byte(page[size-1].Arn)), nil
		}
		page = append(page, t)
	}
	return page, "", nil
}

func (t Tagged) fits(filters []TagFilter) bool {
	for _, f := range filters {
		value, has := t.Tags[f.Key]
		if !has || len(f.Values) > 0 && !slices.Contains(f.Values, value) {
			return false
		}
	}
	return true
}

// allTagged are all resources with tags.
func (s *State) allTagged() (all []Tagged) {
	for _, typ := range Types() {
		for _, r := range s.List(typ) {
			if tags := r.tags(); len(tags) > 0 && !slices.Contains(untold, typ) {
				if arn := s.arnOf(r); arn != "" {
					all = append(all, Tagged{arn, tags})
				}
			}
		}
	}
	for arn, lb := range s.LoadBalancers {
		if len(lb.Tags) > 0 {
			all = append(all, Tagged{arn, lb.Tags})
		}
	}
	for id, i := range s.Interfaces {
		if cluster := s.clusterOfPod(i); cluster != "" {
			all = append(all, Tagged{s.arn("ec2", s.region, AccountID, "network-interface/"+id), map[string]string{podTag: cluster}})
		}
	}
	slices.SortFunc(all, func(a, b Tagged) int { return strings.Compare(a.Arn, b.Arn) })
	return all
}

// podTag is what the network plugin puts on the interfaces of pods
// (https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/cni-proposal.md).
const podTag = "cluster.k8s.amazonaws.com/name"

// clusterOfPod is the cluster in whose network an interface is that a pod has; "" for those that AWS manages for something else.
func (s *State) clusterOfPod(i *Interface) string {
	if s.managed(i) {
		return ""
	}
	for _, cluster := range s.List(Cluster) {
		if slices.Contains(cluster.Strings("vpcConfig.vpcId"), i.VpcID) {
			return cluster.ID
		}
		for _, id := range cluster.Strings("vpcConfig.subnetIds") {
			if s.Get(Subnet, id).String("vpcId") == i.VpcID {
				return cluster.ID
			}
		}
	}
	return ""
}

// managed says whether an interface belongs to a resource of the account or to a load balancer.
func (s *State) managed(i *Interface) bool {
	typ, _, _ := strings.Cut(i.Owner, " ")
	return kinds[typ] != nil || s.LoadBalancers[i.Owner] != nil || i.Owner == seed
}

// tags are those of a resource.
func (r *Resource) tags() map[string]string {
	given, _ := r.Outputs()["tags"].(map[string]any)
	tags := map[string]string{}
	for key, value := range given {
		tags[key], _ = value.(string)
	}
	return tags
}

// arnOf is the ARN of a resource, also of one whose provider has none; "" where none is known.
func (s *State) arnOf(r *Resource) string {
	for _, property := range []string{"arn", "accessEntryArn", "associationArn"} {
		if arn := r.String(property); arn != "" {
			return arn
		}
	}
	for _, k := range residue.Kinds() {
		if k.Token == r.Type && k.Arn != "" {
			service, path, _ := strings.Cut(k.Arn, ":")
			return s.arn(service, s.region, AccountID, path+r.ID)
		}
	}
	return ""
}
