package budget

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

// TagKey is the tag by which the costs of an environment are told from others.
const TagKey = "modelway:cluster"

// Limits of a budget
// (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateNotification.html).
const (
	maxEmails = 10
	maxTopics = 1
	maxName   = 100
)

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
	switch partition := aws.Partition(a.Region); {
	case a.Region == "":
		fault("Region is empty: name the environment's region, for example us-east-1")
	case partition != aws.Commercial:
		fault("Region is %q, in partition %s: budgets in US dollars are in partition aws only; leave the budget out", a.Region, partition)
	}
	if a.MonthlyUsd < 1 {
		fault("MonthlyUsd is %d: give US dollars a month, 1 or more", a.MonthlyUsd)
	}
	if len(a.Emails) == 0 && len(a.TopicArns) == 0 {
		fault("Emails and TopicArns are both empty: nobody would be told; give an address or a topic")
	}
	if len(a.Emails) > maxEmails {
		fault("Emails has %d addresses: AWS allows %d; use a mailing list", len(a.Emails), maxEmails)
	}
	if len(a.TopicArns) > maxTopics {
		fault("TopicArns has %d topics: AWS allows %d; subscribe the others to it", len(a.TopicArns), maxTopics)
	}
	for i, address := range a.Emails {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			fault("Emails has %q, which is not an e-mail address: use <name>@<domain>", address)
		}
		if slices.Contains(a.Emails[:i], address) {
			fault("Emails has %q twice: name each address once", address)
		}
	}
	for _, arn := range a.TopicArns {
		if !aws.TopicArn.MatchString(arn) || !strings.HasPrefix(arn, "arn:aws:") {
			fault("TopicArns has %q, which is not the ARN of an SNS topic: use arn:aws:sns:<region>:<account>:<name>", arn)
		}
	}
	return errors.Join(faults...)
}
