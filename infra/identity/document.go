package identity

import (
	"slices"

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

func allow(actions, resources iamdoc.Values, conditions iamdoc.Conditions) iamdoc.Statement {
	return iamdoc.Statement{Effect: iamdoc.Allow, Action: actions, Resource: resources, Condition: conditions}
}

// allowAny allows actions on all resources, for a reason.
func allowAny(reason string, actions iamdoc.Values, conditions iamdoc.Conditions) iamdoc.Statement {
	return iamdoc.Statement{
		Effect: iamdoc.Allow, Action: actions, Resource: iamdoc.Values{"*"}, AnyResource: reason, Condition: conditions,
	}
}

// service prefixes actions with the name of their service.
func service(name string, actions ...string) iamdoc.Values {
	values := make(iamdoc.Values, len(actions))
	for i, action := range actions {
		values[i] = name + ":" + action
	}
	return values
}

func join(lists ...iamdoc.Values) iamdoc.Values { return slices.Concat(lists...) }
