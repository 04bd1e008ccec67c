// Package gitops decides how Argo CD delivers the objects of models from Git: what it may deliver, from where, and when it asks first.
package gitops

import (
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/rule"
)

// Who makes the objects of models.
const (
	// Pulumi is the program, by `pulumi up`.
	Pulumi = "pulumi"
	// HandOver is both, between the two others: the program goes on, and lets go of nothing that it leaves to Argo CD.
	HandOver = "handover"
	// ArgoCD is Argo CD, from what `modelway render` has written into Git.
	ArgoCD = "argocd"
)

// Deliveries lists the allowed values of modelway:models.delivery.
var Deliveries = []string{Pulumi, HandOver, ArgoCD}

// ByProgram reports whether the program makes the objects of models; "" is the default, Pulumi.
func ByProgram(delivery string) bool { return delivery != ArgoCD }

// ByArgoCD reports whether Argo CD knows the models.
func ByArgoCD(delivery string) bool { return delivery == ArgoCD || delivery == HandOver }

// Spec says which Git repository has the rendered objects of models.
type Spec struct {
	// Repository is the address that Argo CD reads, such as https://github.com/company/platform.git or
	// git@github.com:company/platform.git. Required where Argo CD delivers models. Nothing else may be delivered into their namespace.
	Repository string `json:"repository"`

	// Revision is the branch, or a tag, that is delivered. Default main.
	Revision string `json:"revision"`

	// Folder is what `modelway render` writes, relative to the root of the repository. Default rendered/<stack>.
	Folder string `json:"folder"`

	// SignedBy are the ids of GnuPG keys, 16 or 40 hexadecimal digits: a commit that none of them has signed is not delivered. The keys
	// themselves are in Argo CD's ConfigMap argocd-gpg-keys-cm. Default none: commits need no signature.
	SignedBy []string `json:"signedBy" jsonschema:"uniqueItems=true"`
}

var (
	// address is what Argo CD takes of the addresses that Git knows: file is for a repository on the same machine.
	address = regexp.MustCompile(`^((https?|ssh|file)://[^\s]+|[\w.-]+@[\w.-]+:[^\s]+)$`)
	keyID   = regexp.MustCompile(`^([0-9A-Fa-f]{16}|[0-9A-Fa-f]{40})$`)
	// credentials in an address would be in the state, and in everything that shows an Application.
	credentials = regexp.MustCompile(`^https?://[^/@]+:[^/@]*@`)
)

// Check reports what Git or Argo CD would refuse, where Argo CD delivers models, and settings without effect where it does not.
func (s Spec) Check(delivery string) []rule.Fault {
	at := rule.Path{"repository"}
	if !ByArgoCD(delivery) {
		if s.Repository == "" {
			return nil
		}
		return []rule.Fault{{At: at, Given: s.Repository, Problem: "has no effect: the program makes the objects of models",
			Allowed: "empty where modelway:models.delivery is " + Pulumi, Fixes: []rule.Fix{rule.Remove(at)}}}
	}
	var faults []rule.Fault
	switch {
	case s.Repository == "":
		faults = append(faults, rule.Fault{At: at, Given: s.Repository, Problem: "missing: Argo CD has to know what it delivers",
			Allowed: "the address of a Git repository", Fixes: []rule.Fix{rule.Set(at, "https://github.com/company/platform.git")}})
	case credentials.MatchString(s.Repository):
		faults = append(faults, rule.Fault{At: at, Given: credentials.ReplaceAllString(s.Repository, "https://***@"),
			Problem: "has a password", Allowed: "an address without credentials, which a Secret of Argo CD holds (docs/argocd.md)",
			Fixes: []rule.Fix{rule.Set(at, credentials.ReplaceAllString(s.Repository, "https://"))}})
	case !address.MatchString(s.Repository):
		faults = append(faults, rule.Fault{At: at, Given: s.Repository, Problem: "not the address of a Git repository",
			Allowed: "https://host/path, ssh://user@host/path or user@host:path",
			Fixes:   []rule.Fix{rule.Set(at, "https://github.com/company/platform.git")}})
	}
	return slices.Concat(faults, s.checkFolder(), s.checkSigners())
}

func (s Spec) checkFolder() []rule.Fault {
	at := rule.Path{"folder"}
	parts := strings.Split(s.Folder, "/")
	if s.Folder == "" || !slices.ContainsFunc(parts, func(part string) bool { return part == "" || part == "." || part == ".." }) {
		return nil
	}
	return []rule.Fault{{At: at, Given: s.Folder, Problem: "not a folder inside the repository",
		Allowed: "a path relative to its root, with / between its parts and without . and ..", Fixes: []rule.Fix{rule.Remove(at)}}}
}

func (s Spec) checkSigners() []rule.Fault {
	var faults []rule.Fault
	at := rule.Path{"signedBy"}
	for i, id := range s.SignedBy {
		if !keyID.MatchString(id) {
			faults = append(faults, rule.Fault{At: at.At(i), Given: id, Problem: "not the id of a GnuPG key",
				Allowed: "16 or 40 hexadecimal digits, as `gpg --list-keys --keyid-format long` prints", Fixes: []rule.Fix{rule.Remove(at.At(i))}})
		}
	}
	return faults
}
