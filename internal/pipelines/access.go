package pipelines

import (
	"slices"

	"github.com/modelway/modelway/internal/admission"
)

// workflowAccount is the service account of the workflow controller, which makes the pods of steps.
const workflowAccount = "argo"

// stepRules are what the programs beside a step ask of Kubernetes: the driver and the launcher read settings, their own pod and their
// workflow, and make and delete volumes (https://github.com/kubeflow/pipelines/tree/2.17.0/backend/src/v2); the executor reports what came
// out (https://argo-workflows.readthedocs.io/en/stable/workflow-rbac/). The release allows more: to read Secrets, and to make pods,
// Deployments and Jobs, which could read them.
func stepRules() []any {
	rule := func(group string, resources []any, verbs ...any) map[string]any {
		return map[string]any{"apiGroups": []any{group}, "resources": resources, "verbs": verbs}
	}
	return []any{
		rule("", []any{"configmaps", "pods"}, "get"),
		rule("", []any{"persistentvolumeclaims"}, "get", "create", "delete"),
		rule("argoproj.io", []any{"workflows"}, "get"),
		rule("argoproj.io", []any{"workflowtaskresults"}, "create", "patch"),
	}
}

// access takes the Secrets of the namespace away from steps, and from the web page, which would read any that a request names.
func (e *editor) access() {
	e.withoutSecrets(Runner)["rules"] = stepRules()
	e.withoutSecrets(UI)
	if account := text(e.pod(workflows)["serviceAccountName"]); account != workflowAccount && len(e.object("Deployment", workflows)) > 0 {
		e.fault("Deployment %s runs as %q, not as %s, whose pods are held to what steps may have", workflows, account, workflowAccount)
	}
}

// withoutSecrets takes the resource secrets out of the rules of a Role, which is a fault where there is none.
func (e *editor) withoutSecrets(name string) Object {
	role := e.object("Role", name)
	rules, _ := role["rules"].([]any)
	kept, found := []any{}, false
	for _, item := range rules {
		rule, _ := item.(map[string]any)
		resources, _ := rule["resources"].([]any)
		others := slices.DeleteFunc(slices.Clone(resources), func(resource any) bool { return resource == "secrets" })
		found = found || len(others) < len(resources)
		if len(others) > 0 {
			rule["resources"] = others
			kept = append(kept, rule)
		}
	}
	if !found && len(role) > 0 {
		e.fault("Role %s has no rule about secrets, which is to be taken away", name)
	}
	role["rules"] = kept
	return role
}

// guard has the API server refuse the pods of steps that would have the password of the database, or run as a part of the release.
func guard() []Object {
	accounts := slices.DeleteFunc(slices.Clone(kept["ServiceAccount"]), func(account string) bool { return account == Runner })
	policy := admission.Steps(Namespace, workflowAccount, DatabaseSecret, accounts)
	return []Object{
		{"apiVersion": admission.Version, "kind": "ValidatingAdmissionPolicy", "metadata": map[string]any{"name": policy.Name},
			"spec": policy.Spec},
		{"apiVersion": admission.Version, "kind": "ValidatingAdmissionPolicyBinding", "metadata": map[string]any{"name": policy.Name},
			"spec": policy.Binding},
	}
}
