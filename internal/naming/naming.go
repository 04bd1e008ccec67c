// Package naming fits names into the length that their owner allows, and puts them into tags.
//
// A name that fits is returned as it is. A longer one is cut and gets a hash of the whole name as its suffix, so that
// it stays the same from run to run and two long names that begin alike stay apart.
package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// The longest names that AWS and Kubernetes accept, in characters.
const (
	// IAMRole is the limit of a role name (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
	IAMRole = 64
	// IAMPolicy is the limit of a managed policy name (same page).
	IAMPolicy = 128
	// LoadBalancer is the limit of load balancer and target group names
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html).
	LoadBalancer = 32
	// EKS is the limit of cluster and Fargate profile names
	// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html).
	EKS = 100
	// NodeGroup is the limit of managed node group names
	// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html).
	NodeGroup = 63
	// Label is the limit of an RFC 1123 label: namespaces, Services, label values
	// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
	Label = 63
)

// What a generated name adds to the name it starts with, in characters.
const (
	// AutonameSuffix is what Pulumi adds to a logical name: a hyphen and seven random digits
	// (https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming).
	AutonameSuffix = 8
	// PrefixSuffix is what the AWS provider adds to a name prefix: a timestamp and a counter.
	PrefixSuffix = 26
)

// hashLength is long enough that 10,000 names that begin alike collide with a probability of about 1 in 20,000.
const hashLength = 10

// Capped fits a name into limit characters. The limit must exceed the length of the hash by two; all the limits above
// do. It panics on a smaller one, which is a programming error.
func Capped(name string, limit int) string {
	if limit < hashLength+2 {
		panic("naming: the limit leaves no room for a name and its hash")
	}
	if len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	head := strings.TrimRight(cut(name, limit-hashLength-1), "-._")
	return head + "-" + hex.EncodeToString(sum[:])[:hashLength]
}

// Prefix is a name prefix, ending in a hyphen, for which the AWS provider generates a name of at most limit characters.
func Prefix(name string, limit int) string {
	return Capped(name, limit-PrefixSuffix-1) + "-"
}

// AutonamePrefix is "" when the name that Pulumi generates from a logical name has at most limit characters, and the
// name prefix to use instead when it has more.
func AutonamePrefix(logicalName string, limit int) string {
	if len(logicalName)+AutonameSuffix <= limit {
		return ""
	}
	return Prefix(logicalName, limit)
}

// Generated reports whether a name with at most limit characters is one that is generated from a logical name: by Pulumi, or by the AWS
// provider where it is too long.
func Generated(name, logicalName string, limit int) bool {
	prefix, digits := AutonamePrefix(logicalName, limit), PrefixSuffix
	if prefix == "" {
		prefix, digits = logicalName+"-", AutonameSuffix-1
	}
	suffix, begins := strings.CutPrefix(name, prefix)
	return begins && len(suffix) == digits && strings.Trim(suffix, "0123456789abcdef") == ""
}

// cut takes whole characters up to a number of bytes.
func cut(s string, limit int) string {
	end := 0
	for i := range s {
		if i > limit {
			break
		}
		end = i
	}
	return s[:end]
}
