package addons

import (
	"cmp"
	"strings"
	"time"
)

// HelmTimeout is how long Helm waits for the objects of a release. It covers Fargate pods, which take a minute or two to start, one after
// the other in a rolling update.
const HelmTimeout = 10 * time.Minute

// Chart pins one Helm chart and everything that must move with it.
type Chart struct {
	// Name of the chart in its repository, and of the release.
	Name string
	// Repository is the HTTPS address of the chart repository, or the address of a registry below which the chart is, with oci:// before
	// it.
	Repository string
	// Version of the chart: exact, three numbers, with a v before them where the chart has one; no range.
	Version string
	// AppVersion is the version of the program in the chart, as its image tag has it.
	AppVersion string
	// Namespace the release goes into.
	Namespace string
	// Images that the chart runs.
	Images []ChartImage
	// CRDs that the chart brings; the zero value when it brings none.
	CRDs CRDs
	// Kubernetes are the versions of the cluster that AppVersion is for. Default any.
	Kubernetes Kubernetes
	// PolicySource is the published IAM policy of AppVersion that the program needs; "" when none is published.
	PolicySource string
}

// ChartImage is an image that a chart runs.
type ChartImage struct {
	// Repository is the image's address without its tag.
	Repository string
	// Tag is the tag that the chart runs; default AppVersion. Tags takes its place where the cluster's Kubernetes version decides.
	Tag  string
	Tags Tags
	// At is where the chart's values have the image, with the keys repository and tag. Default image.
	At string
	// Key is the key below At of the image's address, in place of repository. Whole says that the value has the tag too.
	Key   string
	Whole bool
	// Apart says that the chart has the registry below At in a key of its own, registry, and only the path in repository.
	Apart bool
	// Idle says that nothing of the platform runs the image, although the chart names it: it comes from the mirror, which need not have it.
	Idle bool
}

func (i ChartImage) place() string { return cmp.Or(i.At, "image") }

// mirrored is where the chart's values have the image's address, and what it is where images come from a mirror.
func (i ChartImage) mirrored(c Chart, mirror string) (name, value string) {
	if i.Apart {
		return i.place() + ".registry", mirror
	}
	value = Mirror(i.Repository, mirror)
	if i.Whole {
		value += ":" + i.tag(c)
	}
	return i.place() + "." + cmp.Or(i.Key, "repository"), value
}

// tag is the tag that the chart runs, where the cluster's version does not decide.
func (i ChartImage) tag(c Chart) string { return cmp.Or(i.Tag, c.AppVersion) }

// Location is where Helm finds the chart, by its name and the address of its repository; the latter is "" where the name has it, as with
// charts in a registry (https://helm.sh/docs/topics/registries/).
func (c Chart) Location() (name, repository string) {
	if strings.HasPrefix(c.Repository, "oci://") {
		return c.Repository + "/" + c.Name, ""
	}
	return c.Name, c.Repository
}

// CRDs are the custom resource definitions of a chart. Helm installs those in a chart's crds folder once and never upgrades
// them (https://helm.sh/docs/chart_best_practices/custom_resource_definitions/): when Version moves, they are applied by hand.
type CRDs struct {
	// Names of the definitions that the platform writes objects of, as <plural>.<group>.
	Names []string
	// Source is the file that holds all definitions of AppVersion.
	Source string
}

// Kubernetes is a range of Kubernetes versions, such as 1.33 to 1.36.
type Kubernetes struct {
	// From and To are the first and the last minor version that whoever publishes a program has tried it with, such as 1.36; "" for no end.
	From, To string
	// Source is the address of the page that says so.
	Source string
}
