package plan

import (
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/network"
)

// AutoscalerValues spare an autoscaler without a way to the internet the look-up of instance types and their prices, for which there is
// no VPC endpoint (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md).
func AutoscalerValues(cfg config.Network) map[string]any {
	if cfg.NatGateways != network.NatNone {
		return nil
	}
	return map[string]any{"extraArgs": map[string]any{"aws-use-static-instance-list": true}}
}

// ServicesCompute is what pods of the platform in the models' namespace run on: Fargate where a profile takes them, else nodes.
func ServicesCompute(cfg config.Config) string {
	if cfg.Compute.OnFargate(compute.Pod{Namespace: cfg.Models.Namespace, Labels: map[string]string{labels.Compute: modelspec.ComputeFargate}}) {
		return modelspec.ComputeFargate
	}
	return modelspec.ComputeNodes
}
