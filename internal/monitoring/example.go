package monitoring

import (
	"cmp"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

// Values that fixes show for receivers: who gets e-mail, whom it comes from and what takes it, and where the dead man's switch is.
const (
	ExampleAddress = "ml-platform@company.com"
	ExampleSender  = "alerts@company.com"
	ExampleServer  = "email-smtp.us-east-1.amazonaws.com:587"
	ExampleSwitch  = "dead-mans-switch/url"
)

// ExampleTopic is the ARN of a topic in a region, us-east-1 where none is given.
func ExampleTopic(region string) string {
	region = cmp.Or(region, "us-east-1")
	return aws.Arn(region, "sns", region, rule.ExampleAccount, "ml-alerts")
}

// ExampleSecret is a Secret with its key for a type of receivers; "" for one that needs none.
func ExampleSecret(of string) string {
	return map[string]string{TypeSlack: "slack/url", TypePagerDuty: "pagerduty/routing-key", TypeEmail: "smtp/password"}[of]
}
