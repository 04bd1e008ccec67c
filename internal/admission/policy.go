// Package admission decides what may be written to the models' namespace, as ValidatingAdmissionPolicies of the API server
// (https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/).
//
// Whoever may edit the namespace may do to its models what they like. The policies keep them from what concerns others: the load
// balancers, their firewall and addresses, the rules of other hosts, load balancers that nobody has planned.
package admission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/labels"
)

// Version of the API of policies and bindings.
const Version = "admissionregistration.k8s.io/v1"

// Policy is a ValidatingAdmissionPolicy, and the spec of the binding of the same name.
type Policy struct {
	// Name of both objects, which ends with Suffix.
	Name, Suffix string
	// Spec of the policy, Binding that of its binding.
	Spec, Binding map[string]any
}

// rule is an expression that must hold, and what is said when it does not.
type rule struct{ expression, message string }

// platform holds for those who manage load balancers, which are the platform's own roles, and for controllers of the cluster: each has an
// account in kube-system, or all are the one user of their program. It asks what the program itself needs in order to register a load
// balancer.
const platform = `("system:serviceaccounts:kube-system" in request.userInfo.groups || ` +
	`request.userInfo.username == "system:kube-controller-manager" || ` +
	`authorizer.group("networking.k8s.io").resource("ingressclasses").check("create").allowed())`

// controller is KServe's, which makes the Services of models with files, changes and deletes them.
const controller = `request.userInfo.username == "system:serviceaccount:` + kserve.Namespace + `:` + kserve.ControllerAccount + `"`

// delivery is Argo CD's, which makes the objects of models where it delivers them.
const delivery = `request.userInfo.username == "system:serviceaccount:` + argocd.Namespace + `:` + argocd.Controller + `"`

// annotations are those of the object.
const annotations = `object.metadata.?annotations.orValue({})`

// unchanged holds for updates of anything but spec and annotations, such as of finalizers.
const unchanged = `request.operation == "UPDATE" && object.spec == oldObject.spec && ` +
	annotations + ` == oldObject.metadata.?annotations.orValue({})`

// Policies are those of the namespace of the models, in a cluster with KServe or without, whose models Argo CD delivers or not.
func Policies(namespace string, withKServe, byArgoCD bool) []Policy {
	deliverers, kept := platform, []resource{ingresses, services}
	if byArgoCD {
		deliverers = `(` + delivery + ` || ` + platform + `)`
	}
	makers := deliverers
	if withKServe {
		makers, kept = `(`+controller+` || `+deliverers+`)`, append(kept, inferenceServices)
	}
	all := []Policy{
		policy(namespace, "ingresses", changes, ingressRules(deliverers), ingresses),
		policy(namespace, "services", changes, serviceRules(makers), services),
		policy(namespace, "target-groups", changes, []rule{{
			platform, "target groups are bound by the load balancer controller only",
		}}, resource{"elbv2.k8s.aws", "*", "targetgroupbindings"}),
		policy(namespace, "owned", owned, ownedRules(makers), kept...),
	}
	if withKServe {
		all = append(all, policy(namespace, "inference-services", changes, []rule{{
			makers, "InferenceServices of this namespace are made by the platform from the models' files: change the file of the model",
		}}, inferenceServices))
	}
	return all
}

func ingressRules(makers string) []rule {
	return []rule{
		{
			makers, "Ingresses of this namespace are made by the platform from the models' files: change the file of the model",
		}, {
			annotations + `.all(name, !name.startsWith("` + alb.AnnotationPrefix + `") || ` + allowed(`name`) + `)`,
			"only these annotations of the load balancer controller are allowed here, since others concern all models: " +
				strings.Join(names(), ", "),
		}, {
			`!("kubernetes.io/ingress.class" in ` + annotations + `)`,
			"the annotation kubernetes.io/ingress.class is not allowed: set spec.ingressClassName",
		}, {
			`!has(object.spec.defaultBackend)`, "a default backend is not allowed: a load balancer has one, which is the platform's",
		},
	}
}

func serviceRules(makers string) []rule {
	return []rule{
		{
			`!has(object.spec.type) || object.spec.type in ["ClusterIP", "ExternalName"]`,
			"only Services of type ClusterIP and ExternalName are allowed: others open ports or load balancers that nobody has planned",
		}, {
			`!has(object.spec.externalIPs) || object.spec.externalIPs.size() == 0`,
			"externalIPs are not allowed: they take over the traffic of others",
		}, {
			annotations + `.all(name, !name.startsWith("` + alb.AnnotationPrefix + `") && !name.startsWith("service.beta.kubernetes.io/"))`,
			"annotations of alb.ingress.kubernetes.io and service.beta.kubernetes.io are not allowed on Services: they change load balancers and " +
				"target groups",
		}, {
			`request.operation != "UPDATE" || !(` + partOf("oldObject") + `) || object.spec == oldObject.spec || ` + makers,
			"Services of models are made by the platform: a rule that leads to a port that is not there stops their load balancer",
		},
	}
}

// ownedRules keep Ingresses and Services of models where they are: who may delete a Service may make another of its name. The garbage
// collector deletes what an owner reference ties to something that is gone, so a reference is as good as a deletion
// (https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents), the labels are what tells whose they are, and a
// finalizer that nobody takes away keeps a destroy waiting (https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/).
func ownedRules(makers string) []rule {
	return []rule{
		{
			`request.operation != "DELETE" || ` + makers,
			"Ingresses and Services of models are deleted by the platform: remove the file of the model, or scale its Deployment to zero",
		}, {
			`request.operation != "UPDATE" || ` + same("ownerReferences", "[]") + ` && ` + same("finalizers", "[]") + ` && ` + platformLabels +
				` || ` + makers,
			"Ingresses and Services of models keep their owner references, finalizers and labels of app.kubernetes.io, by which they could be " +
				"deleted, or kept from it",
		},
	}
}

// same holds where a list of an object's metadata is as it was.
func same(field, empty string) string {
	return fmt.Sprintf("object.metadata.?%[1]s.orValue(%[2]s) == oldObject.metadata.?%[1]s.orValue(%[2]s)", field, empty)
}

// platformLabels holds where the recommended labels, which tell what belongs to whom, are as they were. Others may come and go.
var platformLabels = labelsKept("object", "oldObject") + ` && ` + labelsKept("oldObject", "object")

// labelsKept holds where one object has the recommended labels of another.
func labelsKept(has, of string) string {
	return of + `.metadata.?labels.orValue({}).all(name, !name.startsWith("app.kubernetes.io/") || ` +
		has + `.metadata.?labels.orValue({})[?name].orValue("") == ` + of + `.metadata.labels[name])`
}

// partOf holds for what the program makes for models.
func partOf(object string) string {
	return object + `.metadata.?labels.orValue({})[?"` + labels.PartOf + `"].orValue("") == "` + labels.Modelway + `"`
}

// allowed holds for the name of an annotation that Ingresses of models may have.
func allowed(name string) string {
	var exact, prefixes []string
	for _, p := range alb.AnnotationPolicies() {
		full := alb.AnnotationPrefix + p.Name
		switch {
		case !p.Allowed():
		case strings.HasSuffix(full, "."):
			prefixes = append(prefixes, fmt.Sprintf("%s.startsWith(%q)", name, full))
		default:
			exact = append(exact, fmt.Sprintf("%q", full))
		}
	}
	return strings.Join(slices.Concat(prefixes, []string{name + " in [" + strings.Join(exact, ", ") + "]"}), " || ")
}

// names are the allowed annotations, as a message tells them.
func names() []string {
	var all []string
	for _, p := range alb.AnnotationPolicies() {
		if p.Allowed() {
			all = append(all, strings.Replace(p.Name+" ", ". ", ".* ", 1))
		}
	}
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// resource is a kind of objects in the API.
type resource struct{ group, version, plural string }

var (
	ingresses = resource{"networking.k8s.io", "v1", "ingresses"}
	services  = resource{"", "v1", "services"}
	// inferenceServices are those of every version, which a policy matches as soon as the API has them.
	inferenceServices = resource{kserve.Group, "*", kserve.Plural}
)

// match are the requests that a policy is for: the operations, and a named condition.
type match struct {
	operations      []any
	name, condition string
}

var (
	changes = match{[]any{"CREATE", "UPDATE"}, "changes", "!(" + unchanged + ")"}
	owned   = match{[]any{"UPDATE", "DELETE"}, "owned", partOf("oldObject")}
)

func policy(namespace, suffix string, when match, rules []rule, of ...resource) Policy {
	name := "modelway-" + namespace + "-" + suffix
	var validations, resources []any
	for _, r := range of {
		resources = append(resources, map[string]any{
			"apiGroups": []any{r.group}, "apiVersions": []any{r.version}, "resources": []any{r.plural}, "operations": when.operations,
		})
	}
	for _, r := range rules {
		validations = append(validations, map[string]any{"expression": r.expression, "message": r.message, "reason": "Forbidden"})
	}
	return Policy{
		Name: name, Suffix: suffix,
		Spec: map[string]any{
			"failurePolicy": "Fail",
			"matchConstraints": map[string]any{
				"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": namespace}},
				"resourceRules":     resources,
			},
			"matchConditions": []any{map[string]any{"name": when.name, "expression": when.condition}},
			"validations":     validations,
		},
		Binding: map[string]any{"policyName": name, "validationActions": []any{"Deny"}},
	}
}
