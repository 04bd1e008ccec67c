package iamaccess

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/iamdoc"
)

// Principal is who a statement of a resource-based policy or a trust policy is about. Everybody is the ARN *.
type Principal struct {
	AWS, Service, Federated iamdoc.Values
}

// UnmarshalJSON reads an object of principals, or the text * for everybody.
func (p *Principal) UnmarshalJSON(text []byte) error {
	var everybody string
	if err := json.Unmarshal(text, &everybody); err == nil {
		*p = Principal{AWS: iamdoc.Values{everybody}}
		return nil
	}
	type plain Principal
	return json.Unmarshal(text, (*plain)(p))
}

// Caller is who asks.
type Caller struct {
	// Names are the ARNs of the caller: of the session, and of its role.
	Names []string
	// Account is the number of the caller's account. Default none, as for a service.
	Account string
	// Service or Federated is what a caller is that is no identity of an account: the name of a service, or the ARN of a provider.
	Service, Federated string
}

// For returns the statements of a resource-based policy that are about a caller. Those that allow something to the account as a whole are
// in delegated: they leave it to the policies of the account's identities
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts). A statement without a
// resource, as in a trust policy, is about every resource.
func (p Policy) For(c Caller) (direct, delegated Policy) {
	for _, s := range p.Statements {
		if s.Principal == nil {
			continue
		}
		if len(s.Resource) == 0 && len(s.NotResource) == 0 {
			s.Resource = iamdoc.Values{"*"}
		}
		switch {
		case c.named(s.Principal), c.ofAccount(s.Principal) && s.Effect == iamdoc.Deny:
			direct.Statements = append(direct.Statements, s)
		case c.ofAccount(s.Principal):
			delegated.Statements = append(delegated.Statements, s)
		}
	}
	return direct, delegated
}

func (c Caller) named(p *Principal) bool {
	byName := func(name string) bool { return name == "*" || slices.Contains(c.Names, name) }
	return slices.ContainsFunc(p.AWS, byName) ||
		c.Service != "" && slices.Contains(p.Service, c.Service) ||
		c.Federated != "" && slices.Contains(p.Federated, c.Federated)
}

func (c Caller) ofAccount(p *Principal) bool {
	return c.Account != "" && slices.ContainsFunc(p.AWS, func(name string) bool {
		return name == c.Account || strings.HasPrefix(name, "arn:") && strings.HasSuffix(name, ":iam::"+c.Account+":root")
	})
}
