package nodes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/api/admissionregistration/v1beta1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/local/aws"
)

// admissionName is the name of the policy that admits pods to Fargate, and of its binding.
const admissionName = "fargate.modelway.dev"

// syncAdmission makes the admission policy say what the profiles say. Its binding comes first, so that it never stands
// without one.
func (m *machines) syncAdmission(ctx context.Context) error {
	policies := m.client.AdmissionregistrationV1beta1().MutatingAdmissionPolicies()
	bindings := m.client.AdmissionregistrationV1beta1().MutatingAdmissionPolicyBindings()
	policy := admissionPolicy(m.profiles)
	current, err := policies.Get(ctx, policy.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		_, err = bindings.Create(ctx, &v1beta1.MutatingAdmissionPolicyBinding{
			ObjectMeta: policy.ObjectMeta, Spec: v1beta1.MutatingAdmissionPolicyBindingSpec{PolicyName: policy.Name},
		}, metav1.CreateOptions{})
		if err == nil || apierrors.IsAlreadyExists(err) {
			_, err = policies.Create(ctx, policy, metav1.CreateOptions{})
		}
	case err == nil && current.Spec.Variables[0] == policy.Spec.Variables[0]:
		return nil
	case err == nil:
		policy.ResourceVersion = current.ResourceVersion
		_, err = policies.Update(ctx, policy, metav1.UpdateOptions{})
	}
	if err != nil {
		return fmt.Errorf("writing mutating admission policy %s (the API server must serve admissionregistration.k8s.io/v1beta1 with the "+
			"MutatingAdmissionPolicy feature): %w", policy.Name, err)
	}
	m.admissionChanged = time.Now().Truncate(time.Second) // as exact as the creation time of a pod
	return nil
}

// admissionPolicy returns the policy that sends the profiles' pods to Fargate nodes. Of several profiles that select a
// pod, the first in the alphabet takes it
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html#fargate-profile-components).
func admissionPolicy(profiles []*aws.Resource) *v1beta1.MutatingAdmissionPolicy {
	selected, chosen := "false", `""`
	for _, profile := range slices.Backward(profiles) {
		selects := celSelectors(profile.Objects("selectors"))
		selected = selects + " || " + selected
		chosen = fmt.Sprintf("(%s) ? %q : %s", selects, profile.String("fargateProfileName"), chosen)
	}
	fail := v1beta1.Fail
	return &v1beta1.MutatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: admissionName},
		Spec: v1beta1.MutatingAdmissionPolicySpec{
			FailurePolicy: &fail, ReinvocationPolicy: v1beta1.NeverReinvocationPolicy,
			MatchConstraints: &v1beta1.MatchResources{ResourceRules: []v1beta1.NamedRuleWithOperations{{
				RuleWithOperations: v1beta1.RuleWithOperations{
					Operations: []v1beta1.OperationType{v1beta1.Create},
					Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
				},
			}}},
			MatchConditions: []v1beta1.MatchCondition{{Name: "selected", Expression: selected}},
			Variables:       []v1beta1.Variable{{Name: "profile", Expression: chosen}},
			Mutations: []v1beta1.Mutation{
				addToPod("metadata.labels", "Object.metadata.labels{}", fargateProfileLabel, "variables.profile"),
				addToPod("spec.nodeSelector", "Object.spec.nodeSelector{}", computeTypeLabel, fmt.Sprintf("%q", fargate)),
				addToPod("spec.tolerations", "[]", "-", fmt.Sprintf(
					`Object.spec.tolerations{key: %q, operator: "Equal", value: %q, effect: "NoSchedule"}`, computeTypeLabel, fargate)),
			},
		},
	}
}

// addToPod adds a value to a map or list of a pod, after making it, empty, where it is missing. All but the first are
// written in CEL.
func addToPod(field, empty, key, value string) v1beta1.Mutation {
	pointer := "/" + strings.ReplaceAll(field, ".", "/")
	expression := fmt.Sprintf(
		`(has(object.%s) ? [] : [JSONPatch{op: "add", path: %q, value: %s}]) + [JSONPatch{op: "add", path: %q, value: %s}]`,
		field, pointer, empty, pointer+"/"+strings.ReplaceAll(key, "/", "~1"), value)
	return v1beta1.Mutation{PatchType: v1beta1.PatchTypeJSONPatch, JSONPatch: &v1beta1.JSONPatch{Expression: expression}}
}

// celSelectors returns a CEL expression that is true for pods which any of the selectors chooses.
func celSelectors(selectors []aws.Properties) string {
	var alternatives []string
	for _, selector := range selectors {
		terms := []string{fmt.Sprintf("request.namespace.matches(%q)", globPattern(selector.String("namespace")))}
		labels, _ := selector["labels"].(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(labels)) {
			terms = append(terms, fmt.Sprintf("has(object.metadata.labels) && %[1]q in object.metadata.labels && "+
				"object.metadata.labels[%[1]q].matches(%[2]q)",
				key, globPattern(fmt.Sprint(labels[key]))))
		}
		alternatives = append(alternatives, strings.Join(terms, " && "))
	}
	return strings.Join(alternatives, " || ")
}

// globPattern returns the regular expression of a text with the wildcards * and ?.
func globPattern(glob string) string {
	return "^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(glob)) + "$"
}

// admissionLag bounds the time between a change of the policy and its taking effect: the API server looks for changed
// policies once a second.
const admissionLag = 5 * time.Second

// removeMisplaced deletes the pods that lost their Fargate profile, and those that slipped past admission in the moment
// between a profile's creation and the API server's taking notice of it; their controllers make them again.
func (m *machines) removeMisplaced(ctx context.Context) error {
	var faults []error
	known := map[string]bool{}
	for _, profile := range m.profiles {
		known[profile.String("fargateProfileName")] = true
	}
	for _, pod := range m.allPods() {
		profile, labelled := pod.Labels[fargateProfileLabel]
		if labelled && !known[profile] && m.nodeOf(pod) != nil {
			faults = append(faults, m.evict(ctx, pod, nil))
		}
		if !labelled && pod.Spec.NodeName == "" && m.missedAdmission(pod) {
			faults = append(faults, m.evict(ctx, pod, new(int64)))
		}
	}
	return errors.Join(faults...)
}

func (m *machines) missedAdmission(pod *corev1.Pod) bool {
	lag := pod.CreationTimestamp.Sub(m.admissionChanged)
	return lag >= 0 && lag < admissionLag && metav1.GetControllerOf(pod) != nil &&
		slices.ContainsFunc(m.profiles, func(p *aws.Resource) bool { return p.SelectsPod(pod.Namespace, pod.Labels) })
}
