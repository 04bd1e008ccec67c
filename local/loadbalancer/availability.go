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
func (c *controller) available() (string, error) {
	found, _ := c.deployments.Deployments(controllerNamespace).List(labels.SelectorFromSet(labels.Set{"app.kubernetes.io/name": controllerName}))
	if len(found) == 0 {
		return "", fmt.Errorf("no Deployment in %s has the label app.kubernetes.io/name=%s", controllerNamespace, controllerName)
	}
	deployment := found[0]
	if deployment.DeletionTimestamp != nil || deployment.Status.AvailableReplicas == 0 {
		return "", fmt.Errorf("deployment %s has no available replica", deployment.Name)
	}
	name := deployment.Spec.Template.Spec.ServiceAccountName
	account, err := c.serviceAccounts.ServiceAccounts(controllerNamespace).Get(name)
	if err != nil {
		return "", fmt.Errorf("the controller has no AWS credentials: its service account %s does not exist", name)
	}
	cluster := argument(deployment, "--cluster-name")
	if cluster == "" || argument(deployment, "--aws-vpc-id") == "" {
		return "", fmt.Errorf("deployment %s must have the arguments --cluster-name and --aws-vpc-id (chart values clusterName and vpcId), which a pod on Fargate cannot find out by itself", deployment.Name)
	}
	return cluster, c.Account.View(func(state *aws.State) error {
		role, err := credentials(state, cluster, account)
		if err != nil {
			return err
		}
		return mayAct(state, role, nodes.InterfaceOwner(controllerNamespace, deployment.Name+"-"))
	})
}

// credentials returns the ARN of the role that the pods of a service account have: by its annotation (IAM roles for service accounts), or by
// an association with the cluster, which the Pod Identity agent on the nodes hands out.
func credentials(state *aws.State, cluster string, account *corev1.ServiceAccount) (string, error) {
	if role := account.Annotations[roleAnnotation]; role != "" {
		return role, nil
	}
	for _, association := range state.Where(aws.PodIdentityAssociation, "clusterName", cluster) {
		if association.String("namespace") != account.Namespace || association.String("serviceAccount") != account.Name {
			continue
		}
		if state.Get(aws.Addon, cluster+":eks-pod-identity-agent") == nil {
			return "", fmt.Errorf("the controller has no AWS credentials: cluster %s has no add-on eks-pod-identity-agent, which would hand out those of association %s", cluster, association.ID)
		}
		return association.String("roleArn"), nil
	}
	return "", fmt.Errorf("the controller has no AWS credentials: its service account %s has neither the annotation %s nor a Pod Identity association", account.Name, roleAnnotation)
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

// mayAct refuses a role that is gone or that has no policy, and pods that cannot reach AWS. pods is the prefix of the
// interface owners of the controller's pods.
func mayAct(state *aws.State, arn, pods string) error {
	role := state.Get(aws.Role, arn)
	if role == nil {
		return fmt.Errorf("the controller's IAM role %s does not exist", arn)
	}
	if len(state.Where(aws.RolePolicyAttachment, "role", role.ID))+len(state.Where(aws.RolePolicy, "role", role.ID)) == 0 {
		return fmt.Errorf("the controller's IAM role %s has no policy attached", arn)
	}
	var isolated error
	for _, attached := range state.Interfaces {
		if strings.HasPrefix(attached.Owner, pods) {
			if state.SubnetReachesAWS(attached.SubnetID) {
				return nil
			}
			isolated = fmt.Errorf("the controller's pods are in %s, which has no route to a NAT gateway, so they cannot reach the AWS API", attached.SubnetID)
		}
	}
	return isolated
}
