package platform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/config"
)

// account is what AWS says about the place that the program runs in.
type account struct {
	// id has 12 digits.
	id string
	// caller is the ARN of the user, or of the session of a role, that runs the program.
	caller string
	// zones are the availability zones of a new VPC; nil for an existing one.
	zones []string
}

// lookUp asks AWS. It registers nothing.
func lookUp(ctx *pulumi.Context, cfg config.Config) (account, error) {
	identity, err := aws.GetCallerIdentity(ctx, nil)
	if err != nil {
		return account{}, fmt.Errorf("asking AWS who runs the program: %w", err)
	}
	found := account{id: identity.AccountId, caller: identity.Arn}
	if !cfg.Network.Existing.Given() {
		found.zones, err = availabilityZones(ctx, cfg)
	}
	return found, err
}

// noControlPlane are the ids of the zones in which EKS places no control plane, so that it refuses subnets there. Which names they
// have differs by account (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
var noControlPlane = []string{"use1-az3", "usw1-az2", "cac1-az3"}

// availabilityZones are those that the configuration names, or the first ones of the region by name, so that the answer is the same
// every time. Local Zones and Wavelength Zones, which need an opt-in, are left out.
func availabilityZones(ctx *pulumi.Context, cfg config.Config) ([]string, error) {
	found, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{
		State:   pulumi.StringRef("available"),
		Filters: []aws.GetAvailabilityZonesFilter{{Name: "opt-in-status", Values: []string{"opt-in-not-required"}}},
	})
	if err != nil {
		return nil, fmt.Errorf("looking up the availability zones of %s: %w", cfg.Region, err)
	}
	return chooseZones(cfg, usableZones(found.Names, found.ZoneIds))
}

// usableZones are the names of the zones that take a control plane, sorted. Ids are in the order of the names.
func usableZones(names, ids []string) []string {
	var usable []string
	for i, name := range names {
		if i >= len(ids) || !slices.Contains(noControlPlane, ids[i]) {
			usable = append(usable, name)
		}
	}
	slices.Sort(usable)
	return usable
}

// chooseZones picks from the zones that the account has.
func chooseZones(cfg config.Config, available []string) ([]string, error) {
	for i, name := range cfg.Network.ZoneNames {
		if !slices.Contains(available, name) {
			return nil, fmt.Errorf("modelway:network.zoneNames[%d] is %q, but the zones of this account in %s that take an EKS control plane are "+
				"%s: name one of them", i, name, cfg.Region, strings.Join(available, ", "))
		}
	}
	if len(cfg.Network.ZoneNames) > 0 {
		return cfg.Network.ZoneNames, nil
	}
	if wanted := cfg.Network.AvailabilityZones; len(available) < wanted {
		return nil, fmt.Errorf("modelway:network.availabilityZones is %d, but %s has %d (%s): lower it, or choose another region", wanted,
			cfg.Region, len(available), strings.Join(available, ", "))
	}
	return available[:cfg.Network.AvailabilityZones], nil
}
