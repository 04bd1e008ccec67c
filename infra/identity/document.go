package identity

import (
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/identity"
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

// Role describes the role of one Kubernetes service account.
type Role = identity.Role

// Values of Role.Mode.
const (
	// Irsa is IAM roles for service accounts, which works on nodes and on Fargate.
	Irsa = identity.Irsa
	// PodIdentity is EKS Pod Identity, which works on nodes only.
	PodIdentity = identity.PodIdentity
)

// ModeFor is the mode for pods that may run on Fargate, or that run on nodes only.
func ModeFor(runsOnFargate bool) string { return identity.ModeFor(runsOnFargate) }

// Partition is the AWS partition of a region: aws, aws-cn, aws-us-gov or an isolated one.
func Partition(region string) string { return aws.Partition(region) }
