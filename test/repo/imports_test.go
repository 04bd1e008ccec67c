package repo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// leaves are the packages inside k8s/ that its components may share. Of the project they import only what decides.
var leaves = []string{"k8s/release", "k8s/ingressrule", "k8s/inputs", "k8s/netpolicy"}

// pure are the folders that decide: their files import no Pulumi. What reads a program's context, and what stands in for the engine, are
// the exceptions; so is what reads files of the engine, its events and the settings of a stack, on the SDK's own types of them, which are
// plain data.
var (
	pure       = []string{"internal", "policies/rules"}
	exceptions = []string{"internal/config/pulumi.go", "internal/recorder", "internal/review/events", "internal/stackfile"}
)

// heavy are packages of the Pulumi SDKs that take minutes to compile, by the start of their path. ADR 0004 says what to do instead.
var heavy = []string{
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/helm",
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/yaml",
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/kustomize",
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2",
}

// clients begin the packages of the AWS SDK that call AWS: they are for the programs below cmd. The Pulumi program leaves calls to its
// provider.
const clients = "github.com/aws/aws-sdk-go-v2/service/"

// direction says why a package of the project, by its folder, may not import another one; "" when it may.
func direction(from, to string) string {
	if from == to || slices.Contains(leaves, to) && (under(from, "k8s") || under(from, "local") || from == "platform") {
		return ""
	}
	allowed := map[string][]string{
		".":        {"platform"},
		"platform": {"platform", "infra", "k8s", "internal"},
		"infra":    {"internal"},
		"k8s":      {"internal"},
		"internal": {"internal"},
		"cmd":      {"cmd", "platform", "internal"},
		"test":     {"internal"},
		"local":    {"local", "platform", "internal"},
		"examples": {"platform", "infra", "k8s"},
		"policies": {"policies", "internal"},
	}
	layer, _, _ := strings.Cut(from, "/")
	targets, known := allowed[layer]
	if !known {
		targets = []string{layer} // a module or folder that stands alone
	}
	for _, target := range targets {
		if under(to, target) {
			return ""
		}
	}
	return fmt.Sprintf("it may import %s", strings.Join(targets, ", "))
}

func under(folder, parent string) bool {
	return folder == parent || strings.HasPrefix(folder, parent+"/")
}

func TestImports(t *testing.T) {
	for _, refused := range [][2]string{
		{"infra/network", "infra/cluster"}, {"infra/network", "k8s/release"}, {"k8s/model", "k8s/ingress"},
		{"internal/config", "k8s/model"}, {"policies/rules", "infra/network"}, {"internal/config", "policies/rules"}, {".", "internal/config"},
		{"modelserver", "internal/alb"}, {"local/nodes", "infra/network"},
	} {
		require.NotEmpty(t, direction(refused[0], refused[1]), "%s must not import %s", refused[0], refused[1])
	}
	var faults []string
	for _, s := range sources(t) {
		decides := !s.test && slices.ContainsFunc(pure, func(folder string) bool { return under(s.folder, folder) }) &&
			!slices.ContainsFunc(exceptions, func(place string) bool { return under(s.file, place) })
		for _, path := range s.imports() {
			to, ours := strings.CutPrefix(path, module)
			to = strings.TrimPrefix(to, "/")
			switch {
			case ours && !s.test && direction(s.folder, to) != "":
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", s.file, to, direction(s.folder, to)))
			case decides && strings.HasPrefix(path, "github.com/pulumi/"):
				faults = append(faults, fmt.Sprintf("%s imports %s: what decides is free of Pulumi; move the registration to another file", s.file,
					path))
			case s.module == "." && !s.test && slices.ContainsFunc(heavy, func(start string) bool { return under(path, start) }):
				faults = append(faults, fmt.Sprintf("%s imports %s, which takes minutes to compile: register the resource by its token, as "+
					"k8s/release does", s.file, path))
			case s.module == "." && !s.test && !under(s.folder, "cmd") && strings.HasPrefix(path, clients):
				faults = append(faults, fmt.Sprintf("%s imports %s: only programs below cmd call AWS themselves; use cmd/modelstore there", s.file,
					path))
			case s.module == "local/bootstrap" && strings.Contains(path, ".") && !ours:
				faults = append(faults, fmt.Sprintf("%s imports %s: bootstrap runs before anything is downloaded, so it uses the standard library only",
					s.file, path))
			}
		}
	}
	report(t, faults)
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		text := s.syntax.Doc.Text()
		name := s.syntax.Name.Name
		good := strings.HasPrefix(text, "Package "+name+" ") || name == "main" && text != ""
		documented[s.folder] = documented[s.folder] || good
	}
	var faults []string
	for folder, good := range documented {
		if !good {
			faults = append(faults, fmt.Sprintf("%s has no package comment: begin one with \"Package <name> \" above a package clause", folder))
		}
	}
	report(t, faults)
}
