package aws

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Elements of an IAM document and of its statements
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
var (
	documentElements  = strings.Fields("Version Id Statement")
	statementElements = strings.Fields("Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition")
)

var (
	sidText    = regexp.MustCompile(`^[0-9A-Za-z]*$`)
	sidOfS3    = regexp.MustCompile(`^[0-9A-Za-z _-]*$`)
	actionText = regexp.MustCompile(`^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$`)
	arnText    = regexp.MustCompile(`^arn:([a-z*?-]+):[a-zA-Z0-9*?-]+:[^:]*:[^:]*:.+$`)
	principal  = regexp.MustCompile(
		`^(\*|[0-9]{12}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role|federated-user)/[^*?]+)|A(ID|RO)A[A-Z0-9]{16,})$`)
	servicePart = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*\.(amazonaws\.com(\.cn)?|aws\.internal|amazon\.com|c2s\.ic\.gov|sc2s\.sgov\.gov)$`)
	federated   = regexp.MustCompile(
		`^(arn:aws[a-z-]*:iam::[0-9]{12}:(oidc-provider|saml-provider)/.+|cognito-identity\.amazonaws\.com|www\.amazon\.com|graph\.facebook\.com|accounts\.google\.com)$`)
)

// partitions are the parts of AWS that an ARN can be in.
var partitions = strings.Fields("aws aws-cn aws-us-gov aws-iso aws-iso-b aws-iso-e aws-iso-f aws-eusc *")

// operators are the condition operators
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html). In front of one can be
// ForAllValues: or ForAnyValue:, and behind it IfExists, except for Null.
var operators = strings.Fields(`StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike
	NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals
	DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals
	Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null`)

// grammar collects what is wrong with the text of one IAM document, by the rules of its form.
type grammar struct {
	form
	faults []string
}

// judgeDocument returns what is wrong with an IAM document. It knows nothing of the account: whether a principal or a resource
// exists is another question.
func (f form) judgeDocument(raw string) []string {
	var document map[string]any
	if err := json.Unmarshal([]byte(raw), &document); err != nil {
		return []string{fmt.Sprintf("This policy contains invalid Json: %v", err)}
	}
	g := &grammar{form: f}
	g.elements("policy", document, documentElements)
	statements := listed(document["Statement"])
	if version := document["Version"]; version != "2012-10-17" || len(statements) == 0 {
		g.fault("Syntax errors in policy: Version is %q with %d statements, allowed is 2012-10-17 with at least one",
			fmt.Sprint(orEmpty(version)), len(statements))
	}
	sids := map[string]bool{}
	for i, element := range statements {
		at := fmt.Sprintf("statement %d", i+1)
		statement, ok := element.(map[string]any)
		if !ok {
			g.fault("Syntax errors in policy: %s is not an object", at)
			continue
		}
		g.statement(at, statement)
		if sid, _ := statement["Sid"].(string); sid != "" {
			if sids[sid] {
				g.fault("Statement IDs (SID) in a single policy must be unique: %s has %q again", at, sid)
			}
			sids[sid] = true
		}
	}
	return g.faults
}

func (g *grammar) fault(format string, args ...any) {
	g.faults = append(g.faults, fmt.Sprintf(format, args...))
}

// elements refuses keys that an object cannot have.
func (g *grammar) elements(at string, object map[string]any, allowed []string) {
	for _, key := range sortedKeys(object) {
		if !slices.Contains(allowed, key) {
			g.fault("Syntax errors in policy: %s has the unknown element %q, allowed are %s", at, key, strings.Join(allowed, ", "))
		}
	}
}

func (g *grammar) statement(at string, st map[string]any) {
	g.elements(at, st, statementElements)
	if effect := st["Effect"]; effect != "Allow" && effect != "Deny" {
		g.fault("Syntax errors in policy: %s has Effect %q, allowed are Allow, Deny", at, fmt.Sprint(orEmpty(effect)))
	}
	sid, isText := orEmpty(st["Sid"]).(string)
	if text := map[bool]*regexp.Regexp{true: sidOfS3, false: sidText}[g.looseSid]; !isText || !text.MatchString(sid) {
		g.fault("%s: Statement IDs (SID) must be alpha-numeric. %q does not match %s", at, fmt.Sprint(st["Sid"]), text)
	}
	has := func(name string) bool { return st[name] != nil || st["Not"+name] != nil }
	if g.principals != has("Principal") || g.resources != has("Resource") {
		g.fault("%s: %s", at, g.form)
	}
	for _, name := range []string{"Principal", "Action", "Resource"} {
		if st[name] != nil && st["Not"+name] != nil {
			g.fault("Syntax errors in policy: %s has both %s and Not%s", at, name, name)
		}
	}
	if len(listed(st["Action"]))+len(listed(st["NotAction"])) == 0 {
		g.fault("%s: Policy statement must contain actions.", at)
	}
	g.texts(at, st, "Action", g.action)
	g.texts(at, st, "Resource", g.resource)
	g.principal(at, st["Principal"])
	g.principal(at, st["NotPrincipal"])
	g.conditions(at, st["Condition"])
}

// texts judges the values of an element and of its negation, which are one text or a list of them.
func (g *grammar) texts(at string, st map[string]any, name string, judge func(at, text string)) {
	for _, element := range []string{name, "Not" + name} {
		for _, value := range listed(st[element]) {
			if text, ok := value.(string); ok {
				judge(at, text)
			} else {
				g.fault("Syntax errors in policy: %s has %v in %s, which is not text", at, value, element)
			}
		}
	}
}

func (g *grammar) action(at, text string) {
	switch service, _, _ := strings.Cut(text, ":"); {
	case text != "*" && !actionText.MatchString(text):
		g.fault("%s: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. %q is not", at, text)
	case text != "*" && g.service != "" && !strings.EqualFold(service, g.service):
		g.fault("%s: %s has actions of %s only: %q is not one", at, g.name, g.service, text)
	}
}

func (g *grammar) resource(at, text string) {
	match := arnText.FindStringSubmatch(text)
	switch {
	case text == "*":
	case match == nil:
		g.fault(`%s: Resource %s must be in ARN format or "*".`, at, text)
	case !slices.Contains(partitions, match[1]):
		g.fault("%s: Partition %q is not valid for resource %q.", at, match[1], text)
	}
}

// principal judges who a statement is about: everybody, or lists by kind.
func (g *grammar) principal(at string, value any) {
	kinds := map[string]*regexp.Regexp{"AWS": principal, "Service": servicePart, "Federated": federated,
		"CanonicalUser": regexp.MustCompile("^[0-9a-f]{64}$")}
	object, isObject := value.(map[string]any)
	switch {
	case value == nil || value == "*":
		return
	case !isObject || len(object) == 0:
		g.fault("Syntax errors in policy: %s: Principal is %v, allowed are * and an object with %s", at, value, strings.Join(sortedKeys(kinds),
			", "))
	}
	g.elements(at+": Principal", object, sortedKeys(kinds))
	for _, kind := range sortedKeys(object) {
		if len(listed(object[kind])) == 0 {
			g.fault("%s: Principal %s is empty", at, kind)
		}
		for _, who := range listed(object[kind]) {
			if text, ok := who.(string); kinds[kind] != nil && (!ok || !kinds[kind].MatchString(text)) {
				g.fault("%s: Invalid principal in policy: %q:%q", at, strings.ToUpper(kind), fmt.Sprint(who))
			}
		}
	}
}

func (g *grammar) conditions(at string, value any) {
	object, ok := value.(map[string]any)
	if value != nil && !ok {
		g.fault("Syntax errors in policy: %s: Condition is not an object", at)
	}
	for _, name := range sortedKeys(object) {
		bare := strings.TrimPrefix(strings.TrimPrefix(name, "ForAllValues:"), "ForAnyValue:")
		if trimmed := strings.TrimSuffix(bare, "IfExists"); trimmed != "Null" {
			bare = trimmed
		}
		keys, isObject := object[name].(map[string]any)
		if !slices.Contains(operators, bare) {
			g.fault("%s: Invalid Condition type : %s.", at, name)
		} else if !isObject || len(keys) == 0 {
			g.fault("Syntax errors in policy: %s: %s has no condition keys", at, name)
		}
		for _, key := range sortedKeys(keys) {
			g.condition(at, bare, key, listed(keys[key]))
		}
	}
}

func (g *grammar) condition(at, operator, key string, values []any) {
	if !strings.Contains(key, ":") {
		g.fault("%s: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. %q is not", at, key)
	}
	if len(values) == 0 {
		g.fault("Syntax errors in policy: %s: %s %s has no values", at, operator, key)
	}
	for _, value := range values {
		_, isObject := value.(map[string]any)
		_, isList := value.([]any)
		if isObject || isList || value == nil || !comparable(operator, fmt.Sprint(value)) {
			g.fault("%s: Value %v is not one that %s compares", at, value, operator)
		}
	}
}

// comparable says whether an operator can compare a value. One with a policy variable is only known when the policy is used.
func comparable(operator, value string) bool {
	operator = strings.TrimPrefix(operator, "Not")
	var err error
	switch {
	case strings.Contains(value, "${"):
	case operator == "Bool" || operator == "Null":
		_, err = strconv.ParseBool(strings.ToLower(value))
	case strings.HasPrefix(operator, "Numeric"):
		_, err = strconv.ParseFloat(value, 64)
	case strings.HasPrefix(operator, "Date"):
		if _, err = strconv.ParseInt(value, 10, 64); err != nil {
			if _, err = time.Parse(time.RFC3339, value); err != nil {
				_, err = time.Parse(time.DateOnly, value)
			}
		}
	case operator == "IpAddress":
		if _, err = netip.ParsePrefix(value); err != nil {
			_, err = netip.ParseAddr(value)
		}
	case strings.HasPrefix(operator, "Arn"):
		return value == "*" || strings.HasPrefix(value, "arn:")
	}
	return err == nil
}

// listed is a value as a list: IAM takes one element in place of a list of one.
func listed(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{value}
}

func orEmpty(value any) any {
	if value == nil {
		return ""
	}
	return value
}
