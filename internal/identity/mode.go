package identity

// Modes are how the pods of a service account come by the role.
const (
	// Irsa is IAM roles for service accounts: the pod trades its own token for credentials. It works on nodes and on Fargate
	// (https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html).
	Irsa = "irsa"
	// PodIdentity is EKS Pod Identity: an agent on the node hands out credentials. It does not work on Fargate, where there is
	// no agent (https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html).
	PodIdentity = "podIdentity"
)

const (
	// AgentBlock is the address at which the agent of EKS Pod Identity hands out credentials, as a block, and AgentPort the port
	// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
	AgentBlock, AgentPort = "169.254.170.23/32", 80
	// RoleAnnotation names, on a service account, the role whose credentials its pods get by Irsa
	// (https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html).
	RoleAnnotation = "eks.amazonaws.com/role-arn"
)

// ModeFor is the mode for pods that may run on Fargate, or that run on nodes only.
func ModeFor(runsOnFargate bool) string {
	if runsOnFargate {
		return Irsa
	}
	return PodIdentity
}
