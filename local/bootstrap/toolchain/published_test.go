package toolchain

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the generated table of docs/local-stack.md")

var addresses = map[string]string{
	"kube-apiserver linux/amd64": "https://dl.k8s.io/v1.2.3/bin/linux/amd64/kube-apiserver https://dl.k8s.io/v1.2.3/bin/linux/amd64/kube-apiserver.sha256 ",
	"kubectl darwin/arm64":       "https://dl.k8s.io/v1.2.3/bin/darwin/arm64/kubectl https://dl.k8s.io/v1.2.3/bin/darwin/arm64/kubectl.sha256 ",
	"etcd linux/arm64": "https://github.com/etcd-io/etcd/releases/download/v1.2.3/etcd-v1.2.3-linux-arm64.tar.gz " +
		"https://github.com/etcd-io/etcd/releases/download/v1.2.3/SHA256SUMS etcd-v1.2.3-linux-arm64/etcd",
	"etcd darwin/amd64": "https://github.com/etcd-io/etcd/releases/download/v1.2.3/etcd-v1.2.3-darwin-amd64.zip " +
		"https://github.com/etcd-io/etcd/releases/download/v1.2.3/SHA256SUMS etcd-v1.2.3-darwin-amd64/etcd",
	"pulumi linux/amd64": "https://get.pulumi.com/releases/sdk/pulumi-v1.2.3-linux-x64.tar.gz " +
		"https://get.pulumi.com/releases/sdk/pulumi-1.2.3-checksums.txt pulumi/pulumi",
	"pulumi darwin/arm64": "https://get.pulumi.com/releases/sdk/pulumi-v1.2.3-darwin-arm64.tar.gz " +
		"https://get.pulumi.com/releases/sdk/pulumi-1.2.3-checksums.txt pulumi/pulumi",
	"pulumi-resource-kubernetes linux/amd64": "https://github.com/pulumi/pulumi-kubernetes/releases/download/v1.2.3/" +
		"pulumi-resource-kubernetes-v1.2.3-linux-amd64.tar.gz https://github.com/pulumi/pulumi-kubernetes/releases/download/v1.2.3/" +
		"pulumi-kubernetes_1.2.3_checksums.txt pulumi-resource-kubernetes",
	"promtool linux/amd64": "https://github.com/prometheus/prometheus/releases/download/v1.2.3/prometheus-1.2.3.linux-amd64.tar.gz " +
		"https://github.com/prometheus/prometheus/releases/download/v1.2.3/sha256sums.txt prometheus-1.2.3.linux-amd64/promtool",
	"alertmanager darwin/arm64": "https://github.com/prometheus/alertmanager/releases/download/v1.2.3/alertmanager-1.2.3.darwin-arm64.tar.gz " +
		"https://github.com/prometheus/alertmanager/releases/download/v1.2.3/sha256sums.txt alertmanager-1.2.3.darwin-arm64/alertmanager",
}

func TestAddressesOfPublishers(t *testing.T) {
	tried := 0
	for _, item := range Catalog() {
		for what, want := range addresses {
			name, platform, _ := strings.Cut(what, " ")
			if name != item.Name {
				continue
			}
			tried++
			offer := *item.published
			offer.version = func(string) (string, error) { return "v1.2.3", nil }
			file, err := offer.on("", platform)
			if got := file.URL + " " + file.Sums + " " + file.Member; err != nil || got != want {
				t.Errorf("%s: got %s, %v", what, got, err)
			}
		}
	}
	if tried != len(addresses) {
		t.Errorf("%d of %d are in the catalog", tried, len(addresses))
	}
}

// What is published has a version in this very checkout, and no placeholder is left.
func TestPublishedVersionsAreThoseThatAreBuilt(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range Catalog() {
		for _, platform := range everywhere {
			file, stamp, ok, err := item.download(Layout{Root: root}, Machine{Platform: platform, GoVersion: machine.GoVersion})
			if err != nil {
				t.Fatalf("%s: %v", item.Name, err)
			}
			if !ok {
				continue
			}
			all := file.URL + file.Sums + file.Member
			if strings.ContainsAny(all, "{}") || !strings.HasPrefix(stamp, "downloaded ") {
				t.Errorf("%s on %s: %+v, %s", item.Name, platform, file, stamp)
			}
			if item.LinkerFlags == nil {
				continue
			}
			flags, err := item.LinkerFlags(filepath.Join(root, item.Module))
			version := regexp.MustCompile(`ersion=v?(\S+)`).FindStringSubmatch(flags)
			if err != nil || version == nil || !strings.Contains(file.URL, version[1]) {
				t.Errorf("%s is built as %q, and downloaded as %s", item.Name, flags, file.URL)
			}
		}
	}
}

// table is what is downloaded, and from where.
func table() string {
	out := &strings.Builder{}
	fmt.Fprintln(out, "| program | its file | its sums | for |\n|---|---|---|---|")
	for _, item := range Catalog() {
		if item.published == nil {
			continue
		}
		system := "Linux, macOS"
		if slices.Equal(item.published.platforms, linux) {
			system = "Linux"
		}
		file := item.published.file
		fmt.Fprintf(out, "| `%s` | `%s` | `%s` | %s |\n", item.Name, file.URL, path.Base(file.Sums), system)
	}
	return out.String()
}

func TestDocumentTellsOfDownloads(t *testing.T) {
	const file = "../../../docs/local-stack.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const begin = "<!-- Generated from local/bootstrap by `make golden`. Do not edit. -->\n"
	before, rest, found := strings.Cut(string(text), begin)
	_, after, ended := strings.Cut(rest, "<!-- End of the generated table. -->")
	if !found || !ended {
		t.Fatalf("%s has no place for the table of downloads", file)
	}
	want := before + begin + table() + "<!-- End of the generated table. -->" + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Errorf("%s does not have the table of downloads: run `make golden`", file)
	}
}
