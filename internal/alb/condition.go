package alb

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/glob"
)

// ConditionField names what a condition looks at.
type ConditionField string

// The fields of a rule condition. A rule has at most one condition of each of host-header, path-pattern,
// http-request-method and source-ip, and any number of http-header and query-string
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html).
const (
	HostHeader        ConditionField = "host-header"
	PathPattern       ConditionField = "path-pattern"
	HTTPHeader        ConditionField = "http-header"
	HTTPRequestMethod ConditionField = "http-request-method"
	QueryString       ConditionField = "query-string"
	SourceIP          ConditionField = "source-ip"
)

// Condition is one condition of a rule. It holds when one of its values does. "*" stands for zero or more characters
// and "?" for exactly one in host-header (case does not matter), path-pattern (case matters), http-header and
// query-string (case does not matter); http-request-method is compared as it is; source-ip values are CIDR blocks.
type Condition struct {
	Field ConditionField
	// HeaderName is the header that http-header looks at; case does not matter.
	HeaderName string
	// Values are the alternatives, except for query-string and where RegexValues are used.
	Values []string
	// RegexValues are regular expressions, for host-header, path-pattern and http-header, in place of Values.
	RegexValues []string
	// Query are the alternatives of query-string.
	Query []QueryValue
}

// QueryValue is a query parameter to look for. A backslash makes a wildcard character literal.
type QueryValue struct {
	// Key of the parameter; empty for any key.
	Key string
	// Value of the parameter; required.
	Value string
}

// Evaluations gives the number of values, as the quota on condition values counts them.
func (c Condition) Evaluations() int { return len(c.Values) + len(c.RegexValues) + len(c.Query) }

// Wildcards gives the number of "*" and "?", as the quota on condition wildcards counts them.
func (c Condition) Wildcards() int {
	count := 0
	if c.hasWildcards() {
		for _, value := range c.Values {
			count += glob.New(value, false).Wildcards()
		}
	}
	for _, q := range c.Query {
		count += glob.New(q.Key, true).Wildcards() + glob.New(q.Value, true).Wildcards()
	}
	return count
}

// hasWildcards reports whether Values are patterns.
func (c Condition) hasWildcards() bool {
	return c.Field == HostHeader || c.Field == PathPattern || c.Field == HTTPHeader
}

// foldsCase reports whether Values are compared without regard to case.
func (c Condition) foldsCase() bool { return c.Field == HostHeader || c.Field == HTTPHeader }

// Matches reports whether the condition holds for a request.
func (c Condition) Matches(request Request) bool {
	switch c.Field {
	case HostHeader:
		return c.matchText(hostname(request.Host))
	case PathPattern:
		return c.matchText(request.Path)
	case HTTPRequestMethod:
		return slices.Contains(c.Values, request.Method)
	case HTTPHeader:
		return slices.ContainsFunc(request.Header.Values(c.HeaderName), c.matchText)
	case QueryString:
		return slices.ContainsFunc(c.Query, func(want QueryValue) bool { return want.matches(request) })
	case SourceIP:
		return slices.ContainsFunc(c.Values, func(block string) bool {
			prefix, err := netip.ParsePrefix(block)
			return err == nil && prefix.Contains(request.SourceIP)
		})
	}
	return false
}

// matchText reports whether one of the values or regular expressions matches the text.
func (c Condition) matchText(text string) bool {
	if slices.ContainsFunc(c.RegexValues, func(expression string) bool {
		regex, err := c.compile(expression)
		return err == nil && regex.MatchString(text)
	}) {
		return true
	}
	if c.foldsCase() {
		text = fold(text)
	}
	return slices.ContainsFunc(c.Values, func(value string) bool { return c.glob(value).Match(text) })
}

// glob reads one of Values in the form that texts are compared with.
func (c Condition) glob(value string) glob.Glob {
	if c.foldsCase() {
		value = fold(value)
	}
	return glob.New(value, false)
}

// compile reads one of RegexValues.
func (c Condition) compile(expression string) (*regexp.Regexp, error) {
	if c.foldsCase() {
		return compile("(?i)" + expression)
	}
	return compile(expression)
}

func (q QueryValue) matches(request Request) bool {
	for key, values := range request.Query {
		if q.Key != "" && !glob.New(fold(q.Key), true).Match(fold(key)) {
			continue
		}
		if slices.ContainsFunc(values, func(v string) bool { return glob.New(fold(q.Value), true).Match(fold(v)) }) {
			return true
		}
	}
	return false
}

// fold gives the form in which text is compared where case does not matter.
func fold(s string) string { return strings.ToLower(s) }
