// Package charts is the single place where a Helm chart, its custom resource definitions and its image are pinned, and any
// other image that the platform itself runs. It is pure: no Pulumi import, so that any tool can read the pins. Whatever
// installs a chart or runs an image takes it from here.
package charts

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
	// Image the chart runs by default, without its tag, which is AppVersion.
	Image string
	// CRDs that the chart brings; the zero value when it brings none.
	CRDs CRDs
	// IAMPolicy that the program needs in AWS; the zero value when it needs none.
	IAMPolicy IAMPolicy
}

// CRDs are the custom resource definitions of a chart. Helm installs those in a chart's crds folder once and never upgrades
// them (https://helm.sh/docs/chart_best_practices/custom_resource_definitions/): when Version moves, they are applied by hand.
type CRDs struct {
	// Version of the program that the definitions belong to, equal to Chart.AppVersion.
	Version string
	// Names of the definitions that the platform writes objects of, as <plural>.<group>.
	Names []string
	// Source is the file that holds all definitions of the chart.
	Source string
}

// IAMPolicy is a published IAM policy document that belongs to one version of a program.
type IAMPolicy struct {
	// Version of the program that the document belongs to, equal to Chart.AppVersion.
	Version string
	// Source is the published document.
	Source string
}

// All returns every pinned chart, sorted by name.
func All() []Chart {
	return []Chart{LoadBalancerController(), ClusterAutoscaler()}
}
