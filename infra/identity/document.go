package identity

import (
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
)

// Document, Statement, Values, Conditions and Principal describe IAM policies as Go values.
type (
	// Document is an IAM policy document.
	Document = iamdoc.Document
	// Statement allows or denies actions.
	Statement = iamdoc.Statement
	// Values is one value or several.
	Values = iamdoc.Values
	// Conditions map operators to condition keys and their values.
	Conditions = iamdoc.Conditions
	// Principal is who a trust policy is about.
	Principal = iamdoc.Principal
	// Named is a document with what it is for.
	Named = iamdoc.Named
)

// Partition is the AWS partition of a region: aws, aws-cn, aws-us-gov or an isolated one.
func Partition(region string) string { return aws.Partition(region) }
