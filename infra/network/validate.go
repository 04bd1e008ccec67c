package network

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/rule"
)

// serviceName is the form of an AWS service in the names of endpoints, for example ecr.api.
var serviceName = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// Validate reports every fault of the arguments together.
func (a *NetworkArgs) Validate() error {
	faults := []error{rule.Join(a.spec().Check(a.Region))}
	if a.Region == "" {
		faults = append(faults, errRegion)
	}
	faults = append(faults, a.endpointFaults()...)
	if a.FlowLogs.Destination == FlowLogsBucket && a.FlowLogs.BucketArn == nil {
		faults = append(faults, errors.New("FlowLogs.BucketArn is missing: pass the ARN of the bucket, or use another Destination"))
	}
	if a.ClusterName == "" {
		faults = append(faults, errClusterName)
	}
	return errors.Join(faults...)
}

// spec is the VPC without its endpoints, which are services here and sets of them there.
func (a *NetworkArgs) spec() network.Spec {
	return network.Spec{
		Cidr: a.Cidr, PodCidr: a.PodCidr, ZoneNames: a.Zones, AvailabilityZones: len(a.Zones), NatGateways: a.NatGateways,
		FlowLogs: network.FlowLogs{Destination: a.FlowLogs.destination(), RetentionDays: a.FlowLogs.RetentionDays},
	}
}

var (
	errRegion      = errors.New("Region is empty: name the AWS region, for example us-east-1")
	errClusterName = errors.New("ClusterName is empty: name the EKS cluster that the subnets are tagged for")
)

func (a *NetworkArgs) endpointFaults() []error {
	var faults []error
	for i, service := range a.InterfaceEndpoints {
		switch {
		case service == "s3":
			faults = append(faults, errors.New("InterfaceEndpoints has s3, which the VPC reaches through its gateway endpoint: remove it"))
		case !serviceName.MatchString(service):
			faults = append(faults, fmt.Errorf("InterfaceEndpoints has %q: name a service as AWS does after the region, for example ecr.api",
				service))
		}
		if slices.Contains(a.InterfaceEndpoints[:i], service) {
			faults = append(faults, fmt.Errorf("InterfaceEndpoints has %q twice: name each service once", service))
		}
	}
	return faults
}
