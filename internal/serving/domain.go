package serving

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/edge"
	"github.com/modelway/modelway/internal/rule"
)

// maxDomain leaves room for "api." in a host of a rule, which has at most 128 characters
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html).
const maxDomain = 128 - len("api.")

// checkDomain reports what is not a DNS name of two labels or more, or localhost.
func (b LoadBalancer) checkDomain() []rule.Fault {
	at := rule.Path{"domain"}
	if validDomain(b.Domain) {
		return nil
	}
	return []rule.Fault{{At: at, Given: b.Domain, Problem: "not a DNS domain",
		Allowed: fmt.Sprintf("a name such as company.com in lower case, without scheme, port, path or wildcard, at most %d characters",
			maxDomain),
		Fixes: []rule.Fix{rule.Set(at, proposeDomain(b.Domain))}}}
}

func validDomain(domain string) bool {
	return domain == "localhost" || edge.IsHost(domain) && !strings.HasPrefix(domain, edge.Wildcard) && len(domain) <= maxDomain
}

// proposeDomain makes a domain of what people write in its place: URLs, host and port, upper case, wildcards.
func proposeDomain(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if _, rest, found := strings.Cut(text, "://"); found {
		text = rest
	}
	text, _, _ = strings.Cut(text, "/")
	text, _, _ = strings.Cut(text, ":")
	text = strings.Trim(strings.TrimPrefix(text, "*."), ".")
	if rest, shared := strings.CutPrefix(text, "api."); shared && strings.Contains(rest, ".") {
		text = rest
	}
	if !strings.Contains(text, ".") {
		text += ".com"
	}
	if !validDomain(text) {
		return "company.com"
	}
	return text
}
