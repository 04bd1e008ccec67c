// Package programs knows which program of this machine stands for an image on the local stack: those of the local stack's own table, and
// those that a user gives in the file [FileName] or the variable [Variable].
package programs

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/kubelet"
)

// SampleImage is the image of the sample model server.
const SampleImage = "ghcr.io/modelway/model-server"

// row is an image that the local stack's own programs stand for.
type row struct {
	// image is the repository, without tag and digest. A mirror of it has the same path, with or without its registry.
	image string
	// program is its name in .modelway/bin.
	program string
	// python is a module with its first arguments, for a program that [checkout.Checkout.Python] has in place of .modelway/bin.
	python []string
	// last are arguments after the container's own, over which they win. In them $(NAME) stands for a variable of the container;
	// BIND_ADDRESS is the address to listen on: pods share the machine's ports, and each has an address of its own.
	last []string
	// replace are texts of the container's arguments, each followed by what stands in its place; see [kubelet.Program.Replace].
	replace []string
	// relay is a port that it takes on all addresses; see [kubelet.Relay].
	relay kubelet.Relay
	// environment has further variables, which win over the container's.
	environment map[string]string
	// build is the target that builds the program; empty for one that `make tools` builds.
	build string
	// instead says what does the image's work here; it runs nothing then.
	instead string
}

// rows are all of them. Every other image runs nothing, unless the user gives it a program.
var rows = []row{
	{image: SampleImage, program: "modelserver"},
	{image: "public.ecr.aws/eks/aws-load-balancer-controller", instead: "the load balancers of the local stack do its work"},
	{image: "registry.k8s.io/autoscaling/cluster-autoscaler", instead: "node groups of the simulated account keep their size"},
	{image: "quay.io/brancz/kube-rbac-proxy", instead: "nobody asks for the metrics that it guards"},
	{image: "ghcr.io/modelway/storage-initializer", program: "storage-initializer", build: "tools-kserve"},
	{image: "quay.io/jetstack/cert-manager-controller", program: "cert-manager-controller"},
	{image: "quay.io/jetstack/cert-manager-cainjector", program: "cert-manager-cainjector"},
	{image: "quay.io/jetstack/cert-manager-webhook", program: "cert-manager-webhook"},
	{image: "docker.io/kserve/kserve-controller", program: "kserve-controller", build: "tools-kserve",
		relay: kubelet.Relay{Port: 9443, Flag: "--webhook-port="},
		last:  []string{"--metrics-addr=0", "--health-probe-addr=$(BIND_ADDRESS):8081"}},
	{image: "ghcr.io/modelway/mlflow-server", python: []string{"modelway_mlflow"}},
	{image: "docker.io/kserve/sklearnserver", python: []string{"kserve_runtime", "sklearn"}},
	{image: "docker.io/kserve/xgbserver", python: []string{"kserve_runtime", "xgboost"}},
	{image: "docker.io/kserve/lgbserver", python: []string{"kserve_runtime", "lightgbm"}},
	{image: "quay.io/prometheus-operator/prometheus-operator", program: "prometheus-operator", build: buildMonitoring,
		replace: []string{"--web.listen-address=:", "--web.listen-address=$(BIND_ADDRESS):"}},
	{image: "quay.io/prometheus-operator/prometheus-config-reloader", program: "prometheus-config-reloader", build: buildMonitoring,
		replace: []string{"--listen-address=:", "--listen-address=$(BIND_ADDRESS):", "://localhost:", "://$(BIND_ADDRESS):",
			"://127.0.0.1:", "://$(BIND_ADDRESS):", "--listen-address=127.0.0.1:", "--listen-address=$(BIND_ADDRESS):"}},
	{image: "quay.io/prometheus/prometheus", program: "prometheus", build: buildMonitoring,
		last: []string{"--web.listen-address=$(BIND_ADDRESS):9090"}},
	{image: "quay.io/prometheus/alertmanager", program: "alertmanager", build: buildMonitoring,
		replace: []string{"--web.listen-address=:", "--web.listen-address=$(BIND_ADDRESS):", "[$(POD_IP)]", "$(BIND_ADDRESS)"}},
	{image: "registry.k8s.io/kube-state-metrics/kube-state-metrics", program: "kube-state-metrics", build: buildMonitoring,
		last: []string{"--host=$(BIND_ADDRESS)", "--telemetry-host=$(BIND_ADDRESS)"}},
	{image: "ghcr.io/kedacore/keda", program: "keda-operator", build: buildKeda, last: []string{"--metrics-bind-address=$(BIND_ADDRESS):8080",
		"--health-probe-bind-address=$(BIND_ADDRESS):8081", "--metrics-service-bind-address=$(BIND_ADDRESS):9666"}},
	// Its own metrics are always on all addresses, and so at a port that is free.
	{image: "ghcr.io/kedacore/keda-metrics-apiserver", program: "keda-metrics-apiserver", build: buildKeda,
		last: []string{"--bind-address=$(BIND_ADDRESS)", "--port=0"}},
	// No commit's signature is checked without a keyring, which gpg makes, and this machine need not have that.
	{image: "quay.io/argoproj/argocd", program: "argocd", build: "tools-argocd",
		relay:       kubelet.Relay{Port: 8082, Flag: "--metrics-port="}, // of the controller
		environment: map[string]string{"ARGOCD_GPG_ENABLED": "false"}},
	{image: "ecr-public.aws.com/docker/library/redis", program: "redis-server", last: []string{"--bind", "$(BIND_ADDRESS)"}},
}

// buildMonitoring builds the programs of local/tools/monitoring and local/tools/operator, buildKeda those of local/tools/keda.
const (
	buildMonitoring = "tools-monitoring"
	buildKeda       = "tools-keda"
)

// is says whether a repository is the row's image or a mirror of it. The registry docker.io may be left out.
func (r row) is(repository string) bool {
	_, path, _ := strings.Cut(r.image, "/")
	return repository == r.image || repository == path || strings.HasSuffix(repository, "/"+path)
}

// own returns the program of a row, or why there is none.
func (r row) own(c checkout.Checkout) (program kubelet.Program, why string) {
	if r.instead != "" {
		return program, "no program stands for image " + r.image + ": " + r.instead
	}
	if r.python != nil {
		return r.module(c)
	}
	path := filepath.Join(c.Bin(), r.program)
	if _, err := os.Stat(path); err != nil {
		return program, fmt.Sprintf("program %s, which stands for image %s here, is not built: run `%s`",
			r.program, r.image, c.Make(cmp.Or(r.build, "tools")))
	}
	return kubelet.Program{Command: []string{path}, Last: r.last, Replace: r.replace, Relay: r.relay, Environment: r.environment}, ""
}

// module returns the program of a row in Python, or why there is none. Its path is that of the environment itself: a mount could hide what
// a link leads to.
func (r row) module(c checkout.Checkout) (program kubelet.Program, why string) {
	home, err := filepath.EvalSymlinks(c.Python())
	if err != nil {
		return program, fmt.Sprintf("program %s, which stands for image %s here, needs Python 3.10 to 3.13 with packages: run `%s`",
			r.python[0], r.image, c.Make("python"))
	}
	return kubelet.Program{Command: slices.Concat([]string{filepath.Join(home, "bin", "python"), "-m"}, r.python)}, ""
}
