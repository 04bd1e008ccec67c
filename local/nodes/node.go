package nodes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/local/aws"
)

const (
	subnetAnnotation = "modelway.dev/subnet"
	// leaseDuration and its renewal are a kubelet's defaults:
	// https://kubernetes.io/docs/reference/node/node-status/#heartbeats.
	leaseDuration = 40 * time.Second
	leaseRenewal  = 10 * time.Second
)

// syncNodes registers the nodes that the account asks for: each instance of a node group, and one Fargate node per cluster and
// zone. It drains and removes those that it does not ask for any more.
func (m *machines) syncNodes(ctx context.Context, state *aws.State, profiles []*aws.Resource) error {
	subnets := map[string]string{}
	var faults []error
	for _, node := range desiredNodes(state, profiles) {
		stored, found, _ := m.nodes.GetByKey(node.Name)
		if found && stored.(*corev1.Node).Spec.ProviderID != node.Spec.ProviderID {
			continue // the address of an earlier instance that is still being drained
		}
		if !found {
			if err := m.register(ctx, node); err != nil {
				faults = append(faults, err)
				continue
			}
		}
		subnets[node.Name] = node.Annotations[subnetAnnotation]
	}
	for _, object := range m.nodes.List() {
		node := object.(*corev1.Node)
		if subnet := node.Annotations[subnetAnnotation]; subnet != "" && subnets[node.Name] == "" {
			subnets[node.Name] = subnet
			faults = append(faults, m.retire(ctx, node))
		}
	}
	m.mu.Lock()
	m.subnets = subnets
	m.mu.Unlock()
	return errors.Join(faults...)
}

func (m *machines) register(ctx context.Context, node *corev1.Node) error {
	if err := m.renewLease(ctx, node.Name); err != nil {
		return err
	}
	_, err := m.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("registering node %s: %w", node.Name, err)
	}
	m.Log.Info("node joined", "node", node.Name, "zone", node.Labels[corev1.LabelTopologyZone])
	return nil
}

func desiredNodes(state *aws.State, profiles []*aws.Resource) []*corev1.Node {
	var list []*corev1.Node
	for _, id := range slices.Sorted(maps.Keys(state.Interfaces)) {
		attached := state.Interfaces[id]
		kind, group, _ := strings.Cut(attached.Owner, " ")
		if owner := state.Get(aws.NodeGroup, group); kind == aws.NodeGroup && owner != nil && owner.Status != aws.Deleting {
			list = append(list, instanceNode(attached, owner, state.Get(aws.Subnet, attached.SubnetID).String("availabilityZone")))
		}
	}
	seen := map[string]bool{}
	for _, profile := range profiles {
		for _, id := range profile.Strings("subnetIds") {
			subnet := state.Get(aws.Subnet, id)
			if subnet == nil {
				continue
			}
			node := newNode("fargate-"+profile.String("clusterName")+"-"+subnet.String("availabilityZone"), id, subnet.String("availabilityZone"), "amd64", fargateNode)
			if !seen[node.Name] {
				seen[node.Name] = true
				node.Labels[ComputeTypeLabel] = Fargate
				node.Spec.Taints = []corev1.Taint{{Key: ComputeTypeLabel, Value: Fargate, Effect: corev1.TaintEffectNoSchedule}}
				list = append(list, node)
			}
		}
	}
	return list
}

// instanceNode is the node of an instance, of which the account keeps the network interface.
func instanceNode(attached *aws.Interface, group *aws.Resource, zone string) *corev1.Node {
	domain := regionOf(zone) + ".compute.internal"
	if regionOf(zone) == "us-east-1" {
		domain = "ec2.internal"
	}
	instance := group.Strings("instanceTypes")[0]
	name := fmt.Sprintf("ip-%s.%s", strings.ReplaceAll(attached.PrivateIP, ".", "-"), domain)
	node := newNode(name, attached.SubnetID, zone, architecture(instance), sizeOf(instance))
	node.Spec.ProviderID = fmt.Sprintf("aws:///%s/%s", zone, strings.TrimPrefix(attached.Description, "aws-K8S-"))
	node.Status.Addresses = append(node.Status.Addresses, corev1.NodeAddress{Type: corev1.NodeInternalIP, Address: attached.PrivateIP})
	outputs := group.Outputs()
	if labels, ok := outputs["labels"].(map[string]any); ok {
		for key, value := range labels {
			node.Labels[key] = fmt.Sprint(value)
		}
	}
	node.Labels[NodeGroupLabel] = outputs.String("nodeGroupName")
	node.Labels[CapacityTypeLabel] = outputs.String("capacityType")
	node.Labels[corev1.LabelInstanceTypeStable] = instance
	for _, taint := range outputs.Objects("taints") {
		node.Spec.Taints = append(node.Spec.Taints, corev1.Taint{Key: taint.String("key"), Value: taint.String("value"), Effect: taintEffects[taint.String("effect")]})
	}
	return node
}

var taintEffects = map[string]corev1.TaintEffect{
	"NO_SCHEDULE": corev1.TaintEffectNoSchedule, "PREFER_NO_SCHEDULE": corev1.TaintEffectPreferNoSchedule, "NO_EXECUTE": corev1.TaintEffectNoExecute,
}

func newNode(name, subnetID, zone, arch string, size instanceType) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{subnetAnnotation: subnetID}, Labels: map[string]string{
			corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: arch,
			corev1.LabelTopologyZone: zone, corev1.LabelTopologyRegion: regionOf(zone),
		}},
		Status: corev1.NodeStatus{
			Capacity: size.capacity(), Allocatable: size.allocatable(), Conditions: healthy(metav1.Now()),
			Addresses: []corev1.NodeAddress{{Type: corev1.NodeHostName, Address: name}},
			NodeInfo:  corev1.NodeSystemInfo{OperatingSystem: "linux", Architecture: arch, KubeletVersion: "v1.35.4-modelway-local", OSImage: "Modelway local stack", ContainerRuntimeVersion: "process://1"},
		},
	}
}

func regionOf(zone string) string { return strings.TrimRight(zone, "abcdefghijklmnopqrstuvwxyz") }

func healthy(now metav1.Time) []corev1.NodeCondition {
	return []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", LastHeartbeatTime: now, LastTransitionTime: now}}
}

// retire closes a node to new pods, deletes its pods with their grace, and removes it once it is empty.
func (m *machines) retire(ctx context.Context, node *corev1.Node) error {
	var faults []error
	if !node.Spec.Unschedulable {
		patch := []byte(`{"spec":{"unschedulable":true}}`)
		_, err := m.client.CoreV1().Nodes().Patch(ctx, node.Name, types.MergePatchType, patch, metav1.PatchOptions{})
		faults = append(faults, ignoreGone(err))
	}
	pods := slices.DeleteFunc(m.pods.List(), func(object any) bool {
		pod := object.(*corev1.Pod)
		owner := metav1.GetControllerOf(pod)
		// A DaemonSet would put its pod back for as long as the node exists.
		return pod.Spec.NodeName != node.Name || (owner != nil && owner.Kind == "DaemonSet")
	})
	for _, object := range pods {
		if pod := object.(*corev1.Pod); pod.DeletionTimestamp == nil {
			faults = append(faults, m.deletePod(ctx, pod, -1))
		}
	}
	if len(pods) == 0 {
		m.Log.Info("node left", "node", node.Name)
		faults = append(faults, ignoreGone(m.client.CoreV1().Nodes().Delete(ctx, node.Name, metav1.DeleteOptions{})))
	}
	return errors.Join(faults...)
}

// renewLeases sends the heartbeats of every standing node and, after a break, makes its Ready condition true again.
func (m *machines) renewLeases(ctx context.Context) {
	for last := ""; ctx.Err() == nil; {
		var faults []error
		for _, object := range m.nodes.List() {
			node := object.(*corev1.Node)
			if node.Annotations[subnetAnnotation] == "" {
				continue
			}
			faults = append(faults, m.renewLease(ctx, node.Name))
			if !isReady(node) {
				node = node.DeepCopy()
				node.Status.Conditions = healthy(metav1.Now())
				_, err := m.client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{})
				faults = append(faults, ignoreGone(err))
			}
		}
		last = m.report(last, errors.Join(faults...))
		select {
		case <-ctx.Done():
		case <-time.After(leaseRenewal):
		}
	}
}

func (m *machines) renewLease(ctx context.Context, node string) error {
	leases := m.client.CoordinationV1().Leases(corev1.NamespaceNodeLease)
	now, seconds := metav1.NowMicro(), int32(leaseDuration/time.Second)
	spec := coordinationv1.LeaseSpec{HolderIdentity: &node, LeaseDurationSeconds: &seconds, RenewTime: &now}
	lease, err := leases.Get(ctx, node, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		_, err = leases.Create(ctx, &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: node}, Spec: spec}, metav1.CreateOptions{})
	} else if err == nil {
		lease.Spec = spec
		_, err = leases.Update(ctx, lease, metav1.UpdateOptions{})
	}
	if err != nil {
		return fmt.Errorf("renewing the lease of node %s: %w", node, err)
	}
	return nil
}

func isReady(node *corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// ignoreGone drops the errors that say an object is gone or was replaced: the next pass sees it.
func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}
