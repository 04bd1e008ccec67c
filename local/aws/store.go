package aws

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// Region is where the account's resources are: that of its cluster, or before there is one that of new resources.
func (s *State) Region() string {
	for _, cluster := range s.List(Cluster) {
		if parsed, err := arn.Parse(cluster.String("arn")); err == nil {
			return parsed.Region
		}
	}
	return s.region
}

// Stored notes whether a bucket has objects that the account does not keep itself. While it has, it can only be deleted with
// forceDestroy, by which the provider empties it first. In a versioned bucket old versions stay, so that it is never empty again.
func (s *State) Stored(bucket string, any bool) error {
	r := s.Get(BucketV2, bucket)
	if r == nil {
		return refuse(kinds[BucketV2].Missing, "The specified bucket does not exist: %s", bucket)
	}
	if any || !s.versioned(bucket) {
		r.Computed["stored"] = any
	}
	return nil
}

// HasStored says what Stored noted.
func (s *State) HasStored(bucket string) bool { return s.Get(BucketV2, bucket).Bool("stored") }

func (s *State) versioned(bucket string) bool {
	return slices.ContainsFunc(s.Where(BucketVersioningV2, "bucket", bucket), func(r *Resource) bool {
		return r.String("versioningConfiguration.status") == "Enabled"
	})
}

// KeyOf returns the key of KMS that encrypts the objects of a bucket; nil where S3's own keys do.
func (s *State) KeyOf(bucket string) *Resource {
	for _, r := range s.Where(BucketServerSideEncryptionConfigurationV2, "bucket", bucket) {
		id := r.String("rules.applyServerSideEncryptionByDefault.kmsMasterKeyId")
		if alias := s.Get(Alias, id); alias != nil {
			id = alias.String("targetKeyId")
		}
		if key := s.Get(Key, id); key != nil {
			return key
		}
	}
	return nil
}

// PoliciesOf returns what a role may do, as the JSON of one policy, and the JSON of its permissions boundary, "" for none. Of the
// policies of AWS it has what the account knows of them.
func (s *State) PoliciesOf(role *Resource) (policies, boundary string, err error) {
	if policies, err = document(s.statementsOf(role)); err != nil {
		return "", "", err
	}
	if limit := role.String("permissionsBoundary"); limit != "" {
		boundary = s.Get(Policy, limit).String("policy")
		if boundary == "" {
			boundary = `{"Statement":[]}`
		}
	}
	return policies, boundary, nil
}

// document writes statements as a policy. One without a resource, as of the policies of AWS, is about all.
func document(statements []Properties) (string, error) {
	all := make([]Properties, 0, len(statements))
	for _, st := range statements {
		if !st.Has("Resource") && !st.Has("NotResource") {
			st = merge(st, Properties{"Resource": "*"})
		}
		all = append(all, st)
	}
	text, err := json.Marshal(map[string]any{"Statement": all})
	return string(text), err
}

// Issuers are the OpenID Connect issuers of the account's clusters, without https://, each with the ARNs of its providers in IAM that take
// tokens of an audience.
func (s *State) Issuers(audience string) map[string][]string {
	issuers := map[string][]string{}
	for _, cluster := range s.List(Cluster) {
		for _, issuer := range cluster.Strings("identities.oidcs.issuer") {
			issuer = strings.TrimPrefix(issuer, "https://")
			issuers[issuer] = nil
			for _, provider := range s.List(OpenIdConnectProvider) {
				if strings.TrimPrefix(provider.String("url"), "https://") == issuer && slices.Contains(provider.Strings("clientIdLists"), audience) {
					issuers[issuer] = append(issuers[issuer], provider.String("arn"))
				}
			}
		}
	}
	return issuers
}

// AssociationOf returns the Pod Identity association of a service account, or nil.
func (s *State) AssociationOf(namespace, serviceAccount string) *Resource {
	for _, r := range s.List(PodIdentityAssociation) {
		if r.Status != Deleting && r.String("namespace") == namespace && r.String("serviceAccount") == serviceAccount {
			return r
		}
	}
	return nil
}
