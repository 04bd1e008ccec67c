package repo

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// Modules that are pinned in more than one place.
const (
	pulumiAWS        = "github.com/pulumi/pulumi-aws/sdk/v6"
	pulumiEKS        = "github.com/pulumi/pulumi-eks/sdk/v2"
	pulumiKubernetes = "github.com/pulumi/pulumi-kubernetes/sdk/v4"
)

var (
	requirement = regexp.MustCompile(`(?m)^(?:require )?\s*([a-z0-9.-]+\.[a-z]+/\S+) (v\S+)( // indirect)?$`)
	release     = regexp.MustCompile(`^v\d+\.\d+\.\d+(\+incompatible)?$`)
)

// versions are the versions that a go.mod requires, by module.
func versions(t *testing.T, gomod string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, m := range requirement.FindAllStringSubmatch(read(t, gomod), -1) {
		found[m[1]] = m[2]
	}
	require.NotEmpty(t, found, gomod)
	return found
}

// TestPins requires a root module that others can depend on: released versions, and no replace, which holds in the main module only.
func TestPins(t *testing.T) {
	var faults []string
	for _, m := range requirement.FindAllStringSubmatch(read(t, "go.mod"), -1) {
		if m[3] == "" && !release.MatchString(m[2]) {
			faults = append(faults, fmt.Sprintf("go.mod requires %s %s: depend on a released version", m[1], m[2]))
		}
	}
	if regexp.MustCompile(`(?m)^\s*(replace|exclude)\b`).MatchString(read(t, "go.mod")) {
		faults = append(faults, "go.mod has a replace or exclude: whoever imports the module does not get it")
	}
	for _, file := range files(t) {
		if strings.HasSuffix(file, "package.json") {
			faults = append(faults, loosePins(t, file)...)
		}
	}
	report(t, faults)
}

type npmPackage struct{ Dependencies, Overrides map[string]string }

func loosePins(t *testing.T, file string) (faults []string) {
	t.Helper()
	var manifest npmPackage
	require.NoError(t, json.Unmarshal([]byte(read(t, file)), &manifest))
	for _, group := range []map[string]string{manifest.Dependencies, manifest.Overrides} {
		for name, version := range group {
			if !release.MatchString("v" + version) {
				faults = append(faults, fmt.Sprintf("%s pins %s at %q: write an exact version", file, name, version))
			}
		}
	}
	return faults
}

// TestVersionsAgree compares every place that repeats a version with the go.mod that decides it.
func TestVersionsAgree(t *testing.T) {
	pinned := versions(t, "go.mod")
	all := sources(t)
	var npm npmPackage
	require.NoError(t, json.Unmarshal([]byte(read(t, "local/npm/package.json")), &npm))
	var faults []string
	same := func(what, got, want string) {
		if got != want {
			faults = append(faults, fmt.Sprintf("%s is %q, but go.mod says %q: change them together", what, got, want))
		}
	}
	same("ProviderVersion in k8s/release", constant(t, all, "k8s/release", "ProviderVersion"), bare(pinned[pulumiKubernetes]))
	same("pluginVersion in infra/cluster", constant(t, all, "infra/cluster", "pluginVersion"), bare(pinned[pulumiEKS]))
	same("providerVersion in infra/cluster", constant(t, all, "infra/cluster", "providerVersion"), bare(pinned[pulumiAWS]))
	same("providerVersion in infra/edge", constant(t, all, "infra/edge", "providerVersion"), bare(pinned[pulumiAWS]))
	same("Version in local/awsprovider", constant(t, all, "local/awsprovider", "Version"), bare(pinned[pulumiAWS]))
	same("@pulumi/eks in local/npm/package.json", npm.Dependencies["@pulumi/eks"], bare(pinned[pulumiEKS]))
	// The released plugin of pulumi-eks carries this version; infra/cluster moves what it makes to the program's own.
	require.Equal(t, constant(t, all, "internal/recorder", "eksAWSVersion"), npm.Overrides["@pulumi/aws"])
	same("@pulumi/kubernetes in local/npm/package.json", npm.Overrides["@pulumi/kubernetes"], bare(pinned[pulumiKubernetes]))
	for name, version := range pinned {
		if other, both := versions(t, "local/go.mod")[name]; both && strings.HasPrefix(name, "github.com/pulumi/pulumi") {
			same(name+" in local/go.mod", other, version)
		}
	}
	same("modelway:cluster.kubernetesVersion in Pulumi.local.yaml", localKubernetes(t),
		minor(versions(t, "local/tools/kubernetes/go.mod")["k8s.io/kubernetes"]))
	report(t, faults)
}

func bare(version string) string { return strings.TrimPrefix(version, "v") }

// minor is the version that EKS would call v1.35.4: 1.35.
func minor(version string) string {
	parts := strings.Split(bare(version), ".")
	return strings.Join(parts[:min(2, len(parts))], ".")
}

func localKubernetes(t *testing.T) string {
	t.Helper()
	var file struct {
		Config struct {
			Cluster struct {
				KubernetesVersion string `json:"kubernetesVersion"`
			} `json:"modelway:cluster"`
		} `json:"config"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "Pulumi.local.yaml")), &file))
	return file.Config.Cluster.KubernetesVersion
}

// constant is the value of a string constant of a package.
func constant(t *testing.T, all []source, folder, name string) string {
	t.Helper()
	for _, s := range all {
		if s.folder != folder || s.test {
			continue
		}
		for _, declaration := range s.syntax.Decls {
			group, ok := declaration.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				values, ok := spec.(*ast.ValueSpec)
				if ok && values.Names[0].Name == name && len(values.Values) == 1 {
					if literal, ok := values.Values[0].(*ast.BasicLit); ok {
						return strings.Trim(literal.Value, `"`)
					}
				}
			}
		}
	}
	t.Fatalf("%s has no string constant %s", folder, name)
	return ""
}
