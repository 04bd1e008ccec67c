package network

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/network"
)

// serviceName is the form of an AWS service in the names of endpoints, for example ecr.api.
var serviceName = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// Validate reports every fault of the arguments together.
func (a *NetworkArgs) Validate() error {
	var faults []error
	if _, err := network.NewPlan(a.Cidr, a.PodCidr, 1); err != nil {
		faults = append(faults, err)
	}
	if a.Region == "" {
		faults = append(faults, errRegion)
	}
	faults = append(faults, a.zoneFaults()...)
	if !slices.Contains(network.NatGateways(), a.NatGateways) {
		faults = append(faults, fmt.Errorf("NatGateways is %q: use %s", a.NatGateways, strings.Join(network.NatGateways(), ", ")))
	}
	faults = append(faults, a.endpointFaults()...)
	faults = append(faults, a.FlowLogs.faults()...)
	if a.ClusterName == "" {
		faults = append(faults, errClusterName)
	}
	return errors.Join(faults...)
}

var (
	errRegion      = errors.New("Region is empty: name the AWS region, for example us-east-1")
	errClusterName = errors.New("ClusterName is empty: name the EKS cluster that the subnets are tagged for")
)

func (a *NetworkArgs) zoneFaults() []error {
	var faults []error
	if len(a.Zones) < network.MinZones || len(a.Zones) > network.MaxZones {
		faults = append(faults, fmt.Errorf("Zones has %d availability zones: name %d to %d", len(a.Zones), network.MinZones, network.MaxZones))
	}
	for i, z := range a.Zones {
		if a.Region != "" && !network.IsZone(a.Region, z) {
			faults = append(faults, fmt.Errorf("Zones has %q, which is not an availability zone of %s: name one like %sa", z, a.Region, a.Region))
		}
		if slices.Contains(a.Zones[:i], z) {
			faults = append(faults, fmt.Errorf("Zones has %q twice: name each zone once", z))
		}
	}
	return faults
}

func (a *NetworkArgs) endpointFaults() []error {
	var faults []error
	for i, service := range a.InterfaceEndpoints {
		switch {
		case service == "s3":
			faults = append(faults, errors.New("InterfaceEndpoints has s3, which the VPC reaches through its gateway endpoint: remove it"))
		case !serviceName.MatchString(service):
			faults = append(faults, fmt.Errorf("InterfaceEndpoints has %q: name a service as AWS does after the region, for example ecr.api", service))
		}
		if slices.Contains(a.InterfaceEndpoints[:i], service) {
			faults = append(faults, fmt.Errorf("InterfaceEndpoints has %q twice: name each service once", service))
		}
	}
	return faults
}
