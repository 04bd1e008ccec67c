package loadbalancer

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/nodes"
)

const (
	controllerNamespace = "kube-system"
	controllerName      = "aws-load-balancer-controller"
	roleAnnotation      = "eks.amazonaws.com/role-arn"
)

// available returns the name of the EKS cluster by the controller that runs, or an error that says why none can act.
func (c *cluster) available(state *aws.State) (string, error) {
	ofController := labels.SelectorFromSet(labels.Set{"app.kubernetes.io/name": controllerName})
	found, _ := c.deployments.Deployments(controllerNamespace).List(ofController)
	if len(found) == 0 {
		return "", fmt.Errorf("no Deployment in %s has the label app.kubernetes.io/name=%s", controllerNamespace, controllerName)
	}
	deployment := found[0]
	if deployment.DeletionTimestamp != nil || deployment.Status.AvailableReplicas == 0 {
		return "", fmt.Errorf("deployment %s has no available replica", deployment.Name)
	}
	identity := deployment.Spec.Template.Spec.ServiceAccountName
	account, err := c.serviceAccounts.ServiceAccounts(controllerNamespace).Get(identity)
	if err != nil {
		return "", fmt.Errorf("the controller has no AWS credentials: its service account %s does not exist", identity)
	}
	name := argument(deployment, "--cluster-name")
	if name == "" || argument(deployment, "--aws-vpc-id") == "" {
		return "", fmt.Errorf("deployment %s must have the arguments --cluster-name and --aws-vpc-id (chart values clusterName and vpcId), "+
			"which a pod on Fargate cannot find out by itself", deployment.Name)
	}
	given, err := credentials(state, name, account)
	if err != nil {
		return "", err
	}
	return name, mayAct(state, given, nodes.InterfaceOwner(controllerNamespace, deployment.Name+"-"))
}

// grant is how pods get the credentials of a role.
type grant struct {
	// role is its ARN.
	role string
	// service is the AWS service that hands the credentials out, as VPC endpoints name it.
	service string
}

// credentials finds what the pods of a service account are granted: by its annotation (IAM roles for service accounts), or by an
// association with the cluster, which the Pod Identity agent on the nodes hands out.
func credentials(state *aws.State, cluster string, account *corev1.ServiceAccount) (grant, error) {
	if role := account.Annotations[roleAnnotation]; role != "" {
		return grant{role: role, service: "sts"}, nil
	}
	for _, association := range state.Where(aws.PodIdentityAssociation, "clusterName", cluster) {
		if association.String("namespace") != account.Namespace || association.String("serviceAccount") != account.Name {
			continue
		}
		if state.Get(aws.Addon, cluster+":eks-pod-identity-agent") == nil {
			return grant{}, fmt.Errorf("the controller has no AWS credentials: cluster %s has no add-on eks-pod-identity-agent, which would hand "+
				"out those of association %s", cluster, association.ID)
		}
		return grant{role: association.String("roleArn"), service: "eks-auth"}, nil
	}
	return grant{}, fmt.Errorf("the controller has no AWS credentials: its service account %s has neither the annotation %s nor a Pod "+
		"Identity association", account.Name, roleAnnotation)
}

// argument returns the value of a command-line argument
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/).
func argument(deployment *appsv1.Deployment, name string) string {
	for _, argument := range deployment.Spec.Template.Spec.Containers[0].Args {
		if value, ok := strings.CutPrefix(argument, name+"="); ok {
			return value
		}
	}
	return ""
}

// mayAct refuses a role that is gone or that has no policy, and pods that cannot reach the services of AWS that they call. pods is the
// prefix of the interface owners of the controller's pods.
func mayAct(state *aws.State, given grant, pods string) error {
	role := state.Get(aws.Role, given.role)
	if role == nil {
		return fmt.Errorf("the controller's IAM role %s does not exist", given.role)
	}
	if len(state.Where(aws.RolePolicyAttachment, "role", role.ID))+len(state.Where(aws.RolePolicy, "role", role.ID)) == 0 {
		return fmt.Errorf("the controller's IAM role %s has no policy attached", given.role)
	}
	var isolated error
	for _, attached := range state.Interfaces {
		if strings.HasPrefix(attached.Owner, pods) {
			missing := state.Unreachable(attached.SubnetID, "ec2", "elasticloadbalancing", given.service)
			if len(missing) == 0 {
				return nil
			}
			isolated = fmt.Errorf("the controller's pods are in %s, which has neither a route to a NAT gateway nor a VPC endpoint for %s",
				attached.SubnetID, strings.Join(missing, ", "))
		}
	}
	return isolated
}
