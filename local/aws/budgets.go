package aws

import (
	"fmt"
	"strings"
)

// Budget is the type of budgets.
const Budget = "aws:budgets/budget:Budget"

// Allowed values: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html and
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html.
func init() {
	register(budgets,
		Kind{Type: Budget,
			Defaults: Properties{"accountId": AccountID, "timePeriodEnd": "2087-06-15_00:00"},
			Unique:   []string{"name"}, Check: checkBudget, Apply: applyBudget},
	)
}

// checkBudget: a tag in a filter is user:<key>$<value>
// (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html).
func checkBudget(in Properties) (faults []error) {
	for _, filter := range in.Objects("costFilters") {
		for _, value := range filter.Strings("values") {
			if filter.String("name") == "TagKeyValue" && !strings.Contains(value, "$") {
				faults = append(faults, fmt.Errorf("costFilters has TagKeyValue %q: want <user or aws>:<key>$<value>", value))
			}
		}
	}
	return faults
}

func applyBudget(s *State, r, _ *Resource) error {
	if !r.has("limitAmount") && !r.has("plannedLimits") && !r.has("autoAdjustData") {
		return refuse(budgets.Invalid, "One of budgetLimit, plannedBudgetLimits and autoAdjustData is required")
	}
	if r.has("limitAmount") && !r.has("limitUnit") {
		return refuse(budgets.Invalid, "limitAmount has no limitUnit, such as USD")
	}
	for _, n := range r.Objects("notifications") {
		emails, topics := len(n.Strings("subscriberEmailAddresses")), len(n.Strings("subscriberSnsTopicArns"))
		if emails+topics == 0 || emails > 10 || topics > 1 {
			return refuse(budgets.Invalid, "a notification has 1 to 10 e-mail addresses, 1 SNS topic or both: it has %d and %d", emails, topics)
		}
	}
	r.fill("timePeriodStart", s.now.UTC().Format("2006-01")+"-01_00:00")
	return nil
}
