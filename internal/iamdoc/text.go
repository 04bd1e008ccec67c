package iamdoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// checked stands for the reason of a statement about all resources, which the text of a document does not carry: JSON has
// refused the document without one.
const checked = "checked before the document was written"

// CheckText checks the text of a managed policy or trust policy, such as one whose ARNs were outputs when it was written by
// JSON. It reports what Validate reports, but for the reasons of statements about all resources.
func CheckText(text string) error {
	document, err := parse(text)
	if err != nil {
		return err
	}
	return document.Validate()
}

// Published reads a policy that others publish, with the reasons of its statements about all resources in their order.
func Published(text string, reasons ...string) Document {
	document, err := parse(text)
	if err != nil {
		return Invalid(err)
	}
	for i := range document.Statements {
		if s := &document.Statements[i]; s.AnyResource != "" && len(reasons) > 0 {
			s.AnyResource, reasons = reasons[0], reasons[1:]
		}
	}
	return document
}

// parse reads what MarshalJSON writes.
func parse(text string) (Document, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	var read policy
	if err := decoder.Decode(&read); err != nil {
		return Document{}, fmt.Errorf("the policy is not what iamdoc writes: %w; build it as a Document and take its JSON", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Document{}, errors.New("the policy goes on after its end: remove what follows the last brace")
	}
	if read.Version != Version {
		return Document{}, fmt.Errorf("the policy's Version is %q: use %q", read.Version, Version)
	}
	var document Document
	for _, s := range read.Statement {
		made := Statement{Sid: s.Sid, Effect: s.Effect, Principal: s.Principal, Action: s.Action, Resource: s.Resource, Condition: s.Condition}
		if len(made.Resource) == 1 && made.Resource[0] == anything {
			made.AnyResource = checked
		}
		document.Statements = append(document.Statements, made)
	}
	return document, nil
}
