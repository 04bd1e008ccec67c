package cost_test

import (
	"fmt"
	"time"

	"github.com/modelway/modelway/internal/resource"
)

// Shapes of inputs, as the program registers them.
type (
	object = map[string]any
	array  = []any
)

const (
	stackURN    = "urn:pulumi:test::modelway::"
	platformURN = stackURN + "modelway:platform:Platform::modelway"
)

var today = time.Date(2026, time.November, 24, 0, 0, 0, 0, time.UTC)

// of is a resource of the component of a type, such as modelway:network:Network.
func of(component, typ, name string, properties object) resource.Resource {
	chain := "modelway:platform:Platform$" + component
	return resource.Resource{
		URN: stackURN + chain + "$" + typ + "::" + name, Type: typ, Name: name, Custom: true, Properties: properties,
		Parent: stackURN + chain + "::" + component,
	}
}

func network(typ, name string, properties object) resource.Resource {
	return of("modelway:network:Network", typ, name, properties)
}

func inCompute(typ, name string, properties object) resource.Resource {
	return of("modelway:compute:Compute", typ, name, properties)
}

func cluster(version string, upgradePolicy any) resource.Resource {
	properties := object{"name": "test", "version": version}
	if upgradePolicy != nil {
		properties["upgradePolicy"] = upgradePolicy
	}
	return of("modelway:cluster:Cluster", "aws:eks/cluster:Cluster", "cluster", properties)
}

// group is a node group with its launch template, whose nodes have 50 GB.
func group(name string, least, most float64, properties object) []resource.Resource {
	inputs := object{"scalingConfig": object{"minSize": least, "maxSize": most, "desiredSize": least}}
	for key, value := range properties {
		inputs[key] = value
	}
	return []resource.Resource{
		inCompute("aws:eks/nodeGroup:NodeGroup", name, inputs),
		inCompute("aws:ec2/launchTemplate:LaunchTemplate", name+"-template", object{"blockDeviceMappings": array{
			object{"deviceName": "/dev/xvda", "ebs": object{"volumeSize": 50.0, "volumeType": "gp3"}},
		}}),
	}
}

func types(names ...any) object { return object{"instanceTypes": array(names)} }

func profile(name string, selectors ...any) resource.Resource {
	return inCompute("aws:eks/fargateProfile:FargateProfile", name, object{"selectors": array(selectors)})
}

// modelsOnFargate is the profile that takes the models that want it.
func modelsOnFargate() resource.Resource {
	return profile("models", object{"namespace": "models*", "labels": object{"modelway.dev/compute": "fargate"}})
}

// model is a model with its Deployment and autoscaler. Compute is fargate or nodes.
func model(name, compute string, least, most float64, requests object) []resource.Resource {
	chain := "modelway:platform:Platform$modelway:model:Model"
	component := resource.Resource{
		URN: stackURN + chain + "::" + name, Type: resource.ModelType, Name: name, Parent: platformURN,
		Properties: object{"name": name, "namespace": "models", "compute": compute},
	}
	child := func(typ string, properties object) resource.Resource {
		return resource.Resource{
			URN: stackURN + chain + "$" + typ + "::" + name, Type: typ, Name: name, Parent: component.URN, Custom: true, Properties: properties,
		}
	}
	metadata := object{"name": name, "namespace": "models"}
	return []resource.Resource{
		component,
		child("kubernetes:apps/v1:Deployment", object{"metadata": metadata, "spec": object{"template": object{
			"metadata": object{"labels": object{"modelway.dev/compute": compute}},
			"spec": object{
				"containers":  array{object{"name": "model", "resources": object{"requests": requests, "limits": requests}}},
				"tolerations": array{object{"key": "nvidia.com/gpu", "operator": "Exists"}},
			},
		}}}),
		child("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", object{"metadata": metadata, "spec": object{
			"minReplicas": least, "maxReplicas": most, "scaleTargetRef": object{"kind": "Deployment", "name": name},
		}}),
	}
}

func requests(cpu, memory string) object { return object{"cpu": cpu, "memory": memory} }

func balancer(name, scheme string, zones int) resource.Resource {
	ids := array{}
	for i := range zones {
		ids = append(ids, fmt.Sprintf("subnet-%d", i))
	}
	return of("modelway:ingress:LoadBalancer", "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams", name+"-params", object{
		"metadata": object{"name": name}, "spec": object{"scheme": scheme, "subnets": object{"ids": ids}},
	})
}
