package admission

import (
	"fmt"
	"strings"
)

// Steps is the policy for pods of a namespace that one of its service accounts makes, a controller of workflows: none has the Secret, as a
// volume or as a variable of any container, or runs as one of the accounts, which may do more than steps. Who writes a workflow writes its
// pods, and the kubelet asks nobody whether a pod may have a Secret of its namespace
// (https://kubernetes.io/docs/concepts/security/secrets-good-practices/#least-privilege-secrets).
func Steps(namespace, maker, secret string, accounts []string) Policy {
	quoted := make([]string, len(accounts))
	for i, account := range accounts {
		quoted[i] = fmt.Sprintf("%q", account)
	}
	message := "steps may not have the Secret " + secret + ", which only the parts of the platform read: give the step a Secret of its own"
	other := fmt.Sprintf(`.orValue("") != %q`, secret)
	rules := []rule{{
		`!(object.spec.?serviceAccountName.orValue("default") in [` + strings.Join(quoted, ", ") + `])`,
		"steps may not run as a part of the platform: leave the service account out, or name one of your own; not allowed are " +
			strings.Join(accounts, ", "),
	}, {
		`object.spec.?volumes.orValue([]).all(v, v.?secret.?secretName` + other + ` && v.?csi.?nodePublishSecretRef.?name` + other +
			` && v.?projected.?sources.orValue([]).all(s, s.?secret.?name` + other + `))`, message,
	}}
	for _, list := range []string{"containers", "initContainers"} {
		rules = append(rules, rule{
			`object.spec.?` + list + `.orValue([]).all(c, c.?env.orValue([]).all(e, e.?valueFrom.?secretKeyRef.?name` + other +
				`) && c.?envFrom.orValue([]).all(e, e.?secretRef.?name` + other + `))`, message,
		})
	}
	made := match{[]any{"CREATE"}, "made-by-" + maker, `request.userInfo.username == "system:serviceaccount:` + namespace + `:` + maker + `"`}
	return policy(namespace, "steps", made, rules, resource{"", "v1", "pods"})
}
