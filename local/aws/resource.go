package aws

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Create adds a resource as its API call would. urn is the client token: when an earlier creation with the same urn and the same
// inputs was never acknowledged, that resource is returned, so a caller that was killed before it recorded the id can
// repeat the creation. An asynchronous resource is returned in status [Creating].
func (s *State) Create(typ, urn string, inputs Properties) (*Resource, error) {
	if earlier := s.Unacknowledged(typ, urn); earlier != nil && sameJSON(earlier.Inputs, inputs) {
		return earlier, nil
	}
	return s.create(&Resource{Type: typ, URN: urn, Inputs: inputs})
}

// CreateOwned adds a resource on behalf of owner, such as the security group of a load balancer made by a controller.
func (s *State) CreateOwned(typ, owner string, inputs Properties) (*Resource, error) {
	return s.create(&Resource{Type: typ, Owner: owner, Inputs: inputs})
}

func (s *State) create(r *Resource) (*Resource, error) {
	k, err := KindOf(r.Type)
	if err != nil {
		return nil, err
	}
	r.Computed, r.Status = Properties{}, Active
	if k.Name != "" && r.String(k.Name) == "" {
		r.Computed.set(k.Name, r.String(k.Name+"Prefix")+randomHex(26))
	}
	if err := s.references(k, r); err != nil {
		return nil, err
	}
	if strings.Contains(k.ID, "{arn}") {
		r.Computed.set("arn", s.expand(k.Arn, r))
	}
	r.ID = s.expand(k.ID, r)
	if err := s.duplicate(k, r); err != nil {
		return nil, err
	}
	if k.Create != nil {
		if err := k.Create(s, r); err != nil {
			return nil, err
		}
	}
	if k.Arn != "" {
		r.Computed.set("arn", s.expand(k.Arn, r))
	}
	for _, path := range sortedKeys(k.Computed) {
		if !r.Computed.Has(path) && !r.Inputs.Has(path) {
			r.Computed.set(path, s.expand(k.Computed[path], r))
		}
	}
	if k.Asynchronous {
		r.Status, r.Until = Creating, s.now.Add(s.delay)
	}
	s.add(r)
	return r, nil
}

// Update changes the inputs of a resource in place.
func (s *State) Update(typ, id string, inputs Properties) (*Resource, error) {
	k, err := KindOf(typ)
	if err != nil {
		return nil, err
	}
	r := s.Get(typ, id)
	if r == nil || r.Status == Deleting {
		return nil, s.refusal(k.NotFound, &Resource{Type: typ, ID: id}, id)
	}
	old := *r
	r.Inputs, r.Acknowledged = inputs, true
	if err := s.references(k, r); err != nil {
		return nil, err
	}
	if err := s.duplicate(k, r); err != nil {
		return nil, err
	}
	if k.Update != nil {
		if err := k.Update(s, r, &old); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Delete removes a resource, or begins to. A resource that is not there, or already going, is no error.
func (s *State) Delete(typ, id string) error {
	k, err := KindOf(typ)
	if err != nil {
		return err
	}
	r := s.Get(typ, id)
	if r == nil || r.Status == Deleting {
		return nil
	}
	if k.Delete != nil {
		if err := k.Delete(s, r); err != nil {
			return err
		}
	}
	if held := s.holders(r); len(held) > 0 {
		refusal := k.InUse
		refusal.Text += " Held by " + strings.Join(held, ", ") + "."
		return s.refusal(refusal, r, r.ID)
	}
	if k.Asynchronous {
		r.Status, r.Until = Deleting, s.now.Add(s.delay)
		return nil
	}
	s.remove(r)
	return nil
}

// remove takes away a resource with its network interfaces, what it owns and what follows it.
func (s *State) remove(r *Resource) {
	delete(s.Resources[r.Type], r.ID)
	delete(s.LastAddress, r.ID)
	s.detachAll(r.owner())
	for _, typ := range Types() {
		for _, o := range s.List(typ) {
			if o.Owner == r.owner() && len(s.holders(o)) == 0 || follows(o, r) {
				s.remove(o)
			}
		}
	}
	if k := kinds[r.Type]; k.Removed != nil {
		k.Removed(s, r)
	}
}

func follows(o, r *Resource) bool {
	for _, ref := range kinds[o.Type].Refs {
		if ref.To == r.Type && ref.Hold == Follow {
			if v := o.String(ref.Path); v == r.ID || v == r.String("arn") {
				return true
			}
		}
	}
	return false
}

// Health says why a resource whose creation has ended does not work, or nil.
func (s *State) Health(typ, id string) error {
	r := s.Get(typ, id)
	if r == nil || r.Status != Active || kinds[typ].Health == nil {
		return nil
	}
	return kinds[typ].Health(s, r)
}

// Sweep removes every resource made by a caller whose id is not known to it, and returns them. It cleans up after a caller
// that was killed while creating and that will not repeat the creation.
func (s *State) Sweep(known func(typ, id string) bool) []*Resource {
	var swept []*Resource
	for _, typ := range Types() {
		for _, r := range s.List(typ) {
			if r.URN != "" && !known(typ, r.ID) {
				swept = append(swept, r)
			}
		}
	}
	for _, r := range swept {
		s.remove(r)
	}
	return swept
}

var placeholder = regexp.MustCompile(`\{[a-zA-Z0-9.]+\}`)

func (s *State) expand(template string, r *Resource) string {
	return placeholder.ReplaceAllStringFunc(template, func(m string) string {
		switch name := m[1 : len(m)-1]; {
		case name == "region":
			return s.region
		case name == "account":
			return AccountID
		case name == "id":
			return r.ID
		case name == "now":
			return s.now.UTC().Format(time.RFC3339)
		case name == "uuid":
			h := randomHex(32)
			return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
		case name == "value":
			return m
		case strings.HasPrefix(name, "hex"):
			n, _ := strconv.Atoi(name[3:])
			return randomHex(n)
		default:
			return r.String(name)
		}
	})
}

func randomHex(digits int) string {
	raw := make([]byte, (digits+1)/2)
	rand.Read(raw) //nolint:errcheck // never fails
	return hex.EncodeToString(raw)[:digits]
}
