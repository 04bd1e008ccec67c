package iamdoc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
)

func TestFargateTrustIsForOneCluster(t *testing.T) {
	trust, err := iamdoc.FargateTrust("arn:aws-cn:eks:cn-north-1:123456789012:cluster/modelway-dev")
	require.NoError(t, err)
	text, err := trust.JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},`+
		`"Action":["sts:AssumeRole"],"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws-cn:eks:cn-north-1:123456789012:fargateprofile/modelway-dev/*"}}}]}`, text)
	for _, bad := range []string{"", "modelway-dev", "arn:aws:eks:us-east-1:123456789012:cluster/", "arn:aws:eks:us-east-1:cluster/x"} {
		_, err := iamdoc.FargateTrust(bad)
		require.ErrorContains(t, err, "is not of the form", bad)
	}
}

func TestWebIdentityTrustIsForOneServiceAccount(t *testing.T) {
	text, err := iamdoc.WebIdentityTrust("arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A", "https://oidc.example/id/A",
		"kube-system", "controller").JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`+
		`"Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A"},"Action":["sts:AssumeRoleWithWebIdentity"],`+
		`"Condition":{"StringEquals":{"oidc.example/id/A:aud":"sts.amazonaws.com","oidc.example/id/A:sub":"system:serviceaccount:kube-system:controller"}}}]}`, text)
}

func TestPodIdentityTrustIsForOneServiceAccountOfOneCluster(t *testing.T) {
	text, err := iamdoc.PodIdentityTrust("arn:aws:eks:us-east-1:123456789012:cluster/modelway-dev", "kube-system", "autoscaler").JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},`+
		`"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{`+
		`"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:us-east-1:123456789012:cluster/modelway-dev",`+
		`"aws:RequestTag/kubernetes-namespace":"kube-system","aws:RequestTag/kubernetes-service-account":"autoscaler",`+
		`"aws:SourceAccount":"123456789012"}}}]}`, text)
	_, err = iamdoc.PodIdentityTrust("modelway-dev", "kube-system", "autoscaler").JSON()
	require.ErrorContains(t, err, `cluster ARN "modelway-dev" is not of the form`)
}

func TestPartition(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1": "aws", "eu-central-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov",
		"us-iso-east-1": "aws-iso", "us-isob-east-1": "aws-iso-b", "eusc-de-east-1": "aws-eusc",
	} {
		require.Equal(t, want, aws.Partition(region), region)
	}
	require.Equal(t, "arn:aws-cn:iam::aws:policy/AmazonEKS_CNI_Policy", aws.ManagedPolicyArn("aws-cn", "AmazonEKS_CNI_Policy"))
}
