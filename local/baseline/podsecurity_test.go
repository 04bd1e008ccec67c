package baseline

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Checks of pod security.
const (
	// CheckPodSecurity begins the checks of the restricted pod security standard; the name of the control follows, as the API server has
	// it, such as pod-security: restricted volume types.
	CheckPodSecurity = "pod-security"
	// CheckNamespaceLabels requires the labels by which a namespace enforces the standard.
	CheckNamespaceLabels = "namespace-labels"
)

// restrictedNamespace is where pods are tried. Its labels are those that every namespace of the platform must have.
const restrictedNamespace = "baseline-restricted"

// restrictedLabels make a namespace enforce the restricted standard
// (https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces).
var restrictedLabels = map[string]string{
	"pod-security.kubernetes.io/enforce":         "restricted",
	"pod-security.kubernetes.io/enforce-version": "latest",
}

// UnlabelledNamespaces are the namespaces of an environment that do not enforce the restricted standard.
func UnlabelledNamespaces(objects []Object) (findings []Finding) {
	for _, o := range objects {
		for key, value := range restrictedLabels {
			if have := o.GetLabels()[key]; o.GetKind() == "Namespace" && have != value {
				findings = append(findings, o.finding(CheckNamespaceLabels, fmt.Sprintf("the label %s is %q", key, have), fmt.Sprintf("set it to %s",
					value)))
			}
		}
	}
	return findings
}

// AdmitRestricted asks the API server's own admission whether the pods of every workload may run in a namespace that enforces the
// restricted standard, whatever namespace they are meant for.
func (s *Server) AdmitRestricted(ctx context.Context, objects []Object) (findings []Finding, err error) {
	if err := s.keep(ctx, "Namespace", "", restrictedNamespace, restrictedLabels); err != nil {
		return nil, err
	}
	for _, o := range objects {
		pod, err := podOf(o)
		if err != nil {
			return nil, err
		}
		if pod == nil {
			continue
		}
		account, _, _ := unstructured.NestedString(pod.Object, "spec", "serviceAccountName")
		if account == "" {
			account = "default"
		}
		if err := s.keep(ctx, "ServiceAccount", restrictedNamespace, account, nil); err != nil {
			return nil, err
		}
		_, err = s.create(ctx, pod, false)
		switch {
		case refused(err):
			findings = append(findings, o.violations(err.Error())...)
		case err != nil:
			return nil, fmt.Errorf("admitting a pod of %s of %s: %w", o, o.Environment, err)
		}
	}
	return findings, nil
}

// keep creates an object that pods need.
func (s *Server) keep(ctx context.Context, kind, namespace, name string, labels map[string]string) error {
	object := &unstructured.Unstructured{}
	object.SetAPIVersion("v1")
	object.SetKind(kind)
	object.SetNamespace(namespace)
	object.SetName(name)
	object.SetLabels(labels)
	if _, err := s.create(ctx, object, true); err != nil {
		return fmt.Errorf("creating %s %s: %w", kind, name, err)
	}
	return nil
}

// templates are where workloads have the template of their pods.
var templates = map[string][]string{
	"CronJob":     {"spec", "jobTemplate", "spec", "template"},
	"DaemonSet":   {"spec", "template"},
	"Deployment":  {"spec", "template"},
	"Job":         {"spec", "template"},
	"Pod":         {},
	"ReplicaSet":  {"spec", "template"},
	"StatefulSet": {"spec", "template"},
}

// podOf is a pod of a workload, in the restricted namespace; nil for what has no pods.
func podOf(o Object) (*unstructured.Unstructured, error) {
	path, workload := templates[o.GetKind()]
	if !workload {
		return nil, nil
	}
	template := o.Object
	if len(path) > 0 {
		var err error
		if template, _, err = unstructured.NestedMap(o.Object, path...); err != nil {
			return nil, fmt.Errorf("reading the pods of %s: %w", o, err)
		}
	}
	pod := (&unstructured.Unstructured{Object: template}).DeepCopy()
	pod.SetAPIVersion("v1")
	pod.SetKind("Pod")
	pod.SetNamespace(restrictedNamespace)
	pod.SetName("baseline")
	return pod, nil
}

// violations are the controls that an answer of the admission names, one a finding:
// pods "x" is forbidden: violates PodSecurity "restricted:latest": <control> (<detail>), <control> (<detail>).
func (o Object) violations(answer string) (findings []Finding) {
	_, list, violated := strings.Cut(answer, `violates PodSecurity "restricted:latest": `)
	if !violated {
		return []Finding{o.finding(CheckSchema, "its pods are refused: "+answer, "correct the pod")}
	}
	for _, violation := range splitOutside(list) {
		control, detail, _ := strings.Cut(violation, " (")
		findings = append(findings, o.finding(CheckPodSecurity+": "+control, strings.TrimSuffix(detail, ")"),
			"make the pod fit the restricted pod security standard"))
	}
	return findings
}

// splitOutside splits at the commas outside of parentheses and quotes.
func splitOutside(list string) (parts []string) {
	depth, quoted, begin := 0, false, 0
	for i, c := range list {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, strings.TrimSpace(list[begin:i]))
			begin = i + 1
		}
	}
	return append(parts, strings.TrimSpace(list[begin:]))
}
