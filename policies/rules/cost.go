package rules

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

var costRules = []Rule{
	{
		ID: "address-unattached", Topic: Cost, Level: config.PolicyAdvisory,
		Title:  "Elastic IP addresses are in use",
		Why:    "An address is billed by the hour, whether anything uses it or not.",
		Fix:    "attach the address, or remove it",
		Source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
		Whole: func(c *Case, s Stack) {
			for _, address := range s.OfType(addressType) {
				if address.At("instance").Given() || address.At("networkInterface").Given() {
					continue
				}
				used := s.referred(address, "allocationId", []string{"id", "allocationId"}, natType, "aws:ec2/eipAssociation:EipAssociation")
				c.decides(used, address, path{"instance"}, resource.Value{}, "an address that an instance, a network interface, a NAT gateway or an "+
					"association has")
			}
		},
	},
	{
		ID: "log-retention", Topic: Cost, Level: config.PolicyMandatory,
		Title:  "Logs are deleted some day",
		Why:    "CloudWatch keeps and bills them forever otherwise.",
		Fix:    "set retentionInDays",
		Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
		Types:  []string{logGroupType},
		Each: func(c *Case, r resource.Resource) {
			c.wants(r, path{"retentionInDays"}, "days from 1 to 3653", func(v resource.Value) bool {
				return v.Number() > 0 || adopted(r, "retentionInDays")
			})
		},
	},
	{
		ID: "budget", Topic: Cost, Level: config.PolicyAdvisory,
		Title:  "The environment has a budget",
		Why:    "Nobody notices what it costs before the bill comes.",
		Fix:    "set modelway:cost.monthlyBudgetUsd and alertEmails",
		Source: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
		Whole: func(c *Case, s Stack) {
			budgets := s.OfType("aws:budgets/budget:Budget")
			for _, cluster := range s.OfType(clusterType) {
				answer := no
				for _, budget := range budgets {
					limit := budget.At("limitAmount")
					answer = any3(answer, perhaps(limit.Unknown()), whether(limit.Given() && !limit.Unknown() && limit.Text() != "0"))
				}
				c.decides(answer, cluster, path{"name"}, cluster.At("name"), "a cluster in a stack with an aws.budgets.Budget that has a limit")
			}
		},
	},
}

const logGroupType = "aws:cloudwatch/logGroup:LogGroup"

// adopted reports whether the resource is the log group that a cluster takes over from an earlier one: an import leaves
// the property as it is found, and the next run, without modelway:cluster.adoptLogGroup, sets it.
func adopted(r resource.Resource, property string) bool {
	name := r.At("name").Text()
	control := strings.HasPrefix(name, "/aws/eks/") && strings.HasSuffix(name, "/cluster")
	return r.Type == logGroupType && control && slices.Contains(r.IgnoreChanges, property)
}
