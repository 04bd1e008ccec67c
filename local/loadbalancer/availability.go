package loadbalancer

import (
	"fmt"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/nodes"
)

const (
	controllerNamespace = "kube-system"
	controllerName      = "aws-load-balancer-controller"
	roleAnnotation      = "eks.amazonaws.com/role-arn"
)

// settings are the controller's command-line arguments that matter here.
// https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/
type settings struct {
	cluster, vpcID, targetType string
	ignoreGroupAnnotation      bool
}

// available returns the settings of the controller that runs, or an error that says why none can act.
func (c *controller) available() (settings, error) {
	var deployment *appsv1.Deployment
	for _, object := range c.deployments.List() {
		candidate := object.(*appsv1.Deployment)
		if candidate.Namespace == controllerNamespace && candidate.Labels["app.kubernetes.io/name"] == controllerName {
			deployment = candidate
		}
	}
	if deployment == nil {
		return settings{}, fmt.Errorf("no Deployment in %s has the label app.kubernetes.io/name=%s", controllerNamespace, controllerName)
	}
	name := deployment.Namespace + "/" + deployment.Name
	if deployment.DeletionTimestamp != nil || deployment.Status.AvailableReplicas == 0 {
		return settings{}, fmt.Errorf("deployment %s has no available replica", name)
	}
	key := deployment.Namespace + "/" + deployment.Spec.Template.Spec.ServiceAccountName
	object, found, _ := c.serviceAccounts.GetByKey(key)
	if !found {
		return settings{}, fmt.Errorf("deployment %s uses service account %s, which does not exist", name, key)
	}
	arn := object.(*corev1.ServiceAccount).Annotations[roleAnnotation]
	if arn == "" {
		return settings{}, fmt.Errorf("service account %s has no annotation %s, so the controller has no AWS credentials", key, roleAnnotation)
	}
	if err := c.Account.View(func(state *aws.State) error {
		return mayAct(state, arn, nodes.InterfaceOwner(deployment.Namespace, deployment.Name+"-"))
	}); err != nil {
		return settings{}, err
	}
	parsed := readSettings(deployment.Spec.Template.Spec.Containers[0])
	if parsed.cluster == "" || parsed.vpcID == "" {
		return settings{}, fmt.Errorf("deployment %s must have the arguments --cluster-name and --aws-vpc-id (chart values clusterName and vpcId), which a pod on Fargate cannot find out by itself", name)
	}
	return parsed, nil
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

func readSettings(container corev1.Container) settings {
	s := settings{targetType: "instance"}
	for _, argument := range append(container.Command, container.Args...) {
		name, value, _ := strings.Cut(argument, "=")
		switch name {
		case "--cluster-name":
			s.cluster = value
		case "--aws-vpc-id":
			s.vpcID = value
		case "--default-target-type":
			s.targetType = value
		case "--disable-ingress-group-name-annotation":
			s.ignoreGroupAnnotation, _ = strconv.ParseBool(value)
		}
	}
	return s
}
