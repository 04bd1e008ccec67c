package rules

import (
	"encoding/json"
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// texts is one text or several, as IAM writes them.
type texts []string

// UnmarshalJSON reads a text or a list of texts. What is neither is none.
func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	var many []any
	if err := json.Unmarshal(data, &many); err != nil {
		many = []any{string(data)} // a number or a boolean in a condition
	}
	for _, item := range many {
		if text, is := item.(string); is {
			*t = append(*t, text)
		}
	}
	return nil
}

// principal is whom a statement is about, by kind; a lone star is everybody.
type principal map[string]texts

// UnmarshalJSON reads an object, or a star.
func (p *principal) UnmarshalJSON(data []byte) error {
	var everybody string
	if json.Unmarshal(data, &everybody) == nil {
		*p = principal{"AWS": {everybody}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]texts)(p))
}

// statement is one of a policy document
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). Documents come from anywhere, so what internal/iamdoc
// would refuse is read, too.
type statement struct {
	Effect                                   string
	Principal                                principal
	Action, NotAction, Resource, NotResource texts
	Condition                                map[string]map[string]texts
}

// statements is one statement or several.
type statements []statement

// UnmarshalJSON reads a statement or a list of them.
func (s *statements) UnmarshalJSON(data []byte) error {
	var many []statement
	if json.Unmarshal(data, &many) == nil {
		*s = many
		return nil
	}
	var one statement
	err := json.Unmarshal(data, &one)
	*s = statements{one}
	return err
}

// condition says whether a condition names a key with an end, in lower case, and values that are good.
func (s statement) condition(end string, good func(texts) bool) bool {
	for _, keys := range s.Condition {
		for name, values := range keys {
			if strings.HasSuffix(strings.ToLower(name), end) && good(values) {
				return true
			}
		}
	}
	return false
}

// inStatements judges each statement of a document that allows something; the first that breaks the rule is told.
func inStatements(document, part, allowed string, bad func(statement) (given any, is bool)) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) {
		c.document(r, path{document}, func(all []statement) {
			for _, s := range all {
				if given, is := bad(s); is && s.Effect == "Allow" {
					c.breaks(r, path{document, "Statement", part}, given, allowed)
					return
				}
			}
		})
	}
}

// document reads a policy document; one that is unknown or no JSON is noted, and one that is absent is not looked at.
func (c *Case) document(r resource.Resource, at path, look func([]statement)) {
	v := r.At(at...)
	if !v.Given() {
		return
	}
	if v.HasUnknown() {
		c.unknown(r, at)
		return
	}
	text := v.Text()
	if text == "" {
		encoded, err := json.Marshal(v.Raw())
		if err != nil {
			return
		}
		text = string(encoded)
	}
	var document struct{ Statement statements }
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		c.breaks(r, at, v, "a policy document in JSON")
		return
	}
	look(document.Statement)
}
