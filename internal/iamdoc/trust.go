package iamdoc

import (
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

// Audience is what tokens that assume a role are meant for; IAM calls it the client id.
const Audience = "sts.amazonaws.com"

// ServiceTrust lets an AWS service assume a role.
func ServiceTrust(service string, conditions Conditions) Document {
	return Document{Statements: []Statement{{
		Effect: Allow, Principal: &Principal{Service: Values{service}}, Action: Values{"sts:AssumeRole"}, Condition: conditions,
	}}}
}

// WebIdentityTrust lets one Kubernetes service account assume a role with the tokens that the cluster's issuer signs
// (https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html). The issuer is a URL such as
// https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE, and the provider is the ARN of its IAM identity provider.
func WebIdentityTrust(providerArn, issuer, namespace, serviceAccount string) Document {
	return SubjectsTrust(providerArn, issuer, "system:serviceaccount:"+namespace+":"+serviceAccount)
}

// SubjectsTrust lets the named subjects of an OpenID Connect issuer assume a role, each as it stands in the token's claim sub:
// there are no wildcards. The tokens are meant for sts.amazonaws.com
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html).
func SubjectsTrust(providerArn, issuer string, subjects ...string) Document {
	host := strings.TrimPrefix(issuer, "https://")
	return Document{Statements: []Statement{{
		Effect:    Allow,
		Principal: &Principal{Federated: Values{providerArn}},
		Action:    Values{"sts:AssumeRoleWithWebIdentity"},
		Condition: Conditions{"StringEquals": {host + ":aud": {Audience}, host + ":sub": subjects}},
	}}}
}

// PodIdentityTrust lets EKS Pod Identity assume a role for one service account of one cluster, given by its ARN. The tags
// are those that EKS sets on every session unless an association switches them off
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html,
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html).
func PodIdentityTrust(clusterArn, namespace, serviceAccount string) Document {
	cluster, _, err := aws.ReadCluster(clusterArn)
	if err != nil {
		return Invalid(err)
	}
	return Document{Statements: []Statement{{
		Effect:    Allow,
		Principal: &Principal{Service: Values{aws.ServicePrincipal(cluster.Partition, "pods.eks")}},
		Action:    Values{"sts:AssumeRole", "sts:TagSession"},
		Condition: Conditions{"StringEquals": {
			"aws:SourceAccount":                         {cluster.AccountID},
			"aws:RequestTag/eks-cluster-arn":            {clusterArn},
			"aws:RequestTag/kubernetes-namespace":       {namespace},
			"aws:RequestTag/kubernetes-service-account": {serviceAccount},
		}},
	}}}
}

// FargateTrust lets EKS start pods on Fargate, for the profiles of one cluster only
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html). The cluster is given by its ARN.
func FargateTrust(clusterArn string) (Document, error) {
	cluster, name, err := aws.ReadCluster(clusterArn)
	if err != nil {
		return Document{}, err
	}
	cluster.Resource = "fargateprofile/" + name + "/*"
	return ServiceTrust(aws.ServicePrincipal(cluster.Partition, "eks-fargate-pods"),
		Conditions{"ArnLike": {"aws:SourceArn": {cluster.String()}}}), nil
}
