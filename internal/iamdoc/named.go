package iamdoc

import "strings"

// Named is a document with what it is for: a row of a list of all documents.
type Named struct {
	// Name says which document it is, for example "cluster autoscaler".
	Name string
	// Document is made with sample arguments.
	Document Document
}

// Unscoped is a statement about all resources and its reason.
type Unscoped struct {
	// Document is the name of the document and Statement the Sid of the statement, or its number.
	Document, Statement string
	// Actions are allowed on all resources, in the document's order.
	Actions []string
	// Reason says why AWS offers nothing narrower.
	Reason string
	// Conditions says that conditions limit the statement.
	Conditions bool
}

// AnyResources lists every statement about all resources, in the order of the documents.
func AnyResources(documents []Named) []Unscoped {
	var all []Unscoped
	for _, d := range documents {
		for i, s := range d.Document.Statements {
			if s.AnyResource == "" {
				continue
			}
			all = append(all, Unscoped{
				Document: d.Name, Statement: strings.Trim(strings.TrimPrefix(s.label(i), "statement "), `"`),
				Actions: s.Action, Reason: s.AnyResource, Conditions: len(s.Condition) > 0,
			})
		}
	}
	return all
}
