package cost_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/resource"
)

const region = "us-east-1"

func bill(lists ...[]resource.Resource) cost.Bill {
	return cost.Of(resource.NewSet(slices.Concat(lists...)), region, today)
}

func one(resources ...resource.Resource) []resource.Resource { return resources }

// TestAnEnvironmentInFrankfurt is reckoned by hand, at the prices of eu-central-1.
func TestAnEnvironmentInFrankfurt(t *testing.T) {
	b := cost.Of(resource.NewSet(slices.Concat(
		// 0.10 x 730 = 73.00
		one(cluster("1.36", object{"supportType": "STANDARD"})),
		one(
			// 0.052 x 730 = 37.96, and its address 0.005 x 730 = 3.65
			network("aws:ec2/natGateway:NatGateway", "nat", nil),
			network("aws:ec2/eip:Eip", "nat-address", nil),
			// 2 zones x 0.012 x 730 = 17.52
			network("aws:ec2/vpcEndpoint:VpcEndpoint", "ecr", object{"vpcEndpointType": "Interface",
				"serviceName": "com.amazonaws.eu-central-1.ecr.api", "subnetIds": array{"subnet-1", "subnet-2"}}),
			// 1.00 + 0.40
			of("modelway:cluster:Cluster", "aws:kms/key:Key", "key", nil),
			of("modelway:store:Store", "aws:secretsmanager/secret:Secret", "secret", nil),
			// 0.027 x 730 = 19.71, and 2 addresses x 0.005 x 730 = 7.30
			balancer("modelway-public", "internet-facing", 2),
			// 0.019 x 730 = 13.87, 20 x 0.137 = 2.74 to 100 x 0.137 = 13.70, and 0.40
			server(nil),
		),
		// 2 x 0.096 x 730 = 140.16, and 2 volumes x 50 x 0.0952 = 9.52
		group("general", 2, 2, types("t3.large")),
	)), "eu-central-1", today)
	// 73.00 + 37.96 + 3.65 + 17.52 + 1.40 + 19.71 + 7.30 + 13.87 + 2.74 + 0.40 + 140.16 + 9.52 = 327.23, and 10.96 more of storage
	require.Equal(t, []string{"327.23", "338.19"}, []string{b.Least().String(), b.Most().String()})
	require.Equal(t, "eu-central-1", b.Region)
	require.Equal(t, "2 x 0.096 USD/h x 730 h", find(t, b, "t3.large, on demand").Arithmetic)
}

// TestAnEnvironmentWithNodes is reckoned by hand, at the prices of us-east-1 and 730 hours a month.
func TestAnEnvironmentWithNodes(t *testing.T) {
	b := bill(
		// 1 x 0.10 x 730 = 73.00
		one(cluster("1.36", object{"supportType": "STANDARD"})),
		one(
			// 1 x 0.045 x 730 = 32.85, and its address 1 x 0.005 x 730 = 3.65
			network("aws:ec2/natGateway:NatGateway", "nat", nil),
			network("aws:ec2/eip:Eip", "nat-address", nil),
			// 2 zones x 0.01 x 730 = 14.60; the gateway endpoint is free
			network("aws:ec2/vpcEndpoint:VpcEndpoint", "ecr", object{"vpcEndpointType": "Interface",
				"serviceName": "com.amazonaws.us-east-1.ecr.api", "subnetIds": array{"subnet-1", "subnet-2"}}),
			network("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", object{"vpcEndpointType": "Gateway", "routeTableIds": array{"rtb-1"}}),
			// 1.00 + 0.40
			of("modelway:cluster:Cluster", "aws:kms/key:Key", "key", nil),
			of("modelway:store:Store", "aws:secretsmanager/secret:Secret", "secret", nil),
			// 0.0225 x 730 = 16.425, and 2 addresses x 0.005 x 730 = 7.30
			balancer("modelway-public", "internet-facing", 2),
			// 0.0225 x 730 = 16.425, and no public address
			balancer("modelway-internal", "internal", 2),
		),
		// 2 to 4 x 0.096 x 730 = 140.16 to 280.32, and 50 GB each: 2 to 4 x 50 x 0.08 = 8.00 to 16.00
		group("general", 2, 4, types("m6i.large")),
		// 0 to 1 x 0.0864 x 730 = 0 to 63.072, and 0 to 4.00
		group("spot", 0, 1, object{"instanceTypes": array{"m6a.large", "m6i.large"}, "capacityType": "SPOT"}),
		// m6a.large is the cheapest that fits. Memory 1 GiB of 8 GiB is more than CPU 100m of 2000m: 2 to 3 x 63.072 / 8 = 15.768 to 23.652.
		// It is in the node groups already.
		model("churn", "nodes", 2, 3, requests("100m", "1Gi")),
	)
	// 73.00 + 32.85 + 3.65 + 14.60 + 1.00 + 0.40 + 16.425 + 7.30 + 16.425 + 140.16 + 8.00 = 313.81
	require.Equal(t, "313.82", b.Least().String())
	// 313.81 + 140.16 + 8.00 + 63.072 + 4.00 = 529.042
	require.Equal(t, "529.05", b.Most().String())
	require.Equal(t, "2026-07-20", b.Date)

	sums := map[string][2]string{}
	var order []string
	for _, sum := range b.ByComponent() {
		sums[sum.Name] = [2]string{sum.Least.String(), sum.Most.String()}
		order = append(order, sum.Name)
	}
	require.Equal(t, map[string][2]string{
		"cluster": {"74.00", "74.00"}, "network": {"51.10", "51.10"}, "store": {"0.40", "0.40"}, "ingress": {"40.16", "40.16"},
		"compute": {"148.16", "363.39"},
	}, sums)
	require.Equal(t, []string{"compute", "cluster", "network", "ingress", "store"}, order)

	models := b.ByModel()
	require.Len(t, models, 1)
	require.Equal(t, []string{"churn", "15.77", "23.65"}, []string{models[0].Name, models[0].Least.String(), models[0].Most.String()})
	share := find(t, b, "share of m6a.large, spot, at most")
	require.True(t, share.Shared)
	require.Equal(t, "2 x 1024/8192 MiB of 0.0864 USD/h x 730 h", share.Arithmetic)
	require.Equal(t, "2 x 0.01 USD/h x 730 h", find(t, b, "interface endpoint ecr.api").Arithmetic)
	require.Equal(t, "2 x 50 GB x 0.08 USD", find(t, b, "gp3 volume, 50 GB").Arithmetic)
}

// TestFilesAreBilledAsAnImageIs bills the pods that KServe makes, each of which asks at least for what its download does: 250m and 256Mi.
func TestFilesAreBilledAsAnImageIs(t *testing.T) {
	served := of("modelway:model:Model", "kubernetes:serving.kserve.io/v1beta1:InferenceService", "churn", object{
		"metadata": object{"name": "churn", "namespace": "models"},
		"spec": object{"predictor": object{
			"labels": object{"modelway.dev/compute": "fargate"},
			"model":  object{"storageUri": "s3://models/churn/", "resources": object{"requests": object{"cpu": "10m", "memory": "16Mi"}}},
		}},
	})
	scaler := of("modelway:model:Model", "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "churn", object{
		"metadata": object{"namespace": "models"},
		"spec":     object{"minReplicas": 2.0, "maxReplicas": 4.0, "scaleTargetRef": object{"kind": "Deployment", "name": "churn-predictor"}},
	})
	b := bill(one(modelsOnFargate(), served, scaler))
	pods := find(t, b, "Fargate pod, 0.25 vCPU, 0.5 GB")
	require.Equal(t, "2 x (0.25 vCPU x 0.04048 + 0.5 GB x 0.004445) USD/h x 730 h", pods.Arithmetic)
	require.Equal(t, 2*pods.Least, pods.Most)
}

// TestAnEnvironmentOnFargateOnly is reckoned by hand.
func TestAnEnvironmentOnFargateOnly(t *testing.T) {
	release := of("modelway:controller:Controller", "kubernetes:helm.sh/v3:Release", "controller", object{
		"chart": "aws-load-balancer-controller", "name": "aws-load-balancer-controller", "namespace": "kube-system",
		"values": object{"replicaCount": 2.0, "vpcId": resource.Unknown{}, "resources": object{"requests": requests("250m", "768Mi")}},
	})
	b := bill(
		one(
			cluster("1.36", nil), // 73.00
			modelsOnFargate(),
			profile("system", object{"namespace": "kube-system"}),
			// 0.25 vCPU and 0.5 GB: (0.25 x 0.04048 + 0.5 x 0.004445) x 730 = 0.0123425 x 730 = 9.010025, twice 18.02005
			of("modelway:addons:Addons", "aws:eks/addon:Addon", "coredns", object{
				"addonName": "coredns", "configurationValues": `{"computeType":"Fargate","resources":{"requests":{"cpu":"0.25","memory":"256M"}}}`,
			}),
			// 100m and 200Mi fit the same size: 18.02005
			of("modelway:addons:Addons", "aws:eks/addon:Addon", "metrics-server", object{"addonName": "metrics-server"}),
			of("modelway:addons:Addons", "aws:eks/addon:Addon", "vpc-cni", object{"addonName": "vpc-cni"}), // runs on nodes only
			// 768Mi and the 256Mi of Fargate: 1 GB. (0.25 x 0.04048 + 1 x 0.004445) x 730 = 0.014565 x 730 = 10.63245, twice 21.2649
			release,
		),
		// 500m is a tier of its own, 1 GiB and 256Mi round up to 2 GB: (0.5 x 0.04048 + 2 x 0.004445) x 730 = 0.02913 x 730 = 21.2649; 1 to 3 of
		// it
		model("churn", "fargate", 1, 3, requests("500m", "1Gi")),
		// 60 GB of storage are 40 above the free 20: (0.01012 + 0.0022225 + 40 x 0.000111) x 730 = 0.0167825 x 730 = 12.251225
		model("etl", "fargate", 1, 1, object{"cpu": "250m", "memory": "256Mi", "ephemeral-storage": "60Gi"}),
	)
	// 73.00 + 18.02005 + 18.02005 + 21.2649 + 21.2649 + 12.251225 = 163.821125
	require.Equal(t, "163.81", b.Least().String())
	// 163.821125 + 2 x 21.2649 = 206.350925
	require.Equal(t, "206.34", b.Most().String())
	require.Equal(t, []cost.Sum{
		{Name: "churn", Least: 21_260_000_000, Most: 63_790_000_000}, {Name: "etl", Least: 12_250_000_000, Most: 12_250_000_000},
	}, b.ByModel())
	require.Equal(t, "1 x (0.5 vCPU x 0.04048 + 2 GB x 0.004445) USD/h x 730 h", find(t, b, "Fargate pod, 0.5 vCPU, 2 GB").Arithmetic)
	require.Equal(t, "1 x (0.25 vCPU x 0.04048 + 0.5 GB x 0.004445 + 40 GB x 0.000111) USD/h x 730 h",
		find(t, b, "Fargate pod, 0.25 vCPU, 0.5 GB, 60 GB storage").Arithmetic)
	require.Equal(t, []string{"savings plans and reserved instances"}, b.NotCounted)
}

func find(t *testing.T, b cost.Bill, what string) cost.Item {
	t.Helper()
	i := slices.IndexFunc(b.Items, func(item cost.Item) bool { return item.What == what })
	require.GreaterOrEqual(t, i, 0, "no item %q in %v", what, b.Items)
	return b.Items[i]
}

func TestExtendedSupport(t *testing.T) {
	standard, extended := object{"supportType": "STANDARD"}, object{"supportType": "EXTENDED"}
	for _, test := range []struct {
		version string
		policy  any
		day     string
		want    string
	}{
		{"1.34", extended, "2026-12-02", "73.00"},
		{"1.34", extended, "2026-12-03", "438.00"},
		{"1.34", nil, "2026-12-03", "438.00"},
		{"1.34", standard, "2026-12-03", "73.00"}, // EKS upgrades it
		{"9.99", extended, "2026-12-03", "73.00"},
	} {
		day, err := time.Parse(time.DateOnly, test.day)
		require.NoError(t, err)
		b := cost.Of(resource.NewSet(one(cluster(test.version, test.policy))), region, day)
		require.Equal(t, test.want, b.Least().String(), "%s %v on %s", test.version, test.policy, test.day)
	}
}

// TestGPUs requires a model charged for the GPU that it keeps from others, and kept from nodes whose taint it does not tolerate.
func TestGPUs(t *testing.T) {
	tainted := object{"instanceTypes": array{"g5.12xlarge"}, "taints": array{object{"key": "nvidia.com/gpu", "effect": "NO_SCHEDULE"}}}
	reserved := object{"instanceTypes": array{"t3.medium"}, "taints": array{object{"key": "team", "effect": "NO_EXECUTE"}}}
	preferred := object{"instanceTypes": array{"t3.large"}, "taints": array{object{"key": "team", "effect": "PREFER_NO_SCHEDULE"}}}
	groups := slices.Concat(group("gpu", 1, 1, tainted), group("reserved", 1, 1, reserved), group("general", 1, 1, preferred))
	b := bill(groups, model("llm", "nodes", 1, 1, object{"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "1"}), model("small", "nodes", 1, 1,
		requests("1", "1Gi")))
	// 1 of 4 GPUs of 5.672 x 730 = 4140.56: 1035.14; 1 of 2 vCPU of 0.0832 x 730 = 60.736: 30.368
	require.Equal(t, "1 x 1/4 GPU of 5.672 USD/h x 730 h", find(t, b, "share of g5.12xlarge, on demand").Arithmetic)
	require.Equal(t, "1035.14", b.ByModel()[0].Least.String())
	require.Equal(t, "1 x 1000/2000m CPU of 0.0832 USD/h x 730 h", find(t, b, "share of t3.large, on demand").Arithmetic)
}

func TestFastVolumes(t *testing.T) {
	nodes := group("gpu", 1, 2, types("g6.xlarge"))
	nodes[1].Properties = object{"blockDeviceMappings": array{object{"deviceName": "/dev/xvda", "ebs": object{
		"volumeSize": 200.0, "volumeType": "gp3", "throughput": 600.0, "iops": 4000.0,
	}}}}
	b := bill(nodes)
	// 200 x 0.08 = 16.00; (600 - 125) x 0.04 = 19.00; (4000 - 3000) x 0.005 = 5.00; 0.8048 x 730 = 587.504
	require.Equal(t, "16.00", find(t, b, "gp3 volume, 200 GB").Least.String())
	require.Equal(t, "19.00", find(t, b, "gp3 throughput above 125 MiB/s, 475 MiB/s").Least.String())
	require.Equal(t, "5.00", find(t, b, "gp3 operations above 3,000 a second, 1000 IOPS").Least.String())
	require.Equal(t, "627.50", b.Least().String())
}

func TestADedicatedLoadBalancerBelongsToItsModel(t *testing.T) {
	b := bill(model("churn", "nodes", 1, 1, requests("1", "1Gi")), group("general", 1, 1, types("m6i.large")),
		one(balancer("modelway-model-churn", "internal", 2), balancer("modelway-model-gone", "internal", 2), balancer("modelway-churn",
			"internal", 2)))
	// 16.425 and the share of 1 CPU of 2: 70.08 / 2 = 35.04
	require.Equal(t, "51.47", b.ByModel()[0].Least.String())
	require.Len(t, b.ByModel(), 1)
}
