package database

// SecretsVersion is that of the objects of the External Secrets Operator (https://external-secrets.io/v2.9.0/api/spec/).
const SecretsVersion = "external-secrets.io/v1"

// SecretStore is the spec of a SecretStore of a region. The operator acts as itself: it names no credentials.
func SecretStore(region string) map[string]any {
	return map[string]any{"provider": map[string]any{"aws": map[string]any{"service": "SecretsManager", "region": region}}}
}

// ExternalSecret is the spec of an ExternalSecret that copies user and password, each minute, into the Secret of a name, by the SecretStore
// of that name. The ARN of what RDS keeps them in is a string, or what stands for one that is known later. The Secret has the keys of a
// template (https://external-secrets.io/v2.9.0/guides/templating/); without one, username and password.
func ExternalSecret(name string, secretArn any, template map[string]any) map[string]any {
	property := func(key string) map[string]any {
		return map[string]any{"secretKey": key, "remoteRef": map[string]any{"key": secretArn, "property": key}}
	}
	target := map[string]any{"name": name, "creationPolicy": "Owner"}
	if template != nil {
		target["template"] = map[string]any{"engineVersion": "v2", "data": template}
	}
	return map[string]any{
		"refreshInterval": "1m",
		"secretStoreRef":  map[string]any{"kind": "SecretStore", "name": name},
		"data":            []any{property("username"), property("password")},
		"target":          target,
	}
}
