package iamdoc

import (
	"fmt"
	"strings"
)

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
	host := strings.TrimPrefix(issuer, "https://")
	return Document{Statements: []Statement{{
		Effect:    Allow,
		Principal: &Principal{Federated: Values{providerArn}},
		Action:    Values{"sts:AssumeRoleWithWebIdentity"},
		Condition: Conditions{"StringEquals": {
			host + ":aud": {"sts.amazonaws.com"},
			host + ":sub": {"system:serviceaccount:" + namespace + ":" + serviceAccount},
		}},
	}}}
}

// FargateTrust lets EKS start pods on Fargate, for the profiles of one cluster only
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html). The cluster is given by its ARN.
func FargateTrust(clusterArn string) (Document, error) {
	prefix, name, ok := strings.Cut(clusterArn, ":cluster/")
	if !ok || name == "" || strings.Count(prefix, ":") != 4 {
		return Document{}, fmt.Errorf("cluster ARN %q is not of the form arn:<partition>:eks:<region>:<account>:cluster/<name>", clusterArn)
	}
	return ServiceTrust("eks-fargate-pods.amazonaws.com", Conditions{
		"ArnLike": {"aws:SourceArn": {prefix + ":fargateprofile/" + name + "/*"}},
	}), nil
}
