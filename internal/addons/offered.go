package addons

import "strings"

// offered are the versions of EKS add-ons that EKS offered in the autumn of 2026 for a Kubernetes version, newest first, the default with a
// *; under "" for every other one. Each is by the table of the add-on's page
// (https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html and
// https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html), or as DescribeAddonVersions answered. For Kubernetes 1.37 the
// version of kube-proxy has EKS's shape only.
var offered = map[string]map[string]string{
	VpcCni: {
		"": "v1.23.2-eksbuild.1 v1.23.1-eksbuild.1 v1.23.0-eksbuild.1 *v1.22.4-eksbuild.3 v1.22.3-eksbuild.1 v1.21.1-eksbuild.8",
	},
	KubeProxy: {
		"":     "*v1.37.0-eksbuild.1",
		"1.36": "*v1.36.0-eksbuild.25 v1.36.0-eksbuild.21 v1.36.0-eksbuild.14",
		"1.35": "*v1.35.3-eksbuild.29 v1.35.3-eksbuild.21 v1.35.3-eksbuild.13",
		"1.34": "*v1.34.6-eksbuild.29 v1.34.6-eksbuild.13",
		"1.33": "*v1.33.10-eksbuild.29 v1.33.10-eksbuild.13",
		"1.32": "*v1.32.13-eksbuild.21 v1.32.13-eksbuild.16",
		"1.31": "*v1.31.14-eksbuild.32 v1.31.14-eksbuild.20",
	},
	PodIdentityAgent: {"": "v1.4.0-eksbuild.3 v1.4.0-eksbuild.2 *v1.3.10-eksbuild.3 v1.3.10-eksbuild.2"},
	CoreDNS: {
		"":     "v1.14.6-eksbuild.4 *v1.14.3-eksbuild.23 v1.14.3-eksbuild.3",
		"1.35": "v1.14.6-eksbuild.4 v1.14.3-eksbuild.22 *v1.13.2-eksbuild.31 v1.13.2-eksbuild.11",
		"1.34": "v1.13.2-eksbuild.24 *v1.12.4-eksbuild.29",
		"1.33": "v1.13.2-eksbuild.10 *v1.12.4-eksbuild.38 v1.12.4-eksbuild.18",
		"1.32": "*v1.11.4-eksbuild.40",
		"1.31": "*v1.11.4-eksbuild.53 v1.11.4-eksbuild.40",
	},
	MetricsServer: {
		"":     "*v0.9.0-eksbuild.11 v0.9.0-eksbuild.5",
		"1.33": "*v0.8.1-eksbuild.14", "1.32": "*v0.8.1-eksbuild.14", "1.31": "*v0.8.1-eksbuild.14",
	},
	NodeMonitoringAgent: {"": "*v1.7.2-eksbuild.1 v1.7.1-eksbuild.1 v1.6.4-eksbuild.1"},
	EbsCsiDriver:        {"": "*v1.66.0-eksbuild.1 v1.65.0-eksbuild.1 v1.63.1-eksbuild.1"},
}

// Offered returns the versions of an EKS add-on that EKS offers for a Kubernetes version, newest first, and the default one; none for an
// add-on that is not of the tables.
func Offered(addon, kubernetesVersion string) (all []string, standard string) {
	list, listed := offered[addon][kubernetesVersion]
	if !listed {
		list = offered[addon][""]
	}
	for _, version := range strings.Fields(list) {
		bare, isStandard := strings.CutPrefix(version, "*")
		if isStandard {
			standard = bare
		}
		all = append(all, bare)
	}
	return all, standard
}
