package bucket

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/rule"
)

// Lengths and times.
const (
	// abortUploadDays is after how many days the parts of an upload that did not end are deleted.
	abortUploadDays = 7
	// maxName is the limit of a bucket's name (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
	maxName = 63
)

// nameable is a component's name that a bucket can be named after; Pulumi writes it in lower case.
var nameable = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*$`)

// validate reports every fault of the arguments together.
func (a *BucketArgs) validate(name string) error {
	var faults []error
	if !nameable.MatchString(name) {
		faults = append(faults, fmt.Errorf(
			"the name %q cannot begin a bucket's name: use letters, digits and hyphens, with a letter or digit first", name))
	}
	faults = append(faults, rule.Join(a.Check()))
	if err := a.policy("arn:aws:s3:::bucket").Validate(); err != nil {
		faults = append(faults, fmt.Errorf("checking Statements: %w", err))
	}
	return errors.Join(faults...)
}

// policy is the bucket's policy.
func (a *BucketArgs) policy(bucketArn string) iamdoc.Document {
	statements := []iamdoc.Statement{iamdoc.TlsOnly(bucketArn)}
	if a.Statements != nil {
		statements = append(statements, a.Statements(bucketArn)...)
	}
	return iamdoc.BucketPolicy(statements...)
}
