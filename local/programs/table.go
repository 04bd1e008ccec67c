// Package programs knows which program of this machine stands for an image on the local stack: those of the local stack's own table, and
// those that a user gives in the file [FileName] or the variable [Variable].
package programs

import (
	"os"
	"path/filepath"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/kubelet"
)

// SampleImage is the image of the sample model server.
const SampleImage = "ghcr.io/modelway/model-server"

// row is an image that the local stack's own programs stand for.
type row struct {
	// image is the repository, without tag and digest.
	image string
	// program is its name in .modelway/bin.
	program string
	// args are its first arguments, in which $(NAME) stands for a variable of the container. BIND_ADDRESS is the address to listen on: pods
	// share the machine's ports, and each has an address of its own.
	args []string
	// instead says what does the image's work here; it runs nothing then.
	instead string
	// build is what to call for a program that `make tools` does not build; empty for one that it builds.
	build string
}

// rows are all of them. Every other image runs nothing, unless the user gives it a program.
var rows = []row{
	{image: SampleImage, program: "modelserver"},
	{image: "public.ecr.aws/eks/aws-load-balancer-controller", instead: "the load balancers of the local stack do its work"},
	{image: "registry.k8s.io/autoscaling/cluster-autoscaler", instead: "node groups of the simulated account keep their size"},
}

// own is the table of the programs that are built, and by image why there is none for others that are known.
func own(c checkout.Checkout) (table kubelet.Table, missing map[string]string) {
	table, missing = kubelet.Table{}, map[string]string{}
	for _, r := range rows {
		if r.instead != "" {
			missing[r.image] = "no program stands for image " + r.image + ": " + r.instead
			continue
		}
		path := filepath.Join(c.Bin(), r.program)
		if _, err := os.Stat(path); err != nil {
			build := r.build
			if build == "" {
				build = "make tools"
			}
			missing[r.image] = "program " + r.program + ", which stands for image " + r.image + " here, is not built: run `" + build + "`"
			continue
		}
		table[r.image] = kubelet.Program{Command: append([]string{path}, r.args...)}
	}
	return table, missing
}
