package network

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The sets of services with interface endpoints.
const (
	// EndpointsPrivate is all that a cluster without NAT gateways needs.
	EndpointsPrivate = "private"
	// EndpointsImages is what pulls images from ECR.
	EndpointsImages = "images"
	// EndpointsCredentials is what gives pods their AWS credentials.
	EndpointsCredentials = "credentials"
	// EndpointsLogs is what takes logs.
	EndpointsLogs = "logs"
)

// EndpointSets lists the sets that EndpointServices knows.
var EndpointSets = []string{EndpointsPrivate, EndpointsImages, EndpointsCredentials, EndpointsLogs}

// EndpointService is an AWS service with an interface endpoint, and why a cluster without NAT gateways needs it.
type EndpointService struct {
	// Name is what InterfaceEndpoints calls it, for example ecr.api.
	Name string
	// Set is the small set that it is in besides EndpointsPrivate; "" for none.
	Set string
	// Why says who calls the service.
	Why string
	// Source is where AWS says so.
	Source string
}

const (
	privateClusters = "https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html"
	autoscalerGuide = "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md"
)

// endpointServices is the set private, in order of name. S3 is not among them, because its gateway endpoint is always there.
// Nor is ssm: nodes run without the agent's connection, images of nodes are chosen by EKS, and AWS calls it optional. There
// are no endpoints for Route 53; those for WAF, Shield and ACM are for a controller that has these features on.
var endpointServices = []EndpointService{
	{"autoscaling", "", "The cluster autoscaler sizes node groups.", privateClusters},
	{"ec2", "", "Nodes learn their name, the VPC CNI attaches addresses, the EBS driver volumes, and the load balancer controller finds " +
		"subnets.", privateClusters},
	{"ecr.api", EndpointsImages, "Nodes and Fargate get the credentials of registries.", privateClusters},
	{"ecr.dkr", EndpointsImages, "Nodes and Fargate pull the manifests of images; their layers come from S3.", privateClusters},
	{"eks", "", "The cluster autoscaler describes node groups.", autoscalerGuide},
	{"eks-auth", EndpointsCredentials, "The Pod Identity agent gets the credentials of pods.", privateClusters},
	{"elasticloadbalancing", "", "The load balancer controller makes load balancers and registers pods.", privateClusters},
	{"kms", "", "Pods that encrypt or decrypt by themselves call it; S3, EBS and ECR do so on their own side.",
		"https://docs.aws.amazon.com/kms/latest/developerguide/kms-vpc-endpoint.html"},
	{"logs", EndpointsLogs, "The log router of Fargate and log agents on nodes write to CloudWatch Logs.", privateClusters},
	{"secretsmanager", "", "Pods read their secrets.",
		"https://docs.aws.amazon.com/secretsmanager/latest/userguide/vpc-endpoint-overview.html"},
	{"sts", EndpointsCredentials, "Pods with a role for their service account exchange their token for credentials.", privateClusters},
}

// EndpointTable lists the services of the set EndpointsPrivate, which holds all others, in order of name.
func EndpointTable() []EndpointService { return slices.Clone(endpointServices) }

// EndpointServices are the services of some sets, each once, in order of name: what NetworkArgs.InterfaceEndpoints takes.
func EndpointServices(sets []string) ([]string, error) {
	var faults []error
	for _, set := range sets {
		if !slices.Contains(EndpointSets, set) {
			faults = append(faults, fmt.Errorf("there is no set of interface endpoints %q: use %s", set, strings.Join(EndpointSets, ", ")))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	var services []string
	for _, service := range endpointServices {
		if slices.Contains(sets, EndpointsPrivate) || service.Set != "" && slices.Contains(sets, service.Set) {
			services = append(services, service.Name)
		}
	}
	return services, nil
}
