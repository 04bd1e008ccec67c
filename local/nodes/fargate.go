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

// profileLabel marks the admission objects of this package.
const profileLabel = "modelway.dev/fargate-profile"

// syncFargateAdmission makes one MutatingAdmissionPolicy and binding per profile and removes those of gone profiles.
func (m *machines) syncFargateAdmission(ctx context.Context, profiles []*aws.Resource) error {
	api := m.client.AdmissionregistrationV1beta1()
	existing, err := api.MutatingAdmissionPolicies().List(ctx, metav1.ListOptions{LabelSelector: profileLabel})
	if err != nil {
		return fmt.Errorf("listing mutating admission policies (the API server must serve admissionregistration.k8s.io/v1beta1 with the MutatingAdmissionPolicy feature): %w", err)
	}
	standing := map[string]v1beta1.MutatingAdmissionPolicy{}
	for _, policy := range existing.Items {
		standing[policy.Name] = policy
	}
	var faults []error
	for _, profile := range profiles {
		policy := admissionPolicy(profile)
		current, found := standing[policy.Name]
		delete(standing, policy.Name)
		switch {
		case !found:
			// The binding comes first, so that a policy never stands without one.
			_, err := api.MutatingAdmissionPolicyBindings().Create(ctx, admissionBinding(policy), metav1.CreateOptions{})
			if err != nil && !apierrors.IsAlreadyExists(err) {
				faults = append(faults, err)
				continue
			}
			created, err := api.MutatingAdmissionPolicies().Create(ctx, policy, metav1.CreateOptions{})
			if err != nil {
				faults = append(faults, err)
				continue
			}
			m.mu.Lock()
			m.admitted[policy.Name] = created.CreationTimestamp.Time
			m.mu.Unlock()
		case current.Spec.MatchConditions[0].Expression != policy.Spec.MatchConditions[0].Expression:
			policy.ResourceVersion = current.ResourceVersion
			_, err = api.MutatingAdmissionPolicies().Update(ctx, policy, metav1.UpdateOptions{})
			faults = append(faults, err)
		}
	}
	for name := range standing {
		faults = append(faults, ignoreGone(api.MutatingAdmissionPolicyBindings().Delete(ctx, name, metav1.DeleteOptions{})))
		faults = append(faults, ignoreGone(api.MutatingAdmissionPolicies().Delete(ctx, name, metav1.DeleteOptions{})))
	}
	return errors.Join(faults...)
}

func policyName(profile *aws.Resource) string {
	name := fmt.Sprintf("fargate.%s.%s", profile.String("clusterName"), profile.String("fargateProfileName"))
	return strings.ToLower(strings.ReplaceAll(name, "_", "-"))
}

// admissionPolicy returns the policy that sends the profile's pods to Fargate nodes. Of several matching profiles the
// first in the alphabet takes the pod: policies run in the order of their names and skip a pod that has a profile.
func admissionPolicy(profile *aws.Resource) *v1beta1.MutatingAdmissionPolicy {
	fail := v1beta1.Fail
	name := profile.String("fargateProfileName")
	return &v1beta1.MutatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: policyName(profile), Labels: map[string]string{profileLabel: name}},
		Spec: v1beta1.MutatingAdmissionPolicySpec{
			FailurePolicy: &fail, ReinvocationPolicy: v1beta1.NeverReinvocationPolicy,
			MatchConstraints: &v1beta1.MatchResources{ResourceRules: []v1beta1.NamedRuleWithOperations{{
				RuleWithOperations: v1beta1.RuleWithOperations{
					Operations: []v1beta1.OperationType{v1beta1.Create},
					Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
				},
			}}},
			MatchConditions: []v1beta1.MatchCondition{
				{Name: "selectors", Expression: celSelectors(profile.Objects("selectors"))},
				{Name: "not-taken", Expression: fmt.Sprintf("!(has(object.metadata.labels) && %q in object.metadata.labels)", FargateProfileLabel)},
			},
			Mutations: []v1beta1.Mutation{
				jsonPatch("!has(object.metadata.labels)", "/metadata/labels", `Object.metadata.labels{}`,
					"/metadata/labels/"+escapeKey(FargateProfileLabel), fmt.Sprintf("%q", name)),
				jsonPatch("!has(object.spec.nodeSelector)", "/spec/nodeSelector", `Object.spec.nodeSelector{}`,
					"/spec/nodeSelector/"+escapeKey(ComputeTypeLabel), fmt.Sprintf("%q", Fargate)),
				jsonPatch("!has(object.spec.tolerations)", "/spec/tolerations", "[]",
					"/spec/tolerations/-", fmt.Sprintf(`Object.spec.tolerations{key: %q, operator: "Equal", value: %q, effect: "NoSchedule"}`, ComputeTypeLabel, Fargate)),
			},
		},
	}
}

func admissionBinding(policy *v1beta1.MutatingAdmissionPolicy) *v1beta1.MutatingAdmissionPolicyBinding {
	return &v1beta1.MutatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: policy.Name, Labels: policy.Labels},
		Spec:       v1beta1.MutatingAdmissionPolicyBindingSpec{PolicyName: policy.Name},
	}
}

// jsonPatch adds value at path, after making the empty parent when it is missing.
func jsonPatch(missing, parent, empty, path, value string) v1beta1.Mutation {
	expression := fmt.Sprintf(`(%s ? [JSONPatch{op: "add", path: %q, value: %s}] : []) + [JSONPatch{op: "add", path: %q, value: %s}]`, missing, parent, empty, path, value)
	return v1beta1.Mutation{PatchType: v1beta1.PatchTypeJSONPatch, JSONPatch: &v1beta1.JSONPatch{Expression: expression}}
}

// escapeKey writes a map key as a JSON pointer segment (RFC 6901).
func escapeKey(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

// celSelectors returns a CEL expression that is true for pods which any of the selectors chooses.
func celSelectors(selectors []aws.Properties) string {
	alternatives := []string{"false"}
	for _, selector := range selectors {
		terms := []string{fmt.Sprintf("request.namespace.matches(%q)", globPattern(selector.String("namespace")))}
		labels, _ := selector["labels"].(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(labels)) {
			terms = append(terms, fmt.Sprintf("has(object.metadata.labels) && %[1]q in object.metadata.labels && object.metadata.labels[%[1]q].matches(%[2]q)",
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

// admissionLag bounds the time between the creation of a policy and its taking effect: the API server looks for
// changed policies once a second.
const admissionLag = 5 * time.Second

// missedAdmission tells whether an unscheduled pod that a controller will recreate belongs to a profile, yet was made in the
// moment when the profile's policy existed without being in effect.
func (m *machines) missedAdmission(pod *corev1.Pod, profiles []*aws.Resource) bool {
	if metav1.GetControllerOf(pod) == nil {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(profiles, func(profile *aws.Resource) bool {
		since, ok := m.admitted[policyName(profile)]
		lag := pod.CreationTimestamp.Sub(since)
		return ok && lag >= 0 && lag < admissionLag && profile.SelectsPod(pod.Namespace, pod.Labels)
	})
}
