package budget_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/budget"
	"github.com/modelway/modelway/internal/recorder"
)

const budgetType = "aws:budgets/budget:Budget"

func TestBudgetGolden(t *testing.T) {
	recording := run(t, "modelway-dev", args())
	made := recording.Find(t, budgetType, "modelway-dev-budget")
	recorder.GoldenJSON(t, filepath.Join("testdata", "budget.golden.json"), made.Inputs.Mappable())
	component := recording.Find(t, budget.Token, "modelway-dev")
	require.Equal(t, component.URN, made.Parent)
	require.Equal(t, made.Outputs["name"].StringValue(), component.Outputs["name"].StringValue())
}

func TestAlertsGoToWhoIsNamed(t *testing.T) {
	for name, change := range map[string]func(*budget.BudgetArgs){
		"subscriberSnsTopicArns":   func(a *budget.BudgetArgs) { a.Emails = nil },
		"subscriberEmailAddresses": func(a *budget.BudgetArgs) { a.TopicArns = nil },
	} {
		changed := args()
		change(changed)
		notifications := run(t, "modelway-dev", changed).Find(t, budgetType, "modelway-dev-budget").Input("notifications").([]any)
		require.Len(t, notifications, 4)
		for _, notification := range notifications {
			var subscribers []string
			for key := range notification.(map[string]any) {
				if strings.HasPrefix(key, "subscriber") {
					subscribers = append(subscribers, key)
				}
			}
			require.Equal(t, []string{name}, subscribers)
		}
	}
}

// AWS refuses names of more than 100 characters.
func TestLongNamesAreCut(t *testing.T) {
	name := strings.Repeat("a", 120)
	prefix, ok := run(t, name, args()).Find(t, budgetType, name+"-budget").Input("namePrefix").(string)
	require.True(t, ok)
	require.LessOrEqual(t, len(prefix)+26, 100, "the provider adds 26 characters")
}

func TestFaultsAreReportedTogether(t *testing.T) {
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = fmt.Sprintf("person%d@company.com", i)
	}
	for _, c := range []struct {
		args *budget.BudgetArgs
		want []string
	}{
		{nil, []string{"BudgetArgs is nil: ClusterName, Region, MonthlyUsd and Emails or TopicArns are required"}},
		{&budget.BudgetArgs{}, []string{
			`checking budget "dev": ClusterName is empty: name the cluster whose costs are counted`,
			"Region is empty: name the environment's region, for example us-east-1",
			"MonthlyUsd is 0: give US dollars a month, 1 or more",
		}},
		{&budget.BudgetArgs{ClusterName: "dev", Region: "us-gov-west-1", MonthlyUsd: 500, Emails: eleven}, []string{
			`monthlyBudgetUsd is 500: given, but budgets in US dollars are in partition aws only; allowed: 0 outside of partition aws; leave all of it out`,
			"too many items: 11; allowed: a list of 0 to 10",
		}},
		{&budget.BudgetArgs{ClusterName: "dev", Region: "us-east-1", MonthlyUsd: 500}, []string{
			"alertEmails is []: empty, but there is a budget: nobody would be told",
		}},
		{&budget.BudgetArgs{
			ClusterName: "dev", Region: "us-east-1", MonthlyUsd: 500,
			Emails:    []string{"Team <team@company.com>", "ml@company.com", "ml@company.com"},
			TopicArns: []string{"budgets", "arn:aws:sns:us-east-1:123456789012:budgets"},
		}, []string{
			`alertEmails[0] is "Team <team@company.com>": not an e-mail address; allowed: <name>@<domain>`,
			`ml@company.com is listed twice; allowed: each item once; remove alertEmails[2]`,
			"too many items: 2; allowed: a list of 0 to 1; remove alertTopicArns[1]",
			`alertTopicArns[0] is "budgets": not the ARN of an SNS topic; allowed: arn:aws:sns:<region>:<account id of 12 digits>:<name>`,
		}},
	} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := budget.NewBudget(ctx, "dev", c.args)
			return err
		})
		for _, want := range c.want {
			require.ErrorContains(t, err, want)
		}
		require.Empty(t, recording.Resources, "nothing is registered")
	}
}

func args() *budget.BudgetArgs {
	return &budget.BudgetArgs{
		ClusterName: "modelway-dev", Region: "us-east-1", MonthlyUsd: 500, Emails: []string{"ml-platform@company.com"},
		TopicArns: []string{"arn:aws:sns:us-east-1:123456789012:budgets"}, Tags: map[string]string{budget.TagKey: "modelway-dev"},
	}
}

func run(t recorder.TB, name string, args *budget.BudgetArgs) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := budget.NewBudget(ctx, name, args)
		return err
	})
}
