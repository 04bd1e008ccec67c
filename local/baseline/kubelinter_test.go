package baseline

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// optionalChecks are those of kube-score that are off by default and belong to the baseline
// (https://github.com/zegl/kube-score/blob/v1.20.0/README_CHECKS.md).
var optionalChecks = []string{"container-memory-requests-equal-limits", "container-ports-check", "container-seccomp-profile"}

// Linter is kube-score, which is compiled when it first runs.
type Linter struct {
	// Module is the folder of the Go module that pins it.
	Module string
	// KubernetesVersion is the minor version of the API server, such as v1.35.
	KubernetesVersion string
}

// warning is the best grade of kube-score that is a finding. Below it is critical, and above it a check has passed
// (https://github.com/zegl/kube-score/blob/v1.20.0/scorecard/scorecard.go).
const warning = 5

// scored is an object in the JSON of kube-score
// (https://github.com/zegl/kube-score/blob/v1.20.0/renderer/json_v2/json.go).
type scored struct {
	TypeMeta struct {
		Kind string `json:"kind"`
	} `json:"type_meta"`
	ObjectMeta struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"object_meta"`
	Checks []struct {
		Check struct {
			ID      string `json:"id"`
			Comment string `json:"comment"`
		} `json:"check"`
		Grade    int  `json:"grade"`
		Skipped  bool `json:"skipped"`
		Comments []struct {
			Path        string `json:"path"`
			Summary     string `json:"summary"`
			Description string `json:"description"`
		} `json:"comments"`
	} `json:"checks"`
}

// Lint is what kube-score criticizes or warns of in the objects of one environment. Annotations in an object switch nothing off.
func (l Linter) Lint(ctx context.Context, objects []Object) ([]Finding, error) {
	var manifest bytes.Buffer
	byName := map[string]Object{}
	for _, o := range objects {
		text, err := o.MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("writing %s for the linter: %w", o, err)
		}
		fmt.Fprintf(&manifest, "---\n%s\n", bytes.TrimSpace(text))
		byName[o.String()] = o
	}
	card, err := l.run(ctx, &manifest)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, s := range card {
		o, known := byName[name(s.TypeMeta.Kind, s.ObjectMeta.Namespace, s.ObjectMeta.Name)]
		if !known {
			return nil, fmt.Errorf("the linter speaks of %v, which it was not given", s.ObjectMeta)
		}
		for _, check := range s.Checks {
			if check.Skipped || check.Grade > warning {
				continue
			}
			if len(check.Comments) == 0 {
				findings = append(findings, o.finding(check.Check.ID, "it does not pass", check.Check.Comment))
			}
			for _, c := range check.Comments {
				fault := strings.TrimPrefix(c.Path+": "+c.Summary, ": ")
				findings = append(findings, o.finding(check.Check.ID, fault, cmp.Or(c.Description, check.Check.Comment)))
			}
		}
	}
	slices.SortFunc(findings, func(a, b Finding) int { return cmp.Compare(a.String(), b.String()) })
	return findings, nil
}

// run gives manifests to the linter. It ends with 1 where it finds something critical, and where it fails.
func (l Linter) run(ctx context.Context, manifests *bytes.Buffer) (card []scored, err error) {
	args := []string{"-C", l.Module, "tool", "kube-score", "score", "--output-format", "json", "--kubernetes-version", l.KubernetesVersion,
		"--disable-ignore-checks-annotations", "--disable-optional-checks-annotations", "--enable-optional-test", strings.Join(optionalChecks,
			","), "-"}
	command := exec.CommandContext(ctx, "go", args...)
	var out, complaint bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = manifests, &out, &complaint
	failed := command.Run()
	if err := json.Unmarshal(out.Bytes(), &card); err != nil {
		return nil, fmt.Errorf("running go %s: %w: %s%s", strings.Join(args, " "), cmp.Or(failed, err), out.String(), complaint.String())
	}
	return card, nil
}
