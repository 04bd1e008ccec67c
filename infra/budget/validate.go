package budget

import (
	"errors"
	"fmt"

	"github.com/modelway/modelway/internal/budget"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/rule"
)

// TagKey is the tag by which the costs of an environment are told from others.
const TagKey = naming.ClusterTag

// maxName is how long the name of a budget may be
// (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html).
const maxName = 100

// alert is a point at which the recipients are told: a percentage of the budget that is spent, or that will be by the end of the
// month.
type alert struct {
	kind    string
	percent float64
}

// alerts are at most five, as AWS allows. A forecast needs about five weeks of costs first
// (https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html).
var alerts = []alert{{"ACTUAL", 50}, {"ACTUAL", 80}, {"ACTUAL", 100}, {"FORECASTED", 100}}

// tagFilter selects the costs of what carries the environment's tag, in the form that AWS has for tags of users
// (https://docs.aws.amazon.com/cli/latest/reference/budgets/create-budget.html#examples).
func tagFilter(clusterName string) string { return "user:" + TagKey + "$" + clusterName }

// validate reports every fault of the arguments together.
func (a *BudgetArgs) validate() error {
	if a == nil {
		return errors.New("BudgetArgs is nil: ClusterName, Region, MonthlyUsd and Emails or TopicArns are required")
	}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if a.ClusterName == "" {
		fault("ClusterName is empty: name the cluster whose costs are counted")
	}
	if a.Region == "" {
		fault("Region is empty: name the environment's region, for example us-east-1")
	}
	if a.MonthlyUsd < 1 {
		fault("MonthlyUsd is %d: give US dollars a month, 1 or more", a.MonthlyUsd)
	}
	spec := budget.Spec{MonthlyBudgetUsd: a.MonthlyUsd, AlertEmails: a.Emails, AlertTopicArns: a.TopicArns}
	faults = append(faults, rule.Join(spec.Check(a.Region)))
	return errors.Join(faults...)
}
