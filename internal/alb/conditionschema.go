package alb

import (
	"net/netip"
	"regexp"
	"strings"
)

// conditionSchema is one entry of the JSON of the annotation conditions.<service or action name>
// (LBC pkg/ingress/config_types.go).
type conditionSchema struct {
	Field                   ConditionField `json:"field"`
	HostHeaderConfig        *valuesSchema  `json:"hostHeaderConfig"`
	PathPatternConfig       *valuesSchema  `json:"pathPatternConfig"`
	HTTPHeaderConfig        *headerSchema  `json:"httpHeaderConfig"`
	HTTPRequestMethodConfig *listSchema    `json:"httpRequestMethodConfig"`
	QueryStringConfig       *querySchema   `json:"queryStringConfig"`
	SourceIPConfig          *listSchema    `json:"sourceIPConfig"`
}

type valuesSchema struct {
	Values      []string `json:"values"`
	RegexValues []string `json:"regexValues"`
}

type headerSchema struct {
	HTTPHeaderName string   `json:"httpHeaderName"`
	Values         []string `json:"values"`
	RegexValues    []string `json:"regexValues"`
}

type listSchema struct {
	Values []string `json:"values"`
}

type querySchema struct {
	Values []QueryValue `json:"values"`
}

// namedConditions gives the conditions of the annotation conditions.<name>, none without it; false when LBC or AWS
// refuses them.
func (b *builder) namedConditions(m member, name string) ([]Condition, bool) {
	annotation := conditionsPrefix + name
	if _, ok := m.annotations.values[annotation]; !ok {
		return nil, true
	}
	var schemas []conditionSchema
	if !m.annotations.decode(annotation, &schemas) {
		return nil, false
	}
	ok := true
	bad := b.malformed(m, annotation, &ok)
	var conditions []Condition
	seen := map[ConditionField]bool{}
	for _, schema := range schemas {
		condition, known := schema.condition()
		if !known {
			b.warn(m.key, IgnoredAnnotation, "annotation %s: field %q is none that LBC reads, so the rule matches without it; use host-header, "+
				"path-pattern, http-header, http-request-method, query-string or source-ip",
				annotation, schema.Field)
			continue
		}
		if (condition.Field == HTTPRequestMethod || condition.Field == SourceIP) && seen[condition.Field] {
			bad("a rule can have one %s condition; put all values in one", condition.Field)
		}
		seen[condition.Field] = true
		condition.check(bad)
		conditions = append(conditions, condition)
	}
	return conditions, ok
}

// condition gives the condition without checking it; false for a field that LBC does not know.
func (s conditionSchema) condition() (Condition, bool) {
	c := Condition{Field: s.Field}
	set := func(values *valuesSchema) {
		if values != nil {
			c.Values, c.RegexValues = values.Values, values.RegexValues
		}
	}
	list := func(values *listSchema) {
		if values != nil {
			c.Values = values.Values
		}
	}
	switch s.Field {
	case HostHeader:
		set(s.HostHeaderConfig)
	case PathPattern:
		set(s.PathPatternConfig)
	case HTTPHeader:
		if h := s.HTTPHeaderConfig; h != nil {
			c.HeaderName, c.Values, c.RegexValues = h.HTTPHeaderName, h.Values, h.RegexValues
		}
	case HTTPRequestMethod:
		list(s.HTTPRequestMethodConfig)
	case QueryString:
		if s.QueryStringConfig != nil {
			c.Query = s.QueryStringConfig.Values
		}
	case SourceIP:
		list(s.SourceIPConfig)
	default:
		return c, false
	}
	return c, true
}

var (
	methodName = regexp.MustCompile(`^[A-Z_-]{1,40}$`)
	headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}$")
	hostValue  = regexp.MustCompile(`^[A-Za-z0-9.*?-]+$`)
	pathValue  = regexp.MustCompile(`^[A-Za-z0-9_.$/~"'@:+&*?-]+$`)
)

// maxValueLength is the longest value of a condition in characters.
const maxValueLength = 128

// check refuses what LBC or AWS refuses in a condition
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html).
func (c Condition) check(bad func(string, ...any)) {
	if c.Evaluations() == 0 {
		bad("condition %s has no values; give it at least one", c.Field)
	}
	if len(c.Values) > 0 && len(c.RegexValues) > 0 {
		bad("condition %s has both values and regexValues; use one of them", c.Field)
	}
	if c.Field == HTTPHeader && (!headerName.MatchString(c.HeaderName) || strings.EqualFold(c.HeaderName, "Host")) {
		bad("httpHeaderName %q must be a header name of 1..40 characters other than Host; for that use host-header", c.HeaderName)
	}
	for _, value := range c.Values {
		c.checkValue(value, bad)
	}
	for _, expression := range c.RegexValues {
		if _, err := c.compile(expression); err != nil || expression == "" || len(expression) > maxValueLength {
			bad("%s regex %q must be a regular expression of 1..%d characters without lookaround, backreferences and Unicode character classes",
				c.Field, expression, maxValueLength)
		}
	}
	for _, q := range c.Query {
		if q.Value == "" || len(q.Value) > maxValueLength || len(q.Key) > maxValueLength {
			bad("query-string %q=%q must have a value, and at most %d characters in each", q.Key, q.Value, maxValueLength)
		}
	}
}

func (c Condition) checkValue(value string, bad func(string, ...any)) {
	if value == "" || len(value) > maxValueLength {
		bad("%s value %q has %d characters and must have 1..%d", c.Field, value, len(value), maxValueLength)
		return
	}
	switch c.Field {
	case HostHeader:
		if !hostValue.MatchString(value) {
			bad("host-header value %q may hold letters, digits, hyphen, dot, * and ?", value)
		} else if !strings.Contains(value, ".") {
			bad("host-header value %q must have a dot", value)
		}
	case PathPattern:
		if !pathValue.MatchString(value) {
			bad(`path-pattern value %q may hold letters, digits, and _ - . $ / ~ " ' @ : + & * ?`, value)
		}
	case HTTPRequestMethod:
		if !methodName.MatchString(value) {
			bad("http-request-method value %q must be 1..40 upper-case letters, hyphens and underscores", value)
		}
	case SourceIP:
		if _, err := netip.ParsePrefix(value); err != nil {
			bad("source-ip value %q must be a CIDR block such as 10.0.0.0/8", value)
		}
	}
}
