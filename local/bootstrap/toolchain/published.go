package toolchain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modelway/modelway/local/bootstrap/download"
)

// published is where the publisher of an item offers the program that would be built: the same version, from the same sources. What
// Modelway builds otherwise than its publisher is not downloaded.
type published struct {
	// version is that of the release, from the go.mod that pins it, such as v1.35.4.
	version func(root string) (string, error)
	// file has placeholders: {version} and {number}, which is without its v, {os} and {arch} as Go calls them.
	file download.File
	// names are other names of operating systems, architectures and kinds of archive, by those of Go.
	names map[string]string
	// platforms are those that there is a program for.
	platforms []string
}

var (
	linux      = []string{"linux/amd64", "linux/arm64"}
	everywhere = append(slices.Clone(linux), "darwin/amd64", "darwin/arm64")
)

// on is the file for a platform.
func (p published) on(root, platform string) (download.File, error) {
	version, err := p.version(root)
	if err != nil {
		return download.File{}, err
	}
	system, architecture, _ := strings.Cut(platform, "/")
	other := func(name string) string {
		if known, ok := p.names[name]; ok {
			return known
		}
		return name
	}
	fill := strings.NewReplacer("{version}", version, "{number}", strings.TrimPrefix(version, "v"), "{os}", system,
		"{arch}", other(architecture), "{archive}", other(system)).Replace
	return download.File{URL: fill(p.file.URL), Sums: fill(p.file.Sums), Member: fill(p.file.Member)}, nil
}

// downloadedStamp begins the stamp of an item that was downloaded; that of one that was built is a hash alone.
const downloadedStamp = "downloaded "

// download is the file that the item can be downloaded as, and the stamp of an item that came so. There may be none for the machine.
func (i Item) download(layout Layout, machine Machine) (file download.File, stamp string, ok bool, err error) {
	if i.published == nil || !slices.Contains(i.published.platforms, machine.Platform) {
		return download.File{}, "", false, nil
	}
	if file, err = i.published.on(layout.Root, machine.Platform); err != nil {
		return file, "", false, err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, i.Name, i.Produces, file)
	if i.runner != nil {
		runner, err := i.runner.hash(layout, machine)
		if err != nil {
			return file, "", false, err
		}
		fmt.Fprintln(sum, runner)
	}
	return file, downloadedStamp + hex.EncodeToString(sum.Sum(nil)), true, nil
}

// kubernetesRelease is a program of a Kubernetes release. The server's are published for Linux only.
func kubernetesRelease(name string, platforms []string) *published {
	const address = "https://dl.k8s.io/{version}/bin/{os}/{arch}/"
	return &published{
		version: pins(clusterTools, "k8s.io/kubernetes"), platforms: platforms,
		file: download.File{URL: address + name, Sums: address + name + ".sha256"},
	}
}

func etcdRelease() *published {
	const address = "https://github.com/etcd-io/etcd/releases/download/{version}/"
	const folder = "etcd-{version}-{os}-{arch}"
	return &published{
		version: pins(clusterTools, "go.etcd.io/etcd/server/v3"), platforms: everywhere,
		names: map[string]string{"linux": "tar.gz", "darwin": "zip"},
		file:  download.File{URL: address + folder + ".{archive}", Sums: address + "SHA256SUMS", Member: folder + "/etcd"},
	}
}

// engineRelease is the Pulumi CLI alone: with its language hosts the engine would compile the policy pack in each preview.
func engineRelease() *published {
	const address = "https://get.pulumi.com/releases/sdk/"
	return &published{
		version: pins(engineTools, engineModule), platforms: everywhere, names: map[string]string{"amd64": "x64"},
		file: download.File{
			URL: address + "pulumi-{version}-{os}-{arch}.tar.gz", Sums: address + "pulumi-{number}-checksums.txt", Member: "pulumi/pulumi",
		},
	}
}

// kubernetesPlugin is the release of the SDK that the program uses.
func kubernetesPlugin() *published {
	const address = "https://github.com/pulumi/pulumi-kubernetes/releases/download/{version}/"
	return &published{
		version: pins(".", "github.com/pulumi/pulumi-kubernetes/sdk/v4"), platforms: everywhere,
		file: download.File{
			URL: address + "pulumi-resource-kubernetes-{version}-{os}-{arch}.tar.gz", Sums: address + "pulumi-kubernetes_{number}_checksums.txt",
			Member: "pulumi-resource-kubernetes",
		},
	}
}

// prometheusRelease is a program of a release of the Prometheus project. Its neighbours publish images alone.
func prometheusRelease(name, module string) *published {
	project, ours := strings.CutPrefix(module, "github.com/prometheus/")
	if !ours {
		return nil
	}
	address, folder := "https://"+module+"/releases/download/v{number}/", project+"-{number}.{os}-{arch}"
	return &published{
		version:   func(root string) (string, error) { return releaseNumber(filepath.Join(root, monitoringTools), module) },
		platforms: everywhere,
		file:      download.File{URL: address + folder + ".tar.gz", Sums: address + "sha256sums.txt", Member: folder + "/" + name},
	}
}

func pins(module, dependency string) func(string) (string, error) {
	return func(root string) (string, error) { return pinnedVersion(filepath.Join(root, module), dependency) }
}
