package aws

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/glob"
)

// applyBucketPolicy refuses a policy about other buckets, for principals that do not exist, and for everybody while Block Public
// Access is on.
func applyBucketPolicy(s *State, r, _ *Resource) error {
	arn := s.arn("s3", "", "", r.String("bucket"))
	_, statements, _ := readDocument(r.String("policy"))
	for _, st := range statements {
		for _, resource := range slices.Concat(st.Strings("Resource"), st.Strings("NotResource")) {
			if bucket, _, _ := strings.Cut(resource, "/"); !glob.Match(bucket, arn) {
				return refuse("MalformedPolicy", "Policy has invalid resource: %s is not in %s", resource, arn)
			}
		}
		if action := pointless(st); action != "" {
			return refuse("MalformedPolicy", "Action does not apply to any resource(s) in statement: %s", action)
		}
		for _, principal := range st.Strings("Principal.AWS") {
			if strings.HasPrefix(principal, s.arn("iam", "", AccountID, "role/")) && s.Get(Role, principal) == nil {
				return refuse("MalformedPolicy", "Invalid principal in policy: %s does not exist", principal)
			}
		}
		if public(st) && s.blocksPublicPolicies(r.String("bucket")) {
			return refuse("AccessDenied", "User: %s is not authorized to perform: s3:PutBucketPolicy on resource: \"%s\" because public policies "+
				"are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
				Caller(), arn)
		}
	}
	return nil
}

// pointless returns an action of a statement that is about objects while all resources are buckets, or the other way round.
func pointless(st Properties) string {
	resources := st.Strings("Resource")
	for _, action := range st.Strings("Action") {
		ofBucket, ofObject := strings.Contains(action, "Bucket"), strings.Contains(action, "Object") ||
			strings.Contains(action, "MultipartUpload")
		applies := func(resource string) bool {
			return strings.HasSuffix(resource, "*") || strings.Contains(resource, "/") == !ofBucket
		}
		if (ofBucket || ofObject) && len(resources) > 0 && !slices.ContainsFunc(resources, applies) {
			return action
		}
	}
	return ""
}

// blocksPublicPolicies: new buckets have Block Public Access on, until a resource says otherwise
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func (s *State) blocksPublicPolicies(bucket string) bool {
	settings := s.Get(BucketPublicAccessBlock, bucket)
	return settings == nil || settings.Bool("blockPublicPolicy")
}

// narrow are the condition keys with which a statement for everybody is not public
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status).
var narrow = strings.Fields(
	`aws:principalorgid aws:principalorgpaths aws:principalaccount aws:principalarn aws:sourcearn aws:sourceaccount aws:sourceorgid
	aws:sourceorgpaths aws:sourceowner aws:sourceip aws:sourcevpc aws:sourcevpce aws:userid s3:x-amz-server-side-encryption-aws-kms-key-id
	s3:dataaccesspointarn s3:dataaccesspointaccount`)

// public says whether a statement allows something to everybody.
func public(st Properties) bool {
	everybody := slices.Contains(st.Strings("Principal"), "*") || slices.Contains(st.Strings("Principal.AWS"), "*")
	if st.String("Effect") != "Allow" || !everybody {
		return false
	}
	for _, operators := range st.Objects("Condition") {
		for name := range operators {
			for _, keys := range operators.Objects(name) {
				if slices.ContainsFunc(sortedKeys(keys), func(key string) bool { return slices.Contains(narrow, strings.ToLower(key)) }) {
					return false
				}
			}
		}
	}
	return true
}

// mayPut says whether the policy of a bucket lets a service write an object.
func (s *State) mayPut(bucket, key, service string) bool {
	policy := s.Get(BucketPolicy, bucket)
	if policy == nil {
		return false
	}
	_, statements, _ := readDocument(policy.String("policy"))
	return slices.ContainsFunc(statements, func(st Properties) bool {
		return grants(st, service, "s3:PutObject") && slices.ContainsFunc(st.Strings("Resource"), func(pattern string) bool {
			return glob.Match(pattern, s.arn("s3", "", "", bucket+"/"+key))
		})
	})
}
