package store

import (
	"errors"
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/iamaccess"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/local/aws"
)

// ask is what a caller wants to do.
type ask struct {
	action, resource string
	// context are the condition keys of the request besides those of the caller.
	context map[string][]string
	// policy is the JSON of the resource's own policy; "" for none.
	policy string
	// closed says that the policies of a caller's role count only where the resource's policy leaves it to the account, as with keys of KMS.
	closed bool
}

// denied is the refusal of a request.
func denied(format string, args ...any) error {
	return &aws.Error{Code: "AccessDenied", Message: fmt.Sprintf(format, args...)}
}

// authorize holds what a session asks for against the policies of its role, the role's permissions boundary, and the resource's own policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html). The error is the refusal, worded as by AWS
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
func authorize(state *aws.State, who session, asked ask) error {
	role := state.Get(aws.Role, who.Role)
	if role == nil {
		return denied("User: %s is not authorized to perform: %s on resource: %q because the role does not exist any more",
			who.arn(), asked.action, asked.resource)
	}
	own, boundary, err := policiesOf(state, role)
	if err != nil {
		return err
	}
	theirs, err := resourcePolicy(asked.policy)
	if err != nil {
		return err
	}
	direct, delegated := theirs.For(iamaccess.Caller{Names: []string{who.arn(), who.Role}, Account: aws.AccountID})
	request := iamaccess.Request{Action: asked.action, Resource: asked.resource, Context: contextOf(who, asked.context)}
	decide := func(policies ...iamaccess.Policy) iamaccess.Decision {
		decision, fault := iamaccess.Decide(request, policies...)
		err = errors.Join(err, fault)
		return decision
	}
	byRole, byResource, byBoundary := decide(own), decide(direct), decide(boundary)
	counts := !asked.closed || decide(delegated).Allowed
	if err != nil {
		return fmt.Errorf("the local store cannot decide on %s: %w", asked.action, err)
	}
	why := ""
	switch {
	case denies(byRole):
		why = "with an explicit deny in an identity-based policy"
	case denies(byResource):
		why = "with an explicit deny in a resource-based policy"
	case !byBoundary.Allowed:
		why = fmt.Sprintf("because no permissions boundary allows the %s action", asked.action)
	case byResource.Allowed, byRole.Allowed && counts:
		return nil
	case byRole.Allowed:
		why = fmt.Sprintf("because no resource-based policy allows the %s action", asked.action)
	default:
		why = fmt.Sprintf("because no identity-based policy allows the %s action", asked.action)
	}
	return denied("User: %s is not authorized to perform: %s on resource: %q %s", who.arn(), asked.action, asked.resource, why)
}

func denies(d iamaccess.Decision) bool { return !d.Allowed && len(d.By) > 0 }

// policiesOf returns those of a role, and its boundary, which allows everything where there is none.
func policiesOf(state *aws.State, role *aws.Resource) (own, boundary iamaccess.Policy, err error) {
	text, limit, err := state.PoliciesOf(role)
	if err != nil {
		return own, boundary, err
	}
	if own, err = iamaccess.Parse(text); err != nil {
		return own, boundary, fmt.Errorf("role %s: %w", role.ID, err)
	}
	if limit == "" {
		everything := iamaccess.Statement{Effect: iamdoc.Allow, Action: iamdoc.Values{"*"}, Resource: iamdoc.Values{"*"}}
		return own, iamaccess.Policy{Statements: []iamaccess.Statement{everything}}, nil
	}
	boundary, err = iamaccess.Parse(limit)
	return own, boundary, err
}

func resourcePolicy(text string) (iamaccess.Policy, error) {
	if text == "" {
		return iamaccess.Policy{}, nil
	}
	return iamaccess.Parse(text)
}

// contextOf are the condition keys of a request. The way to the store leads over the loopback interface, which stands in for TLS.
func contextOf(who session, more map[string][]string) map[string][]string {
	context := map[string][]string{
		"aws:SecureTransport":  {"true"},
		"aws:PrincipalArn":     {who.Role},
		"aws:PrincipalAccount": {aws.AccountID},
		"aws:ResourceAccount":  {aws.AccountID},
		"s3:ResourceAccount":   {aws.AccountID},
	}
	for name, value := range who.Tags {
		context["aws:PrincipalTag/"+name] = []string{value}
	}
	for name, values := range more {
		context[name] = values
	}
	return context
}

// bucketArn is the ARN of a bucket of the account.
func bucketArn(state *aws.State, bucket string) string {
	return state.Get(aws.BucketV2, bucket).String("arn")
}

// asksOf are what an operation asks for: the action of S3 itself, and that of KMS where a key of the account encrypts the bucket.
func asksOf(state *aws.State, o operation) []ask {
	arn := bucketArn(state, o.bucket)
	resource := arn
	if o.key != "" {
		resource += "/" + o.key
	}
	policy := state.Get(aws.BucketPolicy, o.bucket).String("policy")
	all := []ask{{action: o.action, resource: resource, context: o.context, policy: policy}}
	key, use := state.KeyOf(o.bucket), keyUse[o.action]
	if key == nil || use == "" {
		return all
	}
	keyPolicy := key.String("policy")
	if keyPolicy == "" {
		keyPolicy = defaultKeyPolicy(key.String("arn"))
	}
	return append(all, ask{action: use, resource: key.String("arn"), policy: keyPolicy, closed: true, context: map[string][]string{
		"kms:EncryptionContext:aws:s3:arn": {arn, resource}, // that of the bucket's own key, or of the object's
		"kms:ViaService":                   {"s3." + state.Region() + ".amazonaws.com"},
		"kms:CallerAccount":                {aws.AccountID},
	}})
}

// keyUse is what S3 does with a key in the caller's name
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms).
var keyUse = map[string]string{"s3:GetObject": "kms:Decrypt", "s3:PutObject": "kms:GenerateDataKey"}

// defaultKeyPolicy is that of a key without one
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
func defaultKeyPolicy(key string) string {
	partition := strings.Split(key, ":")[1]
	return fmt.Sprintf(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:%s:iam::%s:root"},"Action":"kms:*","Resource":"*"}]}`,
		partition, aws.AccountID)
}
