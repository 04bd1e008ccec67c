package cluster

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// The kinds of IAM principals that an access entry can be for.
const (
	kindRole = "role"
	kindUser = "user"
)

// principal is an IAM role or user, by the parts of its ARN.
type principal struct {
	Partition, account, kind string
	// path is the principal's path and name, without a slash in front.
	path string
}

var (
	// principalArn is the ARN of a role or user, with its path and name
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
	principalArn = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::(\d{12}):(role|user)/((?:[\w+=,.@-]+/)*[\w+=,.@-]{1,64})$`)
	sessionArn   = regexp.MustCompile(`^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([\w+=,.@-]+)/.+$`)
)

// serviceLinked is the path of roles that belong to AWS services. They cannot have access entries
// (https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html).
const serviceLinked = "aws-service-role/"

// ParsePrincipal reads the ARN of a role or user.
func ParsePrincipal(arn string) (principal, error) {
	if session := sessionArn.FindStringSubmatch(arn); session != nil {
		return principal{}, fmt.Errorf("it is a session, which ends: name its role, arn:%s:iam::%s:role/%s, with the role's path if it has one", session[1], session[2], session[3])
	}
	parts := principalArn.FindStringSubmatch(arn)
	switch {
	case strings.HasSuffix(arn, ":root"):
		return principal{}, errors.New("it is the account itself: name one role or user of it")
	case parts == nil:
		return principal{}, errors.New("it is not the ARN of an IAM role or user: use arn:aws:iam::<account id of 12 digits>:role/<path and name>, or user/<path and name>")
	case strings.HasPrefix(parts[4], serviceLinked):
		return principal{}, errors.New("it is the role of an AWS service, for which EKS has no access entries: name a role of your own")
	}
	return principal{Partition: parts[1], account: parts[2], kind: parts[3], path: parts[4]}, nil
}

// name is the name of the principal's access entry as a resource. It stays the same whatever rights the principal has and
// whichever list it is in, and differs for principals of other kinds, accounts and paths.
func (p principal) name() string { return p.kind + "-" + p.account + "-" + p.path }
