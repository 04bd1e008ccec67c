package aws

import (
	"strings"
)

// addons are the add-ons that the account knows (https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html and
// https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html). Their versions are those of the program's own table. Settings
// are those of DescribeAddonConfiguration; those of the EBS CSI driver are the values of its chart
// (https://github.com/kubernetes-sigs/aws-ebs-csi-driver/tree/master/charts/aws-ebs-csi-driver).
var addons = map[string]addon{
	"vpc-cni": {account: "aws-node",
		settings: strings.Fields(
			`affinity enableNetworkPolicy enableWindowsIpam enableWindowsPrefixDelegation eniConfig env init livenessProbeTimeoutSeconds
			nodeAgent podAnnotations podLabels readinessProbeTimeoutSeconds resources tolerations`)},
	"kube-proxy": {
		settings: strings.Fields("ipvs mode podAnnotations podLabels resources")},
	"eks-pod-identity-agent": {},
	"coredns": {pods: map[string]string{"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"},
		settings: strings.Fields(
			`affinity autoScaling computeType corefile nodeSelector podAnnotations podDisruptionBudget podLabels replicaCount resources
			tolerations topologySpreadConstraints`)},
	"metrics-server": {pods: map[string]string{"app.kubernetes.io/name": "metrics-server"}},
	"eks-node-monitoring-agent": {
		settings: strings.Fields("dcgmAgent extraObjects global nodeAgent")},
	"aws-ebs-csi-driver": {account: "ebs-csi-controller-sa", pods: map[string]string{"app": "ebs-csi-controller"},
		settings: strings.Fields(
			`a1CompatibilityDaemonSet additionalDaemonSets awsAccessSecret controller customLabels defaultStorageClass enabled fips
			fullnameOverride global helmTester image imagePullSecrets nameOverride node nodeComponentOnly proxy sidecars storageClasses
			useOldCSIDriver volumeSnapshotClasses`)},
}
