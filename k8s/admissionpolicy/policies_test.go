package admissionpolicy_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/admissionpolicy"
)

const (
	policyType  = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
	bindingType = policyType + "Binding"
)

func TestPolicies(t *testing.T) {
	var made *admissionpolicy.Policies
	r := recorder.Run(t, func(ctx *pulumi.Context) (err error) {
		made, err = admissionpolicy.NewPolicies(ctx, "guard", &admissionpolicy.PoliciesArgs{Namespace: "models"})
		return err
	})
	require.Len(t, r.OfType(policyType), 4)
	require.Len(t, made.Resources, 8)
	for _, suffix := range []string{"ingresses", "services", "target-groups", "owned"} {
		policy, binding := r.Find(t, policyType, "guard-"+suffix), r.Find(t, bindingType, "guard-"+suffix+"-binding")
		require.Equal(t, "modelway-models-"+suffix, policy.Input("metadata.name"))
		require.Equal(t, policy.Input("metadata.name"), binding.Input("spec.policyName"))
		require.True(t, binding.DependsDirectly(policy.URN), "the binding goes before its policy")
		require.Equal(t, "Fail", policy.Input("spec.failurePolicy"))
		require.Equal(t, map[string]any{"kubernetes.io/metadata.name": "models"},
			policy.Input("spec.matchConstraints.namespaceSelector.matchLabels"))
		require.Equal(t, []any{"Deny"}, binding.Input("spec.validationActions"))
	}
}

// With KServe its objects are the platform's, too, and its controller may do what the platform may with Services. Without it nothing of
// that is there.
func TestPoliciesWithKServe(t *testing.T) {
	run := func(kserve bool) *recorder.Recording {
		return recorder.Run(t, func(ctx *pulumi.Context) error {
			_, err := admissionpolicy.NewPolicies(ctx, "guard", &admissionpolicy.PoliciesArgs{Namespace: "models", KServe: kserve})
			return err
		})
	}
	const account = "system:serviceaccount:kserve:kserve-controller-manager"
	without, with := run(false), run(true)
	require.Len(t, with.OfType(policyType), 5)
	for _, suffix := range []string{"services", "owned"} {
		require.NotContains(t, fmt.Sprint(without.Find(t, policyType, "guard-"+suffix).Inputs.Mappable()), account)
		require.Contains(t, fmt.Sprint(with.Find(t, policyType, "guard-"+suffix).Inputs.Mappable()), account)
	}
	for _, suffix := range []string{"ingresses", "target-groups"} {
		require.Equal(t, without.Find(t, policyType, "guard-"+suffix).Inputs.Mappable(), with.Find(t, policyType, "guard-"+
			suffix).Inputs.Mappable())
	}
	rules := with.Find(t, policyType, "guard-owned").Input("spec.matchConstraints.resourceRules").([]any)
	require.Len(t, rules, 3)
	for _, rule := range []any{rules[2], with.Find(t, policyType,
		"guard-inference-services").Input("spec.matchConstraints.resourceRules").([]any)[0]} {
		require.Equal(t, []any{"serving.kserve.io"}, rule.(map[string]any)["apiGroups"])
		require.Equal(t, []any{"inferenceservices"}, rule.(map[string]any)["resources"])
	}
}

func TestNamespaceIsRequired(t *testing.T) {
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := admissionpolicy.NewPolicies(ctx, "guard", &admissionpolicy.PoliciesArgs{})
		return err
	})
	require.ErrorContains(t, err, "PoliciesArgs.Namespace is required: name the models' namespace")
	require.Empty(t, r.Resources)
}
