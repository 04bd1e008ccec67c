// Package baseline holds what the platform puts into Kubernetes against rules that others keep: a linter, the schema and the admission
// of a real API server, and the restricted pod security standard. It looks at what the program would register for an environment, and
// at what its Helm releases would install.
package baseline

import (
	"context"
	"fmt"
)

// Finding is one fault of one object.
type Finding struct {
	// Environment is the name of the stack.
	Environment string
	// Object has the fault, as Object.String has it.
	Object string
	// Check found it: an id of kube-score, or one of the Check constants, behind which a pod security check has its own name.
	Check string
	// Fault is what is wrong, in the words of whoever found it.
	Fault string
	// Fix is what to do about it.
	Fix string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s: %s: %s: %s; fix: %s, or list an exception with its reason in local/baseline/exemptlist_test.go", f.Environment,
		f.Object, f.Check, f.Fault, f.Fix)
}

// Check holds the objects of one environment against every rule.
func Check(ctx context.Context, linter Linter, server *Server, objects []Object) ([]Finding, error) {
	findings, err := linter.Lint(ctx, objects)
	if err != nil {
		return nil, err
	}
	refused, err := server.Validate(ctx, objects)
	if err != nil {
		return nil, err
	}
	unfit, err := server.AdmitRestricted(ctx, objects)
	if err != nil {
		return nil, err
	}
	findings = append(findings, refused...)
	findings = append(findings, unfit...)
	return append(findings, UnlabelledNamespaces(objects)...), nil
}
