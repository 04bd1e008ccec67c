package toolchain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Item is one thing that the local stack needs: a Go program, or the npm packages.
type Item struct {
	// Name is the item's name on the command line and, for a program, its file name in .modelway/bin.
	Name string
	// Module is the folder of the Go module that the item is built from, or of its package.json, relative to the checkout.
	Module string
	// Inputs are the files and folders, relative to the checkout, whose contents decide whether the item is out of date.
	Inputs []string
	// Package is the Go package to build, a path or relative to Module. Empty: not a Go program.
	Package string
	// LinkerFlags returns what goes to -ldflags besides -s -w.
	LinkerFlags func(module string) (string, error)
	// Tags are build tags.
	Tags string
	// Optional says that the item is built only when it, or a group of it, is named.
	Optional bool
	// Produces are the files, relative to .modelway, that exist after a build.
	Produces []string

	build func(ctx context.Context, item Item, layout Layout, machine Machine, task *Task) error
	// aside says that it is made beside what is built: it waits for a network, mostly.
	aside bool
	// installed takes what the machine has in place of the item, if it does.
	installed func(ctx context.Context, item Item, layout Layout, machine Machine) (bool, error)
	// published is where the item can be downloaded.
	published *published
	// runner is built in place of a downloaded item, which lies elsewhere, and starts it.
	runner *Item
}

// Groups are names for several items: preview is what an offline preview of dev and prod needs, without a cluster; kserve is what a
// cluster with KServe runs besides the rest; monitoring is what measures there; rules is what checks rules and routes of alerts; keda is
// what scales by what is measured; argocd is what brings objects from a Git repository.
var Groups = map[string][]string{
	"argocd":     {"argocd"},
	"keda":       {"keda-operator", "keda-metrics-apiserver"},
	"kserve":     {"kserve-controller", "storage-initializer"},
	"monitoring": {"prometheus", "prometheus-operator", "prometheus-config-reloader", "kube-state-metrics", "alertmanager"},
	"rules":      {"promtool", "amtool"},
	"preview":    {"node", "pulumi-resource-kubernetes", "kubectl", "pulumi", "modelway-policies", "modelway", "modelway-local"},
}

const (
	clusterTools = "local/tools/kubernetes"
	engineTools  = "local/tools/engine"
	kserveTools  = "local/tools/kserve"
	kedaTools    = "local/tools/keda"
	argocdTools  = "local/tools/argocd"
	// The operator wants a newer client-go than kube-state-metrics takes.
	monitoringTools = "local/tools/monitoring"
	operatorTools   = "local/tools/operator"
)

// Catalog lists the items in build order: what rarely changes and takes long first.
func Catalog() []Item {
	program := func(name, module, pkg string, flags func(string) (string, error), inputs ...string) Item {
		return Item{
			Name: name, Module: module, Package: pkg, Inputs: inputs, LinkerFlags: flags,
			Produces: []string{"bin/" + name}, build: buildProgram,
		}
	}
	pinned := func(name, module, pkg string, flags func(string) (string, error)) Item {
		return program(name, module, pkg, flags, module+"/go.mod", module+"/go.sum")
	}
	offered := func(item Item, where *published) Item {
		item.published = where
		return item
	}
	kubernetes := func(name string, platforms []string) Item {
		return offered(pinned(name, clusterTools, "k8s.io/kubernetes/cmd/"+name, kubernetesVersion), kubernetesRelease(name, platforms))
	}
	deciding := []string{"go.mod", "go.sum", "platform", "infra", "k8s", "internal"}

	plugin := program("pulumi-resource-kubernetes", clusterTools, "./pulumi-resource-kubernetes", nil, clusterTools)
	runner := program(plugin.Name, "local/bootstrap", "./exitwithparent", nil, "local/bootstrap/exitwithparent")
	plugin.published, plugin.runner = kubernetesPlugin(), &runner

	pack := program("modelway-policies", ".", "./policies", nil, "go.mod", "go.sum", "policies", "internal")
	pack.build = buildPack
	pack.Produces = append(pack.Produces, "bin/"+packPlugin)

	engine := pinned("pulumi", engineTools, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", engineVersion)
	engine.installed, engine.published = linkInstalledEngine, engineRelease()
	kserve := pinned("kserve-controller", kserveTools, "github.com/kserve/kserve/cmd/manager", nil)
	kserve.Optional = true
	initializer := program("storage-initializer", ".", "./cmd/storage-initializer", nil, "go.mod", "go.sum", "cmd/storage-initializer",
		"cmd/modelstore", "internal")
	initializer.Optional = true
	measuring := func(name, tools, owner, pkg string) Item {
		item := pinned(name, tools, owner+pkg, func(module string) (string, error) { return releaseVersion(module, owner) })
		item.Optional, item.Tags, item.published = true, discoveries, prometheusRelease(name, owner)
		return item
	}
	scaling := func(name, pkg string) Item {
		item := pinned(name, kedaTools, kedaModule+pkg, kedaVersion)
		item.Optional = true
		return item
	}
	delivering := program("argocd", argocdTools, "./argocd", argocdVersion, argocdTools)
	delivering.Optional = true
	alertmanager := measuring("alertmanager", monitoringTools, alertmanagerModule, "/cmd/alertmanager")
	alertmanager.build = lacking{alertmanagerModule, alertmanagerPages}.build
	driver := program("modelway-local", "local", ".", nil, append([]string{"main.go", "local"}, deciding...)...)
	driver.build = buildDriver
	for _, name := range driverNames {
		driver.Produces = append(driver.Produces, "bin/"+name)
	}

	return []Item{
		{
			Name: "node", Module: "local/npm", Inputs: []string{"local/npm"}, build: installPackages, aside: true,
			Produces: []string{"node/node_modules/@pulumi/eks/cmd/provider/index.js", "bin/pulumi-resource-eks"},
		},
		plugin,
		kubernetes("kube-apiserver", linux),
		kubernetes("kube-controller-manager", linux),
		kubernetes("kube-scheduler", linux),
		kubernetes("kubectl", everywhere),
		offered(pinned("etcd", clusterTools, "go.etcd.io/etcd/server/v3", nil), etcdRelease()),
		engine,
		pack,
		program("modelserver", "modelserver", ".", nil, "modelserver"),
		program("modelway", ".", "./cmd/modelway", nil, append([]string{"cmd/modelway", "cmd/modelstore", "cmd/awsaccount"}, deciding...)...),
		driver,
		kserve,
		initializer,
		measuring("prometheus", monitoringTools, prometheusModule, "/cmd/prometheus"),
		measuring("promtool", monitoringTools, prometheusModule, "/cmd/promtool"),
		measuring("prometheus-operator", operatorTools, operatorModule, "/cmd/operator"),
		measuring("prometheus-config-reloader", operatorTools, operatorModule, "/cmd/prometheus-config-reloader"),
		measuring("kube-state-metrics", monitoringTools, "k8s.io/kube-state-metrics/v2", ""),
		measuring("amtool", monitoringTools, alertmanagerModule, "/cmd/amtool"),
		alertmanager,
		scaling("keda-operator", "/cmd/operator"),
		scaling("keda-metrics-apiserver", "/cmd/adapter"),
		delivering,
	}
}

const (
	engineModule       = "github.com/pulumi/pulumi/pkg/v3"
	argocdModule       = "github.com/argoproj/argo-cd/v3"
	kedaModule         = "github.com/kedacore/keda/v2"
	alertmanagerModule = "github.com/prometheus/alertmanager"
	prometheusModule   = "github.com/prometheus/prometheus"
	operatorModule     = "github.com/prometheus-operator/prometheus-operator"
	// discoveries leave out what Prometheus finds targets by, but Kubernetes: the SDKs of all clouds would be most of its build.
	discoveries = "remove_all_sd,enable_kubernetes_sd"
)

// alertmanagerPages stand in for those of a release of Alertmanager, which its module lacks.
var alertmanagerPages = map[string]string{"ui/app/dist/index.html": "<!doctype html><title>Alertmanager</title>The API is at /api/v2\n"}

// releaseVersion stamps the version of a release of the Prometheus project and its neighbours. The operator has the tag of its config
// reloader's image from it.
func releaseVersion(module, dependency string) (string, error) {
	number, err := releaseNumber(module, dependency)
	return "-X github.com/prometheus/common/version.Version=" + number, err
}

// releaseNumber is the version of a release, without its v. The module of Prometheus 3.16.0 is v0.316.0
// (https://github.com/prometheus/prometheus/blob/main/RELEASE.md).
func releaseNumber(module, dependency string) (string, error) {
	version, err := pinnedVersion(module, dependency)
	version = strings.TrimPrefix(version, "v")
	if numbers := strings.Split(version, "."); dependency == prometheusModule && len(numbers) == 3 {
		if minor, err := strconv.Atoi(numbers[1]); err == nil {
			version = fmt.Sprintf("%d.%d.%s", minor/100, minor%100, numbers[2])
		}
	}
	return version, err
}

// kedaVersion stamps the version that KEDA's programs say they are.
func kedaVersion(module string) (string, error) {
	version, err := pinnedVersion(module, kedaModule)
	return "-X " + kedaModule + "/version.Version=" + strings.TrimPrefix(version, "v"), err
}

// argocdVersion stamps the version that Argo CD's programs say they are.
func argocdVersion(module string) (string, error) {
	version, err := pinnedVersion(module, argocdModule)
	return "-X " + argocdModule + "/common.version=" + strings.TrimPrefix(version, "v"), err
}

// kubernetesVersion stamps the Kubernetes version. Without it the programs call themselves v0.0.0-master, which pulumi-eks
// (`kubectl version --client`), the Kubernetes provider and Helm (a chart's kubeVersion) misread.
func kubernetesVersion(module string) (string, error) {
	version, err := pinnedVersion(module, "k8s.io/kubernetes")
	if err != nil {
		return "", err
	}
	parts := regexp.MustCompile(`^v(\d+)\.(\d+)`).FindStringSubmatch(version)
	if parts == nil {
		return "", fmt.Errorf("k8s.io/kubernetes is pinned at %q in %s/go.mod, which is not a version", version, module)
	}
	const pkg = "-X k8s.io/component-base/version."
	return fmt.Sprintf(pkg+"gitVersion=%s "+pkg+"gitMajor=%s "+pkg+"gitMinor=%s", version, parts[1], parts[2]), nil
}

// engineVersion stamps the engine's version. The Automation API asks the CLI for it and refuses an empty one.
func engineVersion(module string) (string, error) {
	version, err := pinnedVersion(module, engineModule)
	return "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=" + version, err
}

// pinnedVersion reads the version of a dependency from a module's go.mod.
func pinnedVersion(module, dependency string) (string, error) {
	file := filepath.Join(module, "go.mod")
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(`(?m)^(?:require\s+|\s+)` + regexp.QuoteMeta(dependency) + `\s+(v\S+)`).FindSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("%s does not require %s", file, dependency)
	}
	return string(found[1]), nil
}
