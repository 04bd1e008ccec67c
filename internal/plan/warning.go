package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/serving"
)

// Warnings are what an environment's owner should know, and may want as it is.
func Warnings(cfg config.Config, caller string, now time.Time) []string {
	return slices.DeleteFunc([]string{cfg.Cluster.SupportWarning(now), callerWarning(cfg, caller), newTypesWarning(cfg),
		addressesWarning(cfg)},
		func(text string) bool { return text == "" })
}

// callerWarning says that whoever runs the program has no access entry in the cluster, so that its calls to the Kubernetes API
// will be refused. It is empty where there is one, and where that cannot be told.
func callerWarning(cfg config.Config, caller string) string {
	principals := slices.Clone(cfg.Cluster.AdminRoleArns)
	for _, entry := range cfg.Cluster.AccessEntries {
		principals = append(principals, entry.PrincipalArn)
	}
	if slices.ContainsFunc(principals, func(arn string) bool { return isCaller(arn, caller) }) {
		return ""
	}
	return fmt.Sprintf("%s runs this program, but has no access entry in the cluster: the Kubernetes API will refuse it. Add its role to "+
		"modelway:cluster.adminRoleArns; they hold %s.",
		caller, strings.Join(cfg.Cluster.AdminRoleArns, ", "))
}

// OpenModels says which models any pod of the cluster can reach, although their network policies name addresses: those behind internal
// load balancers, whose subnets are those of the pods unless pods have a block of their own. Network policies hold on nodes only.
func OpenModels(cfg config.Config, models []modelspec.Model) []string {
	if cfg.Network.PodCidr != "" {
		return nil
	}
	var names []string
	for _, m := range models {
		if m.Route.Exposure != modelspec.ExposureNone && m.Compute != modelspec.ComputeFargate &&
			cfg.LoadBalancers[m.Route.LoadBalancer].Scheme == serving.SchemeInternal {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return []string{fmt.Sprintf("every pod of the cluster can reach %s: internal load balancers and pods share the private subnets, so a "+
		"network policy cannot tell them apart. "+
		"Where that matters, make the environment with modelway:network.podCidr, which gives pods subnets of their own.",
		strings.Join(names, ", "))}
}

// newTypesWarning names instance types that are too new for the catalog of this version, so that a slip in one shows only on AWS.
func newTypesWarning(cfg config.Config) string {
	var names []string
	for _, group := range cfg.Compute.NodeGroups {
		for _, name := range group.InstanceTypes {
			if machine.StandingOf(name) == machine.Newer && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("this version does not know the instance types %s, which may be newer than it: AWS refuses a node group of a type "+
		"that does not exist", strings.Join(names, ", "))
}

// addressesOfNewAccount is the quota of Elastic IP addresses that an account has in a region, and that AWS raises on request
// (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-eips).
const addressesOfNewAccount = 5

// addressesWarning says when a second environment of the same kind does not fit into the account's Elastic IP addresses: each NAT gateway
// has one.
func addressesWarning(cfg config.Config) string {
	gateways := map[string]int{network.NatSingle: 1, network.NatPerZone: len(cfg.Network.ZoneNames)}[cfg.Network.NatGateways]
	if cfg.Network.NatGateways == network.NatPerZone && gateways == 0 {
		gateways = cfg.Network.AvailabilityZones
	}
	if cfg.Network.Existing.VpcId != "" || 2*gateways <= addressesOfNewAccount {
		return ""
	}
	return fmt.Sprintf("%d NAT gateways need %d Elastic IP addresses, and AWS gives an account %d in a region: a second environment like "+
		"this in %s does not fit. "+
		"Ask for more in Service Quotas (L-0263D0A3), or set modelway:network.natGateways to single", gateways, gateways, addressesOfNewAccount,
		cfg.Region)
}

// isCaller reports whether a principal of an access entry is the caller. A session names its role without the role's path
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns).
func isCaller(principal, caller string) bool {
	if principal == caller {
		return true
	}
	_, session, isSession := strings.Cut(caller, ":assumed-role/")
	_, role, isRole := strings.Cut(principal, ":role/")
	if !isSession || !isRole || accountOf(principal) != accountOf(caller) {
		return false
	}
	name, _, _ := strings.Cut(session, "/")
	return role[strings.LastIndex(role, "/")+1:] == name
}

// accountOf is the account in an ARN.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}
