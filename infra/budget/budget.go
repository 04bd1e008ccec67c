// Package budget tells people when an environment costs more than it should.
package budget

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/budgets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/naming"
)

// Token is the component's type token.
const Token = "modelway:budget:Budget"

// BudgetArgs describe a monthly budget. ClusterName, Region, MonthlyUsd and a recipient are required.
type BudgetArgs struct {
	// ClusterName is the value of the tag TagKey on everything that is counted. The tag has to be activated as a cost allocation
	// tag once, in the account that pays, up to a day after it was first used; until then nothing is counted
	// (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html).
	ClusterName string
	// Region is the AWS region of the environment, in partition aws: elsewhere costs are not in US dollars, or there are no budgets.
	Region string
	// MonthlyUsd is what the environment may cost a month, in US dollars, 1 or more.
	MonthlyUsd int
	// Emails are the addresses that get the alerts, at most 10.
	Emails []string
	// TopicArns are SNS topics that get the alerts, at most 1. The topic's policy must let budgets.amazonaws.com publish
	// (https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html).
	TopicArns []string
	// Tags are put on the budget. Default none.
	Tags map[string]string
}

// Budget is a monthly budget with its alerts.
type Budget struct {
	pulumi.ResourceState

	// Name is the budget's name.
	Name pulumi.StringOutput
}

// NewBudget registers a budget.
func NewBudget(ctx *pulumi.Context, name string, args *BudgetArgs, opts ...pulumi.ResourceOption) (*Budget, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking budget %q: %w", name, err)
	}
	b := &Budget{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), b, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	made, err := b.newBudget(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the budget of %q: %w", name, err)
	}
	b.Name = made.Name
	return b, ctx.RegisterResourceOutputs(b, pulumi.Map{"name": b.Name})
}

func (a *BudgetArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"clusterName": pulumi.String(a.ClusterName), "region": pulumi.String(a.Region), "monthlyUsd": pulumi.Int(a.MonthlyUsd),
		"emails": pulumi.ToStringArray(a.Emails), "topicArns": pulumi.ToStringArray(a.TopicArns), "tags": pulumi.ToStringMap(a.Tags),
	}
}

func (b *Budget) newBudget(ctx *pulumi.Context, name string, args *BudgetArgs) (*budgets.Budget, error) {
	name += "-budget"
	budget := &budgets.BudgetArgs{
		BudgetType:  pulumi.String("COST"),
		TimeUnit:    pulumi.String("MONTHLY"),
		LimitAmount: pulumi.String(strconv.Itoa(args.MonthlyUsd)),
		LimitUnit:   pulumi.String("USD"),
		CostFilters: budgets.BudgetCostFilterArray{&budgets.BudgetCostFilterArgs{
			Name:   pulumi.String("TagKeyValue"),
			Values: pulumi.StringArray{pulumi.String(tagFilter(args.ClusterName))},
		}},
		Notifications: args.notifications(),
		Tags:          pulumi.ToStringMap(naming.Tagged(args.Tags, name, nil)),
	}
	if prefix := naming.AutonamePrefix(name, maxName); prefix != "" {
		budget.NamePrefix = pulumi.String(prefix)
	}
	return budgets.NewBudget(ctx, name, budget, pulumi.Parent(b))
}

// notifications are the alerts, each to all recipients.
func (a *BudgetArgs) notifications() budgets.BudgetNotificationArray {
	var all budgets.BudgetNotificationArray
	for _, alert := range alerts {
		notification := &budgets.BudgetNotificationArgs{
			ComparisonOperator: pulumi.String("GREATER_THAN"),
			NotificationType:   pulumi.String(alert.kind),
			Threshold:          pulumi.Float64(alert.percent),
			ThresholdType:      pulumi.String("PERCENTAGE"),
		}
		if len(a.Emails) > 0 {
			notification.SubscriberEmailAddresses = pulumi.ToStringArray(a.Emails)
		}
		if len(a.TopicArns) > 0 {
			notification.SubscriberSnsTopicArns = pulumi.ToStringArray(a.TopicArns)
		}
		all = append(all, notification)
	}
	return all
}
