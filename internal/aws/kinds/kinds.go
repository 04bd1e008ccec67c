// Package kinds is the table of the types of AWS resources that the program makes: how their ids and ARNs look, whether they take tags, and
// which IAM actions reading, creating, changing and deleting them needs.
package kinds

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

// Kind is a type of resource. ID, Arn and the values of Computed are templates for Expand.
type Kind struct {
	// Type is the Pulumi type token, such as aws:ec2/vpc:Vpc.
	Type string
	// ID is what the Pulumi AWS provider uses as the id, by default the ARN. Without Arn there is no property arn.
	ID, Arn string
	// Name is the property that the provider fills with a generated name when it is not given, which begins with NamePrefix.
	Name, NamePrefix string
	// Computed are properties that AWS adds.
	Computed map[string]string
	// Tags says that it takes tags.
	Tags bool
	// Needs are the actions that reading, creating, changing and deleting it needs.
	Needs []Grant
}

// Task is something besides resources that needs rights.
type Task struct {
	Of    string
	Needs []Grant
}

// Grant is actions within a scope.
type Grant struct {
	Scope   Scope
	Actions []string
}

// on grants actions of a service within a scope.
func on(s Scope, service string, actions ...string) Grant {
	g := Grant{Scope: s}
	for _, action := range actions {
		g.Actions = append(g.Actions, service+":"+action)
	}
	return g
}

// All lists the kinds.
func All() []Kind {
	return slices.Concat(networkKinds, clusterKinds, identityKinds, storageKinds, databaseKinds, edgeKinds)
}

var byType = func() map[string]Kind {
	all := map[string]Kind{}
	for _, k := range All() {
		all[k.Type] = k
	}
	return all
}()

// Of returns the kind of a type token.
func Of(token string) (Kind, bool) {
	k, ok := byType[token]
	return k, ok
}

// Tagged lists the type tokens of the kinds that take tags.
func Tagged() []string {
	var all []string
	for _, k := range All() {
		if k.Tags {
			all = append(all, k.Type)
		}
	}
	return all
}

// Needs are the grants of all kinds and tasks.
func Needs() []Grant {
	var all []Grant
	for _, k := range All() {
		all = append(all, k.Needs...)
	}
	for _, t := range slices.Concat(networkTasks, clusterTasks, identityTasks, storageTasks) {
		all = append(all, t.Needs...)
	}
	return all
}

// Values fill in templates.
type Values struct {
	Region, Account string
	// Hex gives a number of hexadecimal digits, in lower case.
	Hex func(digits int) string
	// Property gives any other value by its name.
	Property func(name string) string
}

var placeholder = regexp.MustCompile(`\{[a-zA-Z0-9.]+\}`)

// Expand fills in a template: {partition}, {region}, {suffix} (of host names), {account}, {uuid}, {hex17} (17 hexadecimal digits; other
// lengths likewise; {HEX17} in capitals), and any other name as a property.
func Expand(template string, v Values) string {
	return placeholder.ReplaceAllStringFunc(template, func(m string) string {
		switch name := m[1 : len(m)-1]; name {
		case "partition":
			return aws.Partition(v.Region)
		case "region":
			return v.Region
		case "suffix":
			return aws.DNSSuffix(v.Region)
		case "account":
			return v.Account
		case "uuid":
			h := v.Hex(32)
			return strings.Join([]string{h[:8], h[8:12], "4" + h[13:16], "8" + h[17:20], h[20:]}, "-")
		default:
			digits, isHex := strings.CutPrefix(strings.ToLower(name), "hex")
			n, err := strconv.Atoi(digits)
			switch {
			case !isHex || err != nil:
				return v.Property(name)
			case strings.HasPrefix(name, "HEX"):
				return strings.ToUpper(v.Hex(n))
			}
			return v.Hex(n)
		}
	})
}
