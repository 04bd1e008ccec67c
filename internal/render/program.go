package render

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// identityType is the component of a role that a service account has.
const identityType = "modelway:identity:ServiceAccountRole"

// classes are the kinds by which Ingresses find their load balancers.
var classes = []string{"IngressClass", "IngressClassParams"}

// Program is what the program makes for models beside their objects, by type and name, each with a digest of it: their service accounts,
// their identities in AWS, and the classes of load balancers. Objects of a model that come before it wait for it.
func Program(stack resource.Set) map[string]string {
	accounts := map[string]bool{} // as namespace/name
	for _, r := range stack.All() {
		if slices.Contains(kept, resource.KindOf(r.Type)) && stack.Model(r) != "" {
			accounts[r.At("metadata", "namespace").Text()+"/"+r.At("metadata", "name").Text()] = true
		}
	}
	made := map[string]string{}
	for _, r := range stack.All() {
		kind := resource.KindOf(r.Type)
		identity, found := stack.Ancestor(r, func(r resource.Resource) bool { return r.Type == identityType })
		switch {
		case !r.Custom:
		case found && accounts[identity.At("namespace").Text()+"/"+identity.At("serviceAccount").Text()],
			slices.Contains(kept, kind) && stack.Model(r) != "",
			slices.Contains(classes, kind):
			made[kind+" "+r.Name] = digest(r.Declared())
		}
	}
	return made
}

// digest stands for what is registered, but for secrets and for what only a deployment can tell.
func digest(declared map[string]any) string {
	shown, _ := plain(declared, "")
	text, _ := json.Marshal(shown) // of plain values; keys in order
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:8]
}

// First are those things of the program that are new or different since the rendering of another index, each with a word for that, in
// order: `pulumi up` makes them. None where that rendering said nothing of them.
func (i Index) First(before Index) []string {
	if before.Program == nil {
		return nil
	}
	var first []string
	for _, name := range slices.Sorted(maps.Keys(i.Program)) {
		switch was, had := before.Program[name]; {
		case !had:
			first = append(first, name+" (new)")
		case was != i.Program[name]:
			first = append(first, name+" (changed)")
		}
	}
	return first
}

// FirstText says what `pulumi up` has to make before Argo CD delivers a rendering; "" where there is nothing.
func FirstText(first []string) string {
	if len(first) == 0 {
		return ""
	}
	return "`pulumi up` comes first: what is delivered before waits for what the program makes (docs/argocd.md), which is\n- " +
		strings.Join(first, "\n- ") + "\n"
}
