package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind is a type of resource: one entry in the table of what the account knows.
//
// ID, Arn and the values of Computed are templates. In them {region}, {account}, {uuid} and {hex17} (17 hexadecimal digits;
// other lengths likewise) are filled in, {id} is the id, and any other name is the property of that name.
type Kind struct {
	// Type is the Pulumi type token, such as aws:ec2/vpc:Vpc.
	Type string
	// Service is the API, such as ec2.
	Service string
	// Calls are the actions that create, update and delete. Default Create, Update (ec2: Modify) and Delete, then the
	// name of the type.
	Calls [3]string
	// ID and Arn are templates. A kind without Arn has none.
	ID, Arn string
	// Name is the property that the provider fills with a generated name when it is not given. Default none.
	Name string
	// NamePrefix begins generated names, such as alias/ for a KMS alias.
	NamePrefix string
	// Required lists inputs that cannot be empty where their type does not say so: lists and documents.
	Required []string
	// Allowed lists the values that a property may have.
	Allowed map[string][]string
	// Defaults are what AWS uses for inputs that are not given.
	Defaults Properties
	// Computed are templates of properties that AWS adds.
	Computed map[string]string
	// Unique lists the properties that, taken together, no two resources may share.
	Unique []string
	// Duplicate, NotFound and InUse are the refusals for a second one, a missing one and one that others refer to.
	Duplicate, NotFound, InUse Refusal
	// Refs are the references to other resources.
	Refs []Ref
	// Asynchronous says that creating and deleting take [Account.Delay].
	Asynchronous bool

	// Check judges inputs without looking at the account; nil means that there is nothing more to check.
	Check func(in Properties) []error
	// Create applies the rules of AWS to a resource that is not in the account yet and sets computed properties.
	Create func(s *State, r *Resource) error
	// Update does the same when inputs have changed; old is the resource with its old inputs.
	Update func(s *State, r, old *Resource) error
	// Delete refuses what the references do not say.
	Delete func(s *State, r *Resource) error
	// Removed follows a removal.
	Removed func(s *State, r *Resource)
	// Health says why a resource whose creation has ended does not work.
	Health func(s *State, r *Resource) error
}

// Refusal is an error code and its text as a template.
type Refusal struct{ Code, Text string }

// Hold is what a reference means for the resource that it points at.
type Hold int

// Loose references may point at something that has gone; a Block one forbids deleting its target; a Follow one is deleted
// with its target.
const (
	Loose Hold = iota
	Block
	Follow
)

// Ref is a reference: the values at Path are ids or ARNs of resources of type To, which must exist.
type Ref struct {
	Path, To string
	Hold     Hold
}

var kinds = map[string]*Kind{}

func register(all ...Kind) {
	for _, k := range all {
		verb := "Update"
		if k.Service == "ec2" {
			verb = "Modify"
		}
		for i, v := range []string{"Create", verb, "Delete"} {
			if k.Calls[i] == "" {
				k.Calls[i] = v + k.Noun()
			}
		}
		kinds[k.Type] = &k
	}
}

// KindOf returns the table entry of a type, or an error that names the type.
func KindOf(typ string) (*Kind, error) {
	if k := kinds[typ]; k != nil {
		return k, nil
	}
	return nil, fmt.Errorf("resource type %q is not in the simulated AWS; it has %s", typ, strings.Join(Types(), ", "))
}

// Types returns all type tokens in order.
func Types() []string { return slices.Sorted(maps.Keys(kinds)) }

// Noun is the last part of the type: Vpc.
func (k *Kind) Noun() string { return k.Type[strings.LastIndex(k.Type, ":")+1:] }

// Validate judges inputs by what needs no account: required and allowed values, and the rules of the kind. Unknown values are
// left out of in, and unknown says which properties they are.
func (k *Kind) Validate(in Properties, unknown func(property string) bool) []error {
	var faults []error
	for _, path := range k.Required {
		if !in.Has(path) && !unknown(path) {
			faults = append(faults, fmt.Errorf("%s is required and must not be empty", path))
		}
	}
	for _, path := range sortedKeys(k.Allowed) {
		for _, v := range in.All(path) {
			if got := fmt.Sprint(v); !slices.Contains(k.Allowed[path], got) {
				faults = append(faults, fmt.Errorf("%s is %q: allowed are %s", path, got, strings.Join(k.Allowed[path], ", ")))
			}
		}
	}
	faults = append(faults, tagFaults(in)...)
	if k.Check != nil {
		faults = append(faults, k.Check(in)...)
	}
	return faults
}

// tagFaults applies the limits of https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html.
func tagFaults(in Properties) (faults []error) {
	tags, _ := in["tags"].(map[string]any)
	if len(tags) > 50 {
		faults = append(faults, fmt.Errorf("tags has %d entries: at most 50 are allowed", len(tags)))
	}
	for _, key := range sortedKeys(tags) {
		value := fmt.Sprint(tags[key])
		switch {
		case key == "" || len(key) > 128:
			faults = append(faults, fmt.Errorf("tags has the key %q: a key has 1 to 128 characters", key))
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			faults = append(faults, fmt.Errorf("tags has the key %q: the prefix aws: is reserved", key))
		case len(value) > 256:
			faults = append(faults, fmt.Errorf("tags has a value of %d characters for %q: at most 256 are allowed", len(value), key))
		}
	}
	return faults
}

// refusal fills in a template for the resource or, where there is none, for the value that was looked for.
func (s *State) refusal(f Refusal, r *Resource, value string) error {
	return refuse(f.Code, "%s", strings.ReplaceAll(s.expand(f.Text, r), "{value}", value))
}

func (s *State) references(k *Kind, r *Resource) error {
	for _, ref := range k.Refs {
		target := kinds[ref.To]
		for _, value := range r.Strings(ref.Path) {
			if found := s.Get(ref.To, value); found != nil && found.Status != Deleting {
				continue
			}
			missing := target.NotFound
			if k.Service == "eks" && target.Service != "eks" {
				missing.Code = "InvalidParameterException"
			}
			return s.refusal(missing, r, value)
		}
	}
	return nil
}

func (s *State) duplicate(k *Kind, r *Resource) error {
	if len(k.Unique) == 0 || r.String(k.Unique[0]) == "" {
		return nil
	}
others:
	for _, o := range s.List(r.Type) {
		for _, path := range k.Unique {
			if o == r || o.String(path) != r.String(path) {
				continue others
			}
		}
		return s.refusal(k.Duplicate, r, o.ID)
	}
	return nil
}

// holders names what keeps a resource from being deleted.
func (s *State) holders(r *Resource) []string {
	var all []string
	for _, typ := range Types() {
		for _, ref := range kinds[typ].Refs {
			if ref.To != r.Type || ref.Hold != Block {
				continue
			}
			for _, o := range s.List(typ) {
				refers := slices.ContainsFunc(o.Strings(ref.Path), func(v string) bool { return v == r.ID || v == r.String("arn") })
				if refers && o.Owner != r.owner() && o != r {
					all = append(all, kinds[typ].Noun()+" "+o.ID)
				}
			}
		}
	}
	for _, id := range sortedKeys(s.Interfaces) {
		if i := s.Interfaces[id]; i.SubnetID == r.ID || slices.Contains(i.SecurityGroupIDs, r.ID) {
			all = append(all, fmt.Sprintf("network interface %s (%s)", id, i.Description))
		}
	}
	return all
}
