package addons

import "cmp"

// Chart pins one Helm chart and everything that must move with it.
type Chart struct {
	// Name of the chart in its repository, and of the release.
	Name string
	// Repository is the HTTPS address of the chart repository.
	Repository string
	// Version of the chart: exact, three numbers, no range.
	Version string
	// AppVersion is the version of the program in the chart, as its image tag has it.
	AppVersion string
	// Namespace the release goes into.
	Namespace string
	// Images that the chart runs.
	Images []ChartImage
	// CRDs that the chart brings; the zero value when it brings none.
	CRDs CRDs
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
}

func (i ChartImage) place() string { return cmp.Or(i.At, "image") }

// CRDs are the custom resource definitions of a chart. Helm installs those in a chart's crds folder once and never upgrades
// them (https://helm.sh/docs/chart_best_practices/custom_resource_definitions/): when Version moves, they are applied by hand.
type CRDs struct {
	// Names of the definitions that the platform writes objects of, as <plural>.<group>.
	Names []string
	// Source is the file that holds all definitions of AppVersion.
	Source string
}
