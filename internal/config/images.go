package config

// Images says where the platform's own container images come from: the load balancer controller, the autoscaler, the device
// plugin. Images of EKS add-ons are AWS's own and always come from ECR in the region.
type Images struct {
	// Mirror is the address of a registry with copies, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror. An image keeps
	// its path below it: <mirror>/eks/aws-load-balancer-controller. Required where natGateways is none. Default none: each image
	// comes from its own registry.
	Mirror string `json:"mirror"`
}
