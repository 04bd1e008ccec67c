package cost_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/terminal"
)

func TestARegionWithoutPricesHasNoItems(t *testing.T) {
	b := cost.Of(resource.NewSet(one(cluster("1.36", nil))), "eu-north-1", today)
	require.Empty(t, b.Items)
	require.Empty(t, b.Date)
	require.Equal(t, []string{`everything: region "eu-north-1" has no list prices here; there are prices for ` +
		strings.Join(pricing.Regions(), ", ") + ": add a table as docs/cost.md says"}, b.NotCounted)
	require.Equal(t, "- "+b.NotCounted[0], b.Table(terminal.Terminal{})[len("Not counted\n\n"):len(b.Table(terminal.Terminal{}))-1])
}

// TestWhatIsNotKnownIsSaid requires what cannot be priced named, and nothing else missing.
func TestWhatIsNotKnownIsSaid(t *testing.T) {
	unknown := resource.Unknown{}
	fargate := func(change func(spec object)) []resource.Resource {
		all := model("churn", "fargate", 1, 1, requests("250m", "256Mi"))
		change(all[1].Properties)
		return append(all, modelsOnFargate())
	}
	template := func(o object) object { return o["spec"].(object)["template"].(object) }
	for name, test := range map[string]struct {
		resources []resource.Resource
		want      string
	}{
		"instance type": {group("odd", 1, 1, types("m6i.huge")), `nodes of group odd, whose instance type "m6i.huge" has no price here`},
		"unknown type":  {group("odd", 1, 1, object{"instanceTypes": unknown}), `nodes of group odd, whose instance type "" has no price here`},
		"size of group": {group("odd", 1, 1, object{"scalingConfig": unknown}), "nodes of group odd, whose size is not known yet"},
		"template": {group("odd", 1, 1, types("m6i.large"))[:1],
			"volumes of node group odd, whose launch template is not part of the stack"},
		"volume": {one(group("odd", 1, 1, types("m6i.large"))[0], inCompute("aws:ec2/launchTemplate:LaunchTemplate", "odd-template", object{
			"blockDeviceMappings": array{object{"deviceName": "/dev/xvda", "ebs": object{"volumeType": "gp3"}}},
		})), "volume /dev/xvda of node group odd, whose size its image decides"},
		"kind of volume": {one(group("odd", 1, 1, types("m6i.large"))[0], inCompute("aws:ec2/launchTemplate:LaunchTemplate", "odd-template",
			object{
				"blockDeviceMappings": array{object{"deviceName": "/dev/xvda", "ebs": object{"volumeType": "io2", "volumeSize": 9.0}}},
			})), "volume /dev/xvda of node group odd, which is not gp3"},
		"version": {one(of("modelway:cluster:Cluster", "aws:eks/cluster:Cluster", "main", object{"version": unknown})),
			"extended support of cluster main, whose version is not known yet"},
		"zones": {one(network("aws:ec2/vpcEndpoint:VpcEndpoint", "ecr", object{"vpcEndpointType": "Interface", "subnetIds": unknown})),
			"interface endpoint ecr, whose zones are not known yet"},
		"scheme": {one(of("modelway:ingress:LoadBalancer", "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams", "lb",
			object{"spec": unknown})), "public IPv4 addresses of load balancer lb, whose scheme or zones are not known yet"},
		"requests": {fargate(func(o object) { template(o)["spec"].(object)["containers"] = unknown }),
			"pods of churn, whose requests are not known"},
		"one request": {fargate(func(o object) {
			template(o)["spec"].(object)["containers"] = array{object{"resources": object{"requests": object{"cpu": unknown}}}}
		}), "pods of churn, whose requests are not known"},
		"too large": {fargate(func(o object) {
			template(o)["spec"].(object)["containers"] = array{object{"resources": object{"requests": object{"cpu": 17.0}}}}
		}), "pods of churn, which fit no Fargate size: cpu 17 is more than a Fargate pod can have; allowed: 0 to 16; lower it, or run the pod " +
			"on nodes"},
		"too much storage": {fargate(func(o object) {
			template(o)["spec"].(object)["containers"] = array{object{"resources": object{"requests": object{"ephemeral-storage": "200Gi"}}}}
		}), "pods of churn, which request 200 GB of storage, more than the 175 GB of Fargate"},
		"absurd": {append(model("churn", "nodes", 1, 1, requests("1", "8191Pi")), group("g", 1, 1, types("m6i.large"))...),
			"pods of churn, whose requests are not known"},
		"many": {group("g", 1, 1e9, types("m6i.large")), "nodes of group g, whose size is not known yet"},
		"no room": {append(model("churn", "nodes", 1, 1, requests("64", "1Gi")), group("g", 1, 1, types("m6i.large"))...),
			"the share of nodes of churn, whose pods fit no node of the stack"},
		"namespace": {one(modelsOnFargate(), of("modelway:x:X", "kubernetes:apps/v1:Deployment", "web",
			object{"metadata": object{"namespace": unknown}})), "pods of web, whose namespace is not known yet"},
		"namespace of a chart": {one(modelsOnFargate(), of("modelway:x:X", "kubernetes:helm.sh/v3:Release", "web", object{"namespace": unknown})),
			"pods of web, whose namespace is not known yet"},
		"chart": {one(profile("all", object{"namespace": "*"}), of("modelway:x:X", "kubernetes:helm.sh/v3:Release", "web",
			object{"chart": "web", "namespace": "web"})),
			"pods of web, whose number and size its chart decides"},
		"add-on": {one(profile("all", object{"namespace": "*"}), of("modelway:addons:Addons", "aws:eks/addon:Addon", "dns",
			object{"addonName": "coredns", "configurationValues": unknown})),
			"pods of dns, whose configuration is not known"},
		"add-on that scales": {one(profile("all", object{"namespace": "*"}), of("modelway:addons:Addons", "aws:eks/addon:Addon", "dns",
			object{"addonName": "coredns", "configurationValues": `{"autoScaling":{"enabled":true,"minReplicas":2}}`})),
			"pods of dns, whose configuration is not known"},
	} {
		require.Contains(t, bill(test.resources).NotCounted, test.want, name)
	}
}

// TestWhatIsBilledByUseIsSaid requires remarks for what a stack has, once each, and none for what it has not.
func TestWhatIsBilledByUseIsSaid(t *testing.T) {
	require.Empty(t, bill().NotCounted)
	require.Equal(t, []string{"data processed by NAT gateways", "requests to KMS keys", "versions that KMS keys get by rotation"}, bill(one(
		network("aws:ec2/natGateway:NatGateway", "a", nil), network("aws:ec2/natGateway:NatGateway", "b", nil),
		network("aws:kms/key:Key", "key", object{"enableKeyRotation": true}), network("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", nil),
	)).NotCounted)
	require.Equal(t, []string{"CPU credits of burstable nodes above their baseline", "savings plans and reserved instances",
		"what spot nodes cost less than on demand"},
		bill(group("g", 0, 1, object{"instanceTypes": array{"t3.large"}, "capacityType": "SPOT"}), one(modelsOnFargate())).NotCounted)
}

// TestUnknownIdsAreCountedBySubnets counts the zones of a preview, in which no subnet has an id yet.
func TestUnknownIdsAreCountedBySubnets(t *testing.T) {
	subnet := func(name, role string) resource.Resource {
		return network("aws:ec2/subnet:Subnet", name, object{"tags": object{"kubernetes.io/role/" + role: "1"}})
	}
	lb := balancer("modelway-public", "internet-facing", 0)
	lb.Properties["spec"].(object)["subnets"] = object{"ids": resource.Unknown{}}
	b := bill(one(subnet("public-a", "elb"), subnet("public-b", "elb"), subnet("public-c", "elb"), subnet("private-a", "internal-elb"),
		subnet("private-b", "internal-elb"), lb,
		network("aws:ec2/vpcEndpoint:VpcEndpoint", "ecr", object{"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.us-east-1.ecr.api",
			"subnetIds": resource.Unknown{}})))
	require.Equal(t, "3 x 0.005 USD/h x 730 h", find(t, b, "public IPv4 address").Arithmetic)
	require.Equal(t, "2 x 0.01 USD/h x 730 h", find(t, b, "interface endpoint ecr.api").Arithmetic)
}

// TestReplicas follows the autoscaler before the Deployment's own number.
func TestReplicas(t *testing.T) {
	deployment := func(spec object, scalers ...object) cost.Bill {
		spec["template"] = object{"metadata": object{"labels": object{"modelway.dev/compute": "fargate"}}, "spec": object{"containers": array{}}}
		all := one(modelsOnFargate(), of("modelway:x:X", "kubernetes:apps/v1:Deployment", "d",
			object{"metadata": object{"name": "d", "namespace": "models-a"}, "spec": spec}))
		for _, scaler := range scalers {
			kind := keda.AutoscalerType
			if scaler["spec"].(object)["maxReplicaCount"] != nil {
				kind = keda.Type
			}
			all = append(all, of("modelway:x:X", kind, "h", scaler))
		}
		return bill(all)
	}
	scaler := func(namespace, kind string, spec object) object {
		spec["scaleTargetRef"] = object{"kind": kind, "name": "d"}
		return object{"metadata": object{"namespace": namespace}, "spec": spec}
	}
	for _, test := range []struct {
		bill        cost.Bill
		least, most string // of 9.010025 each
	}{
		{deployment(object{}), "9.01", "9.01"},
		{deployment(object{"replicas": 2.0}), "18.02", "18.02"},
		{deployment(object{"replicas": 0.0}), "0.00", "0.00"},
		{deployment(object{"replicas": 9.0}, scaler("models-a", "Deployment", object{"minReplicas": 2.0, "maxReplicas": 3.0})), "18.02", "27.03"},
		{deployment(object{}, scaler("models-a", "Deployment", object{"maxReplicas": 3.0})), "9.01", "27.03"},
		{deployment(object{}, scaler("models-a", "Deployment", object{"minReplicaCount": 2.0, "maxReplicaCount": 4.0})), "18.02", "36.04"},
		{deployment(object{}, scaler("models-b", "Deployment", object{"maxReplicas": 3.0})), "9.01", "9.01"},
		{deployment(object{}, scaler("models-a", "StatefulSet", object{"maxReplicas": 3.0})), "9.01", "9.01"},
	} {
		require.Equal(t, []string{test.least, test.most}, []string{test.bill.Least().String(), test.bill.Most().String()})
	}
	require.Contains(t, deployment(object{"replicas": resource.Unknown{}}).NotCounted, "pods of d, whose number is not known yet")
	require.Contains(t, deployment(object{}, scaler("models-a", "Deployment", object{"minReplicas": resource.Unknown{},
		"maxReplicas": 3.0})).NotCounted, "pods of d, whose number is not known yet")
}

// TestInitContainersShareTheRoomOfThePod takes the larger of the two, and limits where there are no requests.
func TestInitContainersShareTheRoomOfThePod(t *testing.T) {
	all := model("churn", "fargate", 1, 1, nil)
	spec := all[1].Properties["spec"].(object)["template"].(object)["spec"].(object)
	sized := func(kind, cpu, memory string) object { return object{"resources": object{kind: requests(cpu, memory)}} }
	spec["containers"] = array{sized("requests", "250m", "256Mi"), sized("limits", "250m", "256Mi")}
	spec["initContainers"] = array{sized("requests", "100m", "1792Mi")}
	b := bill(all, one(modelsOnFargate()))
	require.Equal(t, "Fargate pod, 0.5 vCPU, 2 GB", b.Items[0].What)
}

// TestAModelWhoseNamespaceIsUnknownIsFound counts a preview by the engine, in which objects of a model refer to a namespace that does not
// exist yet.
func TestAModelWhoseNamespaceIsUnknownIsFound(t *testing.T) {
	all := append(model("churn", "fargate", 2, 3, requests("250m", "256Mi")), modelsOnFargate())
	want := bill(all)
	require.Equal(t, "18.02", want.Least().String())
	for _, object := range all[:3] {
		object.Properties["namespace"] = resource.Unknown{} // of the model
		object.Properties["metadata"] = map[string]any{"name": "churn", "namespace": resource.Unknown{}}
	}
	require.Contains(t, bill(all).NotCounted, "pods of churn, whose namespace is not known yet")

	namespace := func(name string) resource.Resource {
		return of("modelway:model:Namespace", "kubernetes:core/v1:Namespace", name, object{"metadata": object{"name": name}})
	}
	other := of("modelway:ingress:Namespace", "kubernetes:core/v1:Namespace", "system", object{"metadata": object{"name": "system"}})
	require.Equal(t, want, bill(all, one(namespace("models"), other)))
	require.Contains(t, bill(all, one(namespace("models"), namespace("models-b"))).NotCounted,
		"pods of churn, whose namespace is not known yet")
	require.Equal(t, "0.00", bill(all, one(namespace("elsewhere"))).Least().String(), "no profile selects them there")
}
