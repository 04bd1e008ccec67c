package pipelines

import (
	"slices"

	"github.com/modelway/modelway/internal/database"
)

// added are the objects that the release does not have.
func (e *editor) added() []Object {
	all := []Object{configMap(serverMap, map[string]any{"config.json": e.in.serverConfig()})}
	if e.in.Authorities != "" {
		all = append(all, configMap(authoritiesMap, map[string]any{authoritiesFile: e.in.Authorities}))
	}
	return slices.Concat(all, e.policies(), guard())
}

func configMap(name string, data map[string]any) Object {
	return Object{"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(name), "data": data}
}

func meta(name string) map[string]any {
	return map[string]any{"name": name, "namespace": Namespace}
}

// Allowed is the label of a namespace whose pods may ask the API server. In a standalone installation it asks nobody who they are, and lets
// them run any image as Runner.
const Allowed, Yes = "modelway.dev/pipelines", "allowed"

// policies let nobody in whom no other policy lets in: nobody but the parts and the steps to the metadata server, which has no login, and
// nobody but the namespace itself and those with the label Allowed to the API server. The web page, which hands on to it what it is asked,
// is for the namespace and the load balancer of tools. Its webhook is for the control plane, whose addresses no policy can name.
func (e *editor) policies() []Object {
	own := map[string]any{"podSelector": map[string]any{}}
	others := map[string]any{"namespaceSelector": map[string]any{"matchLabels": map[string]any{Allowed: Yes}}}
	pages := []any{own}
	for _, block := range e.in.Blocks {
		pages = append(pages, map[string]any{"ipBlock": map[string]any{"cidr": block}})
	}
	page := map[string]any{"podSelector": map[string]any{"matchLabels": map[string]any{"app": UI}}}
	return []Object{
		{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta("nobody"),
			"spec": map[string]any{"podSelector": map[string]any{}, "policyTypes": []any{"Ingress"}}},
		policy(partOf(ApiServer), ingress([]any{own, others}, ApiPort, 8887), ingress(nil, 8443)),
		policy(partOf(UI), ingress(pages, 3000)),
		policy(partOf(metadata), ingress([]any{own}, 8080)),
		policy(partOf("metadata-envoy-deployment"), ingress([]any{page}, 9090)),
	}
}

func policy(part Part, rules ...any) Object {
	return Object{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta(part.Deployment), "spec": map[string]any{
		"podSelector": map[string]any{"matchLabels": map[string]any{part.LabelKey: part.LabelValue}},
		"policyTypes": []any{"Ingress"}, "ingress": rules,
	}}
}

func ingress(from []any, ports ...int) map[string]any {
	open := make([]any, len(ports))
	for i, port := range ports {
		open[i] = map[string]any{"port": port, "protocol": "TCP"}
	}
	rule := map[string]any{"ports": open}
	if from != nil {
		rule["from"] = from
	}
	return rule
}

// Password are the objects by which the External Secrets Operator copies user and password of the database into DatabaseSecret. The
// secret's ARN is a string, or what stands for one that is known later.
func Password(region string, secretArn any) []Object {
	return []Object{
		{"apiVersion": database.SecretsVersion, "kind": "SecretStore", "metadata": meta(DatabaseSecret), "spec": database.SecretStore(region)},
		{"apiVersion": database.SecretsVersion, "kind": "ExternalSecret", "metadata": meta(DatabaseSecret),
			"spec": database.ExternalSecret(DatabaseSecret, secretArn, nil)},
	}
}
