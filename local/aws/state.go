package aws

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
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

	region string
	delay  time.Duration
	now    time.Time
	next   time.Time // when the next asynchronous work ends; zero for never
}

func newState() *State {
	return &State{Resources: map[string]map[string]*Resource{}, Interfaces: map[string]*Interface{},
		LoadBalancers: map[string]*LoadBalancer{}, Failed: map[string]int{}}
}

// settle ends the asynchronous work whose time has come.
func (s *State) settle() {
	for _, typ := range sortedKeys(s.Resources) {
		for _, r := range s.List(typ) {
			switch {
			case r.Until.IsZero():
			case s.now.Before(r.Until):
				if s.next.IsZero() || r.Until.Before(s.next) {
					s.next = r.Until
				}
			case r.Status == Deleting:
				s.remove(r)
			default:
				r.Status, r.Until = Active, time.Time{}
			}
		}
	}
}

// Empty says whether nothing is left in the account but what was there before: see [State.Seed].
func (s *State) Empty() bool { return len(s.Left()) == 0 }

// Left names what is in the account besides what was there before.
func (s *State) Left() (all []string) {
	for _, typ := range Types() {
		for _, r := range s.List(typ) {
			if !s.seeded(r.Owner) {
				all = append(all, kinds[typ].Noun()+" "+r.ID)
			}
		}
	}
	for _, id := range sortedKeys(s.Interfaces) {
		if i := s.Interfaces[id]; !s.seeded(i.Owner) {
			all = append(all, "network interface "+id+" ("+i.Description+")")
		}
	}
	for _, arn := range sortedKeys(s.LoadBalancers) {
		all = append(all, "load balancer "+arn)
	}
	return all
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
		return first(s.Where(typ, "arn", idOrArn))
	}
	return nil
}

// Find returns the resource with what the provider's import takes: the id, or the form of [Kind.Import]. Nil when there is none.
func (s *State) Find(typ, name string) *Resource {
	if r := s.Get(typ, name); r != nil || kinds[typ].Import == "" {
		return r
	}
	for _, r := range s.List(typ) {
		if s.expand(kinds[typ].Import, r) == name {
			return r
		}
	}
	return nil
}

// Where returns the resources of a type whose property at path has the value.
func (s *State) Where(typ, path, value string) []*Resource {
	var all []*Resource
	for _, r := range s.List(typ) {
		if slices.Contains(r.Strings(path), value) {
			all = append(all, r)
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
		r.Computed[k.Name] = r.String(k.Name+"Prefix") + randomHex(26)
	}
	if r.ID == "" {
		r.ID = s.expand(k.ID, r)
	}
	if k.Arn != "" {
		r.Computed["arn"] = s.expand(k.Arn, r)
	}
	if k.ID == "" {
		r.ID = r.String("arn")
	}
	for path, template := range k.Computed {
		if !r.has(path) {
			r.Computed[path] = s.expand(template, r)
		}
	}
	if err := s.apply(k, r, nil); err != nil {
		return nil, err
	}
	if k.Asynchronous {
		r.Status, r.Until = Creating, s.now.Add(s.delay)
	}
	s.add(r)
	return r, nil
}

func (s *State) apply(k *Kind, r, old *Resource) error {
	if err := s.references(k, r); err != nil {
		return err
	}
	if err := s.duplicate(k, r); err != nil {
		return err
	}
	if err := s.checkQuotas(r); err != nil || k.Apply == nil {
		return err
	}
	return k.Apply(s, r, old)
}

func (s *State) add(r *Resource) {
	if s.Resources[r.Type] == nil {
		s.Resources[r.Type] = map[string]*Resource{}
	}
	s.Resources[r.Type][r.ID] = r
}

// Update changes the inputs of a resource in place.
func (s *State) Update(typ, id string, inputs Properties) (*Resource, error) {
	k, err := KindOf(typ)
	if err != nil {
		return nil, err
	}
	r := s.Get(typ, id)
	if r == nil || r.Status == Deleting {
		return nil, k.missing(id)
	}
	old := *r
	r.Inputs, r.Acknowledged = inputs, true
	return r, s.apply(k, r, &old)
}

// Delete removes a resource, or begins to. A resource that is not there, or already going, is not an error.
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
		return refuse(k.Held, "The %s '%s' has dependencies and cannot be deleted. Held by %s.", k.Noun(), r.ID, strings.Join(held, ", "))
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
	gone := s.pointers(r, Follow)
	for _, typ := range Types() {
		for _, o := range s.List(typ) {
			if o.Owner == r.owner() {
				gone = append(gone, o)
			}
		}
	}
	delete(s.Resources[r.Type], r.ID)
	s.detachAll(r.owner())
	for _, o := range gone {
		if o.Owner != r.owner() || len(s.holders(o)) == 0 {
			s.remove(o)
		}
	}
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
func (s *State) Sweep(known func(typ, id string) bool) (swept []*Resource) {
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

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
