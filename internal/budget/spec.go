// Package budget decides which monthly budget an environment can have.
package budget

import (
	"net/mail"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

// Limits of a budget
// (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateNotification.html).
const (
	maxUsd    = 100000000
	maxEmails = 10
	maxTopics = 1
)

// Spec describes the environment's budget. It watches what carries the environment's tag modelway:cluster, which has to be
// activated as a cost allocation tag once per payer account
// (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html).
type Spec struct {
	// MonthlyBudgetUsd is what the environment may cost a month, in US dollars. Alerts are sent at 50, 80 and 100 percent, and when
	// the forecast passes 100. Default 0: no budget.
	MonthlyBudgetUsd int `json:"monthlyBudgetUsd" jsonschema:"minimum=0,maximum=100000000"`

	// AlertEmails are the addresses that get alerts, at most 10. Required where there is a budget and no topic.
	AlertEmails []string `json:"alertEmails" jsonschema:"maxItems=10,uniqueItems=true"`

	// AlertTopicArns are SNS topics that get alerts, at most 1. Default none.
	AlertTopicArns []string `json:"alertTopicArns" jsonschema:"maxItems=1,uniqueItems=true"`
}

var amountPath, emailsPath, topicsPath = rule.Path{"monthlyBudgetUsd"}, rule.Path{"alertEmails"}, rule.Path{"alertTopicArns"}

// Check reports recipients that AWS Budgets would refuse, a budget without any, recipients without a budget, and a region whose partition
// has no budgets in US dollars.
func (s Spec) Check(region string) []rule.Fault {
	faults := append(rule.Between(amountPath, s.MonthlyBudgetUsd, 0, maxUsd), rule.Count(emailsPath, s.AlertEmails, 0, maxEmails)...)
	faults = append(append(faults, rule.Once(emailsPath, s.AlertEmails)...), rule.Count(topicsPath, s.AlertTopicArns, 0, maxTopics)...)
	for i, address := range s.AlertEmails {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			faults = append(faults, rule.Fault{At: emailsPath.At(i), Given: address, Problem: "not an e-mail address", Allowed: "<name>@<domain>",
				Fixes: []rule.Fix{rule.Set(emailsPath.At(i), exampleAddress)}})
		}
	}
	for i, arn := range s.AlertTopicArns {
		if at := topicsPath.At(i); !aws.TopicArn.MatchString(arn) || !strings.HasPrefix(arn, "arn:aws:") {
			faults = append(faults, rule.Fault{At: at, Given: arn, Problem: "not the ARN of an SNS topic",
				Allowed: "arn:aws:sns:<region>:" + rule.SomeAccount + ":<name>",
				Fixes:   []rule.Fix{rule.Set(at, "arn:aws:sns:us-east-1:111122223333:budgets")}})
		}
	}
	return append(faults, s.checkTogether(region)...)
}

const exampleAddress = "ml-platform@company.com"

func (s Spec) checkTogether(region string) []rule.Fault {
	recipients := len(s.AlertEmails) + len(s.AlertTopicArns)
	switch {
	case s.MonthlyBudgetUsd > 0 && aws.Partition(region) != aws.Commercial:
		return []rule.Fault{{At: amountPath, Given: s.MonthlyBudgetUsd, Problem: "given, but budgets in US dollars are in partition aws only",
			Allowed: "0 outside of partition aws", Fixes: []rule.Fix{rule.Remove(rule.Path{})}, OfRegion: true}}
	case s.MonthlyBudgetUsd > 0 && recipients == 0:
		return []rule.Fault{{At: emailsPath, Given: s.AlertEmails, Problem: "empty, but there is a budget: nobody would be told",
			Allowed: "1 to 10 addresses, or a topic in alertTopicArns", Fixes: []rule.Fix{rule.Set(emailsPath.At(0), exampleAddress)},
			Reads: []rule.Path{amountPath, topicsPath}}}
	case s.MonthlyBudgetUsd == 0 && recipients > 0:
		return []rule.Fault{{At: amountPath, Given: s.MonthlyBudgetUsd, Problem: "0, so that nobody is ever told",
			Allowed: "US dollars a month, 1 or more", Fixes: []rule.Fix{rule.Set(amountPath, 500), rule.Remove(rule.Path{})},
			Reads: []rule.Path{emailsPath, topicsPath}}}
	}
	return nil
}
