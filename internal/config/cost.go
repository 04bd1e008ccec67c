package config

// Cost describes the environment's budget. It watches what carries the environment's tag modelway:cluster, which has to be
// activated as a cost allocation tag once per payer account
// (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html).
type Cost struct {
	// MonthlyBudgetUsd is what the environment may cost a month, in US dollars. Alerts are sent at 50, 80 and 100 percent, and when
	// the forecast passes 100. Default 0: no budget.
	MonthlyBudgetUsd int `json:"monthlyBudgetUsd" jsonschema:"minimum=0,maximum=100000000"`

	// AlertEmails are the addresses that get alerts, at most 10. Required where there is a budget and no topic.
	AlertEmails []string `json:"alertEmails" jsonschema:"maxItems=10,uniqueItems=true"`

	// AlertTopicArns are SNS topics that get alerts, at most 1. Default none.
	AlertTopicArns []string `json:"alertTopicArns" jsonschema:"maxItems=1,uniqueItems=true"`
}
