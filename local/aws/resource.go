package aws

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"time"

	facts "github.com/modelway/modelway/internal/aws"
	awskinds "github.com/modelway/modelway/internal/aws/kinds"
)

// Statuses of a resource. A synchronous resource is Active as soon as it exists.
const (
	Creating = "CREATING"
	Active   = "ACTIVE"
	Deleting = "DELETING"
)

// Resource is one AWS resource.
type Resource struct {
	// Type is the Pulumi type token, such as aws:ec2/vpc:Vpc.
	Type string `json:"type"`
	// ID is what the Pulumi AWS provider uses as the id.
	ID string `json:"id"`
	// Owner is what created the resource when the caller did not, such as the VPC of a default security group.
	Owner string `json:"owner,omitempty"`
	// URN is the client token of the creation. Empty for resources made by AWS itself.
	URN string `json:"urn,omitempty"`
	// Acknowledged says that the caller has named the id since, so the answer to the creation was not lost.
	Acknowledged bool `json:"acknowledged,omitempty"`
	// Status is [Creating], [Active] or [Deleting].
	Status string `json:"status"`
	// Until is when a Creating or Deleting resource becomes Active or goes away.
	Until time.Time `json:"until,omitzero"`
	// Inputs are what the caller asked for.
	Inputs Properties `json:"inputs"`
	// Computed is what AWS added.
	Computed Properties `json:"computed"`
}

// layer finds the topmost of computed values, inputs and AWS's defaults that has a value at path.
func (r *Resource) layer(path string) Properties {
	switch {
	case r == nil:
		return nil
	case r.Computed.Has(path):
		return r.Computed
	case r.Inputs.Has(path):
		return r.Inputs
	}
	return kinds[r.Type].Defaults
}

func (r *Resource) has(path string) bool { return r.layer(path).Has(path) }

// All returns every value at path.
func (r *Resource) All(path string) []any { return r.layer(path).All(path) }

// String returns the first string at path, or "".
func (r *Resource) String(path string) string { return r.layer(path).String(path) }

// Strings returns the strings at path.
func (r *Resource) Strings(path string) []string { return r.layer(path).Strings(path) }

// Bool returns the boolean at path, or false.
func (r *Resource) Bool(path string) bool { return r.layer(path).Bool(path) }

// Int returns the number at path, or 0.
func (r *Resource) Int(path string) int { return r.layer(path).Int(path) }

// Objects returns the objects at path.
func (r *Resource) Objects(path string) []Properties { return r.layer(path).Objects(path) }

// Outputs returns all properties: AWS's defaults, under the inputs, under what AWS computed.
func (r *Resource) Outputs() Properties {
	out := merge(merge(kinds[r.Type].Defaults, r.Inputs), r.Computed)
	out["tagsAll"] = out["tags"]
	if out["tags"] == nil {
		out["tagsAll"] = map[string]any{}
	}
	if !r.has("status") {
		out["status"] = r.Status
	}
	return out
}

// fill computes a property that AWS fills in where it is not an input.
func (r *Resource) fill(name string, value any) {
	if r.Inputs.Has(name) {
		delete(r.Computed, name)
	} else if !r.Computed.Has(name) {
		r.Computed[name] = value
	}
}

// owner is the Owner of what AWS creates for this resource.
func (r *Resource) owner() string { return r.Type + " " + r.ID }

// arn is an ARN in the partition of the region.
func (s *State) arn(service, region, account, resource string) string {
	return facts.Arn(s.region, service, region, account, resource)
}

// expand fills in a template of a [Kind]; {address} is a free public address.
func (s *State) expand(template string, r *Resource) string {
	return awskinds.Expand(template, awskinds.Values{Region: s.region, Account: AccountID, Hex: randomHex, Property: func(name string) string {
		switch name {
		case "address":
			return s.publicIP()
		case "id":
			return r.ID
		}
		return strings.TrimPrefix(r.String(name), "https://")
	}})
}

func randomHex(digits int) string {
	raw := make([]byte, (digits+1)/2)
	rand.Read(raw) //nolint:errcheck // never fails
	return hex.EncodeToString(raw)[:digits]
}
