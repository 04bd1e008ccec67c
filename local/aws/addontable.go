package aws

import (
	"strings"
)

// addons are the add-ons that the account knows (https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html and
// https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html), and those of their versions that EKS offered in the autumn of
// 2026: each by the table of its page, or as DescribeAddonVersions answered. For Kubernetes 1.37 the versions of kube-proxy have EKS's
// shape only. Settings are those of DescribeAddonConfiguration; those of the EBS CSI driver are the values of its chart
// (https://github.com/kubernetes-sigs/aws-ebs-csi-driver/tree/master/charts/aws-ebs-csi-driver).
var addons = map[string]addon{
	"vpc-cni": {account: "aws-node",
		versions: map[string]string{"": "v1.23.2-eksbuild.1 v1.23.1-eksbuild.1 v1.23.0-eksbuild.1 *v1.22.4-eksbuild.3 v1.22.3-eksbuild.1 " +
			"v1.21.1-eksbuild.8"},
		settings: strings.Fields(
			`affinity enableNetworkPolicy enableWindowsIpam enableWindowsPrefixDelegation eniConfig env init livenessProbeTimeoutSeconds
			nodeAgent podAnnotations podLabels readinessProbeTimeoutSeconds resources tolerations`)},
	"kube-proxy": {
		versions: map[string]string{
			"":     "*v1.37.0-eksbuild.1",
			"1.36": "*v1.36.0-eksbuild.25 v1.36.0-eksbuild.21 v1.36.0-eksbuild.14",
			"1.35": "*v1.35.3-eksbuild.29 v1.35.3-eksbuild.21 v1.35.3-eksbuild.13",
			"1.34": "*v1.34.6-eksbuild.29 v1.34.6-eksbuild.13",
			"1.33": "*v1.33.10-eksbuild.29 v1.33.10-eksbuild.13",
			"1.32": "*v1.32.13-eksbuild.21 v1.32.13-eksbuild.16",
			"1.31": "*v1.31.14-eksbuild.32 v1.31.14-eksbuild.20",
		},
		settings: strings.Fields("ipvs mode podAnnotations podLabels resources")},
	"eks-pod-identity-agent": {versions: map[string]string{"": "v1.4.0-eksbuild.3 v1.4.0-eksbuild.2 *v1.3.10-eksbuild.3 v1.3.10-eksbuild.2"}},
	"coredns": {pods: map[string]string{"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"},
		versions: map[string]string{
			"":     "v1.14.6-eksbuild.4 *v1.14.3-eksbuild.23 v1.14.3-eksbuild.3",
			"1.35": "v1.14.6-eksbuild.4 v1.14.3-eksbuild.22 *v1.13.2-eksbuild.31 v1.13.2-eksbuild.11",
			"1.34": "v1.13.2-eksbuild.24 *v1.12.4-eksbuild.29",
			"1.33": "v1.13.2-eksbuild.10 *v1.12.4-eksbuild.38 v1.12.4-eksbuild.18",
			"1.32": "*v1.11.4-eksbuild.40",
			"1.31": "*v1.11.4-eksbuild.53 v1.11.4-eksbuild.40",
		},
		settings: strings.Fields(
			`affinity autoScaling computeType corefile nodeSelector podAnnotations podDisruptionBudget podLabels replicaCount resources
			tolerations topologySpreadConstraints`)},
	"metrics-server": {pods: map[string]string{"app.kubernetes.io/name": "metrics-server"},
		versions: map[string]string{
			"":     "*v0.9.0-eksbuild.11 v0.9.0-eksbuild.5",
			"1.33": "*v0.8.1-eksbuild.14", "1.32": "*v0.8.1-eksbuild.14", "1.31": "*v0.8.1-eksbuild.14",
		}},
	"eks-node-monitoring-agent": {versions: map[string]string{"": "*v1.7.2-eksbuild.1 v1.7.1-eksbuild.1 v1.6.4-eksbuild.1"},
		settings: strings.Fields("dcgmAgent extraObjects global nodeAgent")},
	"aws-ebs-csi-driver": {account: "ebs-csi-controller-sa", pods: map[string]string{"app": "ebs-csi-controller"},
		versions: map[string]string{"": "*v1.66.0-eksbuild.1 v1.65.0-eksbuild.1 v1.63.1-eksbuild.1"},
		settings: strings.Fields(
			`a1CompatibilityDaemonSet additionalDaemonSets awsAccessSecret controller customLabels defaultStorageClass enabled fips
			fullnameOverride global helmTester image imagePullSecrets nameOverride node nodeComponentOnly proxy sidecars storageClasses
			useOldCSIDriver volumeSnapshotClasses`)},
}
