package cluster

import (
	"errors"
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/aws"
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

// serviceLinked is the path of roles that belong to AWS services. They cannot have access entries
// (https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html).
const serviceLinked = "aws-service-role/"

// ParsePrincipal reads the ARN of a role or user.
func ParsePrincipal(arn string) (principal, error) {
	if role, is := aws.RoleOfSession(arn); is {
		return principal{}, fmt.Errorf("it is a session, which ends: name its role, %s, with the role's path if it has one", role)
	}
	parsed, ok := aws.PrincipalArn.Parse(arn)
	kind, path, _ := strings.Cut(parsed.Resource, "/")
	switch {
	case strings.HasSuffix(arn, ":root"):
		return principal{}, errors.New("it is the account itself: name one role or user of it")
	case !ok:
		return principal{}, errors.New("it is not the ARN of an IAM role or user: use arn:aws:iam::<account id of 12 digits>:role/<path and " +
			"name>, or user/<path and name>")
	case strings.HasPrefix(path, serviceLinked):
		return principal{}, errors.New("it is the role of an AWS service, for which EKS has no access entries: name a role of your own")
	}
	return principal{Partition: parsed.Partition, account: parsed.AccountID, kind: kind, path: path}, nil
}

// name is the name of the principal's access entry as a resource. It stays the same whatever rights the principal has and
// whichever list it is in, and differs for principals of other kinds, accounts and paths.
func (p principal) name() string { return p.kind + "-" + p.account + "-" + p.path }
