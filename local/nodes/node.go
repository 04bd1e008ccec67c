package nodes

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/local/aws"
)

const (
	// subnetAnnotation marks the nodes of this package and names the subnet of their pods.
	subnetAnnotation = "modelway.dev/subnet"
	// heartbeatPeriod is less than the 40 seconds after which the node lifecycle controller gives up a silent node
	// (https://kubernetes.io/docs/reference/node/node-status/#heartbeats).
	heartbeatPeriod = 10 * time.Second
)

// syncNodes registers the nodes that the account asks for, and retires the others; with a beat all of them show that they are alive. A
// node whose address went to another instance has to leave before that one joins.
func (m *machines) syncNodes(ctx context.Context, state *aws.State, beat bool) error {
	standing, err := m.nodes.List(labels.Everything())
	if err != nil {
		return err
	}
	api := m.client.CoreV1().Nodes()
	missing := desiredNodes(state, m.profiles)
	var faults []error
	for _, node := range standing {
		if node.Annotations[subnetAnnotation] == "" {
			continue
		}
		desired := missing[node.Name]
		delete(missing, node.Name)
		if desired == nil || desired.Spec.ProviderID != node.Spec.ProviderID {
			faults = append(faults, m.retire(ctx, node))
		}
		if beat {
			patch := fmt.Sprintf(`{"status":{"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":%q}]}}`,
				time.Now().UTC().Format(time.RFC3339))
			_, err := api.Patch(ctx, node.Name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{}, "status")
			faults = append(faults, ignoreGone(err))
			m.lastHeartbeat = time.Now()
		}
	}
	for name, node := range missing {
		_, err := api.Create(ctx, node, metav1.CreateOptions{})
		if err == nil {
			m.Log.Info("node joined", "node", name, "zone", node.Labels[corev1.LabelTopologyZone])
		} else if !apierrors.IsAlreadyExists(err) {
			faults = append(faults, fmt.Errorf("registering node %s: %w", name, err))
		}
	}
	return errors.Join(faults...)
}

// retire closes a node to new pods, deletes its pods with their grace, and removes it once it is empty. A DaemonSet would
// put its pod back for as long as the node exists, so that one does not count.
func (m *machines) retire(ctx context.Context, node *corev1.Node) error {
	_, err := m.client.CoreV1().Nodes().Patch(ctx, node.Name, types.MergePatchType, []byte(`{"spec":{"unschedulable":true}}`),
		metav1.PatchOptions{})
	faults := []error{ignoreGone(err)}
	empty := true
	for _, pod := range m.allPods() {
		owner := metav1.GetControllerOf(pod)
		if pod.Spec.NodeName == node.Name && (owner == nil || owner.Kind != "DaemonSet") {
			empty = false
			faults = append(faults, m.evict(ctx, pod, nil))
		}
	}
	if empty {
		m.Log.Info("node left", "node", node.Name)
		faults = append(faults, ignoreGone(m.client.CoreV1().Nodes().Delete(ctx, node.Name, metav1.DeleteOptions{})))
	}
	return errors.Join(faults...)
}

// desiredNodes returns the nodes that the account asks for, by name: one for each instance of a node group, and one
// Fargate node per cluster and zone.
func desiredNodes(state *aws.State, profiles []*aws.Resource) map[string]*corev1.Node {
	nodes := map[string]*corev1.Node{}
	for _, attached := range state.Interfaces {
		kind, id, _ := strings.Cut(attached.Owner, " ")
		if group := state.Get(aws.NodeGroup, id); kind == aws.NodeGroup && group != nil && group.Status != aws.Deleting {
			node := instanceNode(attached, group, state.Get(aws.Subnet, attached.SubnetID).String("availabilityZone"))
			nodes[node.Name] = node
		}
	}
	for _, profile := range profiles {
		for _, id := range profile.Strings("subnetIds") {
			subnet := state.Get(aws.Subnet, id)
			if subnet == nil {
				continue
			}
			zone := subnet.String("availabilityZone")
			name := "fargate-" + profile.String("clusterName") + "-" + zone
			if nodes[name] == nil {
				nodes[name] = newNode(name, id, zone)
				nodes[name].Labels[computeTypeLabel] = fargate
				nodes[name].Spec.Taints = []corev1.Taint{{Key: computeTypeLabel, Value: fargate, Effect: corev1.TaintEffectNoSchedule}}
			}
		}
	}
	return nodes
}

// instanceNode is the node of an instance, of which the account keeps the network interface.
func instanceNode(attached *aws.Interface, group *aws.Resource, zone string) *corev1.Node {
	node := newNode(fmt.Sprintf("ip-%s.%s.compute.internal", strings.ReplaceAll(attached.PrivateIP, ".", "-"), regionOf(zone)),
		attached.SubnetID, zone)
	node.Spec.ProviderID = fmt.Sprintf("aws:///%s/%s", zone, strings.TrimPrefix(attached.Description, "aws-K8S-"))
	properties := group.Outputs()
	custom, _ := properties["labels"].(map[string]any)
	for key, value := range custom {
		node.Labels[key] = fmt.Sprint(value)
	}
	if strings.Contains(properties.String("amiType"), "ARM_64") {
		node.Labels[corev1.LabelArchStable] = "arm64"
	}
	node.Labels["eks.amazonaws.com/nodegroup"] = properties.String("nodeGroupName")
	node.Labels["eks.amazonaws.com/capacityType"] = properties.String("capacityType")
	node.Labels[corev1.LabelInstanceTypeStable] = group.Strings("instanceTypes")[0]
	for _, taint := range properties.Objects("taints") {
		node.Spec.Taints = append(node.Spec.Taints, corev1.Taint{Key: taint.String("key"), Value: taint.String("value"),
			Effect: taintEffects[taint.String("effect")]})
	}
	return node
}

// taintEffects are Kubernetes' names of the effects that EKS knows
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html).
var taintEffects = map[string]corev1.TaintEffect{
	"NO_SCHEDULE": corev1.TaintEffectNoSchedule, "PREFER_NO_SCHEDULE": corev1.TaintEffectPreferNoSchedule,
	"NO_EXECUTE": corev1.TaintEffectNoExecute,
}

// newNode makes every node roomy, whatever the machine that it stands for: the processes of all share this one.
func newNode(name, subnetID, zone string) *corev1.Node {
	now := metav1.Now()
	room := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("20k"), corev1.ResourceMemory: resource.MustParse("200Ti"),
		corev1.ResourceEphemeralStorage: resource.MustParse("200Ti"), corev1.ResourcePods: resource.MustParse("5k"),
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{subnetAnnotation: subnetID}, Labels: map[string]string{
			corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
			corev1.LabelTopologyZone: zone, corev1.LabelTopologyRegion: regionOf(zone), LocalLabel: "true",
		}},
		Status: corev1.NodeStatus{
			Capacity: room, Allocatable: room,
			Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, LastHeartbeatTime: now,
				LastTransitionTime: now}},
			Addresses: []corev1.NodeAddress{{Type: corev1.NodeHostName, Address: name}},
			NodeInfo:  corev1.NodeSystemInfo{OperatingSystem: "linux", KubeletVersion: "v1.35.4-modelway-local", OSImage: "Modelway local stack"},
		},
	}
}

func regionOf(zone string) string { return strings.TrimRight(zone, "abcdefghijklmnopqrstuvwxyz") }
