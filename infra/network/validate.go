package network

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The ways for private subnets to reach the internet.
const (
	// NatNone gives private subnets no way out; they reach S3 through the gateway endpoint only.
	NatNone = "none"
	// NatSingle is one NAT gateway, in the first zone, for all zones.
	NatSingle = "single"
	// NatPerZone is one NAT gateway per zone, so that losing a zone leaves the others connected.
	NatPerZone = "perZone"
)

// NatGateways lists the allowed values of NetworkArgs.NatGateways.
func NatGateways() []string { return []string{NatNone, NatSingle, NatPerZone} }

// minZones is what an EKS control plane and an Application Load Balancer need.
const minZones = 2

// Validate reports every fault of the arguments together.
func (a *NetworkArgs) Validate() error {
	var faults []error
	if _, err := NewPlan(a.Cidr, 1); err != nil {
		faults = append(faults, err)
	}
	if a.Region == "" {
		faults = append(faults, errors.New("Region is empty: name the AWS region, for example us-east-1"))
	}
	if len(a.Zones) < minZones || len(a.Zones) > MaxZones {
		faults = append(faults, fmt.Errorf("Zones has %d availability zones: name %d to %d", len(a.Zones), minZones, MaxZones))
	}
	zone := regexp.MustCompile(`^` + regexp.QuoteMeta(a.Region) + `[a-z]$`)
	for i, z := range a.Zones {
		if a.Region != "" && !zone.MatchString(z) {
			faults = append(faults, fmt.Errorf("Zones has %q, which is not an availability zone of %s: name one like %sa", z, a.Region, a.Region))
		}
		if slices.Contains(a.Zones[:i], z) {
			faults = append(faults, fmt.Errorf("Zones has %q twice: name each zone once", z))
		}
	}
	if !slices.Contains(NatGateways(), a.NatGateways) {
		faults = append(faults, fmt.Errorf("NatGateways is %q: use %s", a.NatGateways, strings.Join(NatGateways(), ", ")))
	}
	if a.ClusterName == "" {
		faults = append(faults, errors.New("ClusterName is empty: name the EKS cluster that the subnets are tagged for"))
	}
	return errors.Join(faults...)
}
