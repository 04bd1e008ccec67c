package recorder

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/modelway/modelway/internal/aws"
)

// construct does what the provider plugin of a remote component does: it registers children and returns outputs. Only
// components that are known here have any; others have neither.
func (m *monitor) construct(ctx context.Context, component *Resource) (resource.PropertyMap, error) {
	if component.Type != "eks:index:Cluster" {
		return resource.PropertyMap{}, nil
	}
	outputs, err := m.constructEksCluster(ctx, component)
	if err != nil {
		return nil, fmt.Errorf("constructing %s: %w", component.URN, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	component.Outputs = outputs
	s := m.states[component.URN]
	s.outputs = outputs
	m.states[component.URN] = s
	return outputs, nil
}

// eksAWSVersion is the version of the AWS provider that pulumi-eks v2.8.1 asks for, by its lock file.
const eksAWSVersion = "6.45.0"

// constructEksCluster registers the control plane below pulumi-eks's component, with the name and inputs that
// pulumi-eks v2.8.1 gives it (https://github.com/pulumi/pulumi-eks/blob/v2.8.1/nodejs/eks/cluster.ts). The security
// groups, roles and access entries that the plugin registers too are left out.
func (m *monitor) constructEksCluster(ctx context.Context, component *Resource) (resource.PropertyMap, error) {
	name := component.Name + "-eksCluster"
	inputs := resource.PropertyMap{}
	for _, key := range []resource.PropertyKey{"name", "version", "enabledClusterLogTypes", "tags"} {
		if v, ok := component.Inputs[key]; ok {
			inputs[key] = v
		}
	}
	inputs["roleArn"] = resource.NewProperty(aws.Arn(m.options.region, "iam", "", Account, "role/"+component.Name+"-eksRole-role"))
	vpcConfig := resource.PropertyMap{
		"securityGroupIds": resource.NewProperty([]resource.PropertyValue{resource.NewProperty("sg-0123456789abcdef0")}),
	}
	for _, key := range []resource.PropertyKey{"subnetIds", "endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"} {
		if v, ok := component.Inputs[key]; ok {
			vpcConfig[key] = v
		}
	}
	inputs["vpcConfig"] = resource.NewProperty(vpcConfig)
	if mode, ok := component.Inputs["authenticationMode"]; ok {
		inputs["accessConfig"] = resource.NewProperty(resource.PropertyMap{
			"authenticationMode": mode, "bootstrapClusterCreatorAdminPermissions": resource.NewProperty(true),
		})
	}
	if key, ok := component.Inputs["encryptionConfigKeyArn"]; ok {
		inputs["encryptionConfig"] = resource.NewProperty(resource.PropertyMap{
			"provider":  resource.NewProperty(resource.PropertyMap{"keyArn": key}),
			"resources": resource.NewProperty([]resource.PropertyValue{resource.NewProperty("secrets")}),
		})
	}
	reply, err := m.RegisterResource(ctx, &pulumirpc.RegisterResourceRequest{
		Type: "aws:eks/cluster:Cluster", Name: name, Parent: string(component.URN), Custom: true, Object: mustMarshal(inputs),
		IgnoreChanges: []string{"accessConfig.bootstrapClusterCreatorAdminPermissions"}, Version: eksAWSVersion,
	})
	if err != nil {
		return nil, err
	}
	reference := resource.MakeCustomResourceReference(resource.URN(reply.GetUrn()), resource.ID(reply.GetId()), "")
	if m.options.preview {
		return resource.PropertyMap{"eksCluster": reference}, nil
	}
	kubeconfig, err := m.kubeconfig(resource.URN(reply.GetUrn()))
	if err != nil {
		return nil, err
	}
	return resource.PropertyMap{"eksCluster": reference, "kubeconfigJson": resource.NewProperty(kubeconfig)}, nil
}

// kubeconfig is what pulumi-eks writes: the AWS CLI hands out the token.
func (m *monitor) kubeconfig(cluster resource.URN) (string, error) {
	m.mu.Lock()
	outputs := m.states[cluster].outputs.Mappable()
	m.mu.Unlock()
	config, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "aws",
		"clusters": []any{map[string]any{"name": "kubernetes", "cluster": map[string]any{
			"server": outputs["endpoint"], "certificate-authority-data": outputs["certificateAuthority"].(map[string]any)["data"],
		}}},
		"contexts": []any{map[string]any{"name": "aws", "context": map[string]any{"cluster": "kubernetes", "user": "aws"}}},
		"users": []any{map[string]any{"name": "aws", "user": map[string]any{"exec": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "aws",
			"args": []any{"eks", "get-token", "--cluster-name", outputs["name"]},
		}}}},
	})
	return string(config), err
}
