package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	awskinds "github.com/modelway/modelway/internal/aws/kinds"
)

// Kind is a type of resource: what the table of all kinds says of its ids, ARNs and computed properties, and what AWS makes of its inputs.
// An error code may be left out where it is the usual one of the [Service].
type Kind struct {
	awskinds.Kind
	// Type is the Pulumi type token, such as aws:ec2/vpc:Vpc.
	Type string
	// Service is the API.
	Service *Service
	// Calls are the actions that create, update and delete. Default Create, Update (ec2: Modify) and Delete, then the noun.
	Calls [3]string
	// Import is a template of what the provider's import takes where that is not the id.
	Import string
	// Required lists inputs that cannot be empty where their type does not say so: lists and documents.
	Required []string
	// Defaults are what AWS uses for inputs that are not given.
	Defaults Properties
	// Unique lists the properties that, taken together, no two resources may share.
	Unique []string
	// Refs are the references to other resources.
	Refs []Ref
	// Asynchronous says that creating and deleting take [Account.Delay].
	Asynchronous bool
	// Missing, Taken and Held are the error codes for one that does not exist, a second one and one that others refer to.
	Missing, Taken, Held string

	// Check judges inputs without looking at the account.
	Check func(in Properties) []error
	// Apply refuses what the table cannot say, and sets computed properties. old is the resource before an update, nil at its creation.
	Apply func(s *State, r, old *Resource) error
	// Delete refuses what the references do not say.
	Delete func(s *State, r *Resource) error
	// Health says why a resource whose creation has ended does not work.
	Health func(s *State, r *Resource) error
}

// Service is an API of AWS: its name in actions, the verb of its updates and its usual error codes, the last being the one for
// a parameter that it does not take.
type Service struct{ Name, Update, Missing, Taken, Held, Invalid string }

var (
	ec2  = &Service{"ec2", "Modify", "Invalid{noun}ID.NotFound", "Resource.AlreadyAssociated", "DependencyViolation", "InvalidParameter"}
	iam  = &Service{"iam", "Update", "NoSuchEntity", "EntityAlreadyExists", "DeleteConflict", "InvalidInput"}
	kms  = &Service{"kms", "Update", "NotFoundException", "AlreadyExistsException", "", "ValidationException"}
	logs = &Service{"logs", "Update", "ResourceNotFoundException", "ResourceAlreadyExistsException", "", "InvalidParameterException"}
	eks  = &Service{"eks", "Update", "ResourceNotFoundException", "ResourceInUseException", "ResourceInUseException",
		"InvalidParameterException"}
	s3      = &Service{"s3", "Put", "NoSuchBucket", "BucketAlreadyOwnedByYou", "", "InvalidArgument"}
	acm     = &Service{"acm", "Update", "ResourceNotFoundException", "", "ResourceInUseException", "ValidationException"}
	route53 = &Service{"route53", "Change", "NoSuchHostedZone", "", "HostedZoneNotEmpty", "InvalidChangeBatch"}
	ecr     = &Service{"ecr", "Put", "RepositoryNotFoundException", "RepositoryAlreadyExistsException", "", "InvalidParameterException"}
	aps     = &Service{"aps", "Update", "ResourceNotFoundException", "ConflictException", "ConflictException", "ValidationException"}
	rds     = &Service{"rds", "Modify", "", "", "", "InvalidParameterValue"}
	budgets = &Service{"budgets", "Update", "NotFoundException", "DuplicateRecordException", "", "InvalidParameterException"}
)

// Hold is what a reference means for the resource that it points at.
type Hold int

// Loose references may point at something that has gone; a Block one forbids deleting its target; a Follow one is deleted
// with its target.
const (
	Loose Hold = iota
	Block
	Follow
)

// Ref is a reference: the values at Path are ids or ARNs of resources of type To, which must exist. A role must also let the
// service Assume assume it.
type Ref struct {
	Path, To string
	Hold     Hold
	Assume   string
}

var kinds = map[string]*Kind{}

func register(service *Service, all ...Kind) {
	for _, k := range all {
		k.Service = service
		k.Kind, _ = awskinds.Of(k.Type)
		for i, verb := range []string{"Create", service.Update, "Delete"} {
			if k.Calls[i] == "" {
				k.Calls[i] = verb + k.Noun()
			}
		}
		for code, usual := range map[*string]string{&k.Missing: service.Missing, &k.Taken: service.Taken, &k.Held: service.Held} {
			if *code == "" {
				*code = strings.ReplaceAll(usual, "{noun}", k.Noun())
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

func (k *Kind) missing(value string) error {
	return refuse(k.Missing, "The %s '%s' does not exist", k.Noun(), value)
}

// Ranged returns the properties of the kind that the tables of ranges and groups name.
func (k *Kind) Ranged() []string {
	names := sortedKeys(ranges[k.Type])
	for _, g := range groups[k.Type] {
		names = append(names, g.paths...)
	}
	return names
}

// Validate judges inputs by what needs no account: required and allowed values, and the rules of the kind. Unknown values are
// left out of in, and unknown says which properties they are.
func (k *Kind) Validate(in Properties, unknown func(property string) bool) (faults []error) {
	for _, path := range k.Required {
		if !in.Has(path) && !unknown(path) {
			faults = append(faults, fmt.Errorf("%s is required and must not be empty", path))
		}
	}
	faults = append(faults, judge(k.Type, in, unknown)...)
	if k.Check != nil {
		faults = append(faults, k.Check(in)...)
	}
	return faults
}
