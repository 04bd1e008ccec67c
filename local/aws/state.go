package aws

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// Statuses of a resource. A synchronous resource is Active as soon as it exists.
const (
	Creating = "CREATING"
	Active   = "ACTIVE"
	Deleting = "DELETING"
)

// State is everything in the account, inside one [Account.View] or [Account.Update].
type State struct {
	// Serial grows with every change.
	Serial uint64 `json:"serial"`
	// Resources by type and id.
	Resources map[string]map[string]*Resource `json:"resources"`
	// Interfaces are the elastic network interfaces by id.
	Interfaces map[string]*Interface `json:"interfaces"`
	// LoadBalancers are the Application Load Balancers by ARN.
	LoadBalancers map[string]*LoadBalancer `json:"loadBalancers"`
	// Failed counts injected failures by action, so that a limited fault also ends when the caller is restarted.
	Failed map[string]int `json:"failed,omitempty"`
	// LastAddress is the offset of the last address given out in each subnet.
	LastAddress map[string]uint32 `json:"lastAddress"`

	region string
	delay  time.Duration
	now    time.Time
}

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

func (s *State) prepare(region string, delay time.Duration, now time.Time) {
	s.region, s.delay, s.now = region, delay, now
	ensure(&s.Resources)
	ensure(&s.Interfaces)
	ensure(&s.LoadBalancers)
	ensure(&s.Failed)
	ensure(&s.LastAddress)
	for _, typ := range sortedKeys(s.Resources) {
		for _, r := range s.List(typ) {
			switch {
			case r.Until.IsZero() || now.Before(r.Until):
			case r.Status == Deleting:
				s.remove(r)
			default:
				r.Status, r.Until = Active, time.Time{}
			}
		}
	}
}

func ensure[K comparable, V any](m *map[K]V) {
	if *m == nil {
		*m = map[K]V{}
	}
}

// Empty says whether nothing is left in the account.
func (s *State) Empty() bool {
	for _, byID := range s.Resources {
		if len(byID) > 0 {
			return false
		}
	}
	return len(s.Interfaces)+len(s.LoadBalancers) == 0
}

// List returns the resources of a type in the order of their ids.
func (s *State) List(typ string) []*Resource {
	var all []*Resource
	for _, id := range sortedKeys(s.Resources[typ]) {
		all = append(all, s.Resources[typ][id])
	}
	return all
}

// Get returns the resource with this id or ARN, or nil.
func (s *State) Get(typ, idOrArn string) *Resource {
	if r := s.Resources[typ][idOrArn]; r != nil {
		return r
	}
	if strings.HasPrefix(idOrArn, "arn:") {
		for _, r := range s.List(typ) {
			if r.String("arn") == idOrArn {
				return r
			}
		}
	}
	return nil
}

// Where returns the resources of a type whose property at path has the value.
func (s *State) Where(typ, path, value string) []*Resource {
	var all []*Resource
	for _, r := range s.List(typ) {
		for _, v := range r.Strings(path) {
			if v == value {
				all = append(all, r)
				break
			}
		}
	}
	return all
}

// Unacknowledged returns the resource that was created for urn when the caller never named its id since, or nil: the process
// that created it was killed before its answer was recorded.
func (s *State) Unacknowledged(typ, urn string) *Resource {
	for _, r := range s.List(typ) {
		if urn != "" && r.URN == urn && !r.Acknowledged && r.Status != Deleting {
			return r
		}
	}
	return nil
}

func (s *State) add(r *Resource) {
	if s.Resources[r.Type] == nil {
		s.Resources[r.Type] = map[string]*Resource{}
	}
	s.Resources[r.Type][r.ID] = r
}

// layer finds the topmost of computed values, inputs and AWS's defaults that has a value at path.
func (r *Resource) layer(path string) Properties {
	for _, p := range []Properties{r.Computed, r.Inputs} {
		if p.Has(path) {
			return p
		}
	}
	if k := kinds[r.Type]; k != nil {
		return k.Defaults
	}
	return nil
}

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
	tags, _ := out["tags"].(map[string]any)
	out["tagsAll"] = merge(nil, tags)
	out["status"] = r.Status
	return out
}

// owner is the Owner of what AWS creates for this resource.
func (r *Resource) owner() string { return r.Type + " " + r.ID }

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
