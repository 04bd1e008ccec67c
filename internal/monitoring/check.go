package monitoring

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

var (
	storePath     = rule.Path{"store"}
	receiversPath = rule.Path{"alerts", "receivers"}
	deadManPath   = rule.Path{"alerts", "deadMansSwitch"}
)

// Check reports numbers out of range, receivers that lack what their type needs or have what it cannot use, and alerts that would reach
// nobody.
func (s Spec) Check(region string) []rule.Fault {
	faults := slices.Concat(
		rule.OneOf(storePath, s.Store, Stores...),
		rule.Between(rule.Path{"retentionDays"}, s.RetentionDays, 1, maxRetentionDays),
		rule.Between(rule.Path{"sizeGiB"}, s.SizeGiB, minSizeGiB, maxSizeGiB),
		rule.Between(rule.Path{"memoryGiB"}, s.MemoryGiB, minMemoryGiB, maxMemoryGiB),
		rule.Between(rule.Path{"replicas"}, s.Replicas, 1, maxReplicas),
		rule.Between(rule.Path{"scrapeSeconds"}, s.ScrapeSeconds, minScrapeSecs, maxScrapeSec),
	)
	names := make([]string, len(s.Alerts.Receivers))
	for i, r := range s.Alerts.Receivers {
		names[i] = r.Name
		faults = append(faults, rule.Below(receiversPath.At(i), r.check(region))...)
		if r.Name == Nobody || r.Name == DeadMan {
			at := receiversPath.At(i, "name")
			faults = append(faults, rule.Fault{At: at, Given: r.Name, Problem: "the name of a receiver that the platform makes",
				Allowed: "any other name", Fixes: []rule.Fix{rule.Set(at, r.Name+"-2")}})
		}
	}
	faults = append(faults, rule.Names(names, func(i int) rule.Path { return receiversPath.At(i, "name") })...)
	if s.Alerts.DeadMansSwitch != "" {
		faults = append(faults, rule.Secret(deadManPath, Namespace, s.Alerts.DeadMansSwitch, ExampleSwitch)...)
	}
	return slices.Concat(faults, s.checkTogether(), s.checkOff())
}

// checkOff reports people who would be told of alerts that nothing raises.
func (s Spec) checkOff() []rule.Fault {
	off := func(at rule.Path, given any) rule.Fault {
		return rule.Fault{At: at, Given: given, Problem: "given, but enabled is false, so that it would have no effect",
			Allowed: "none while enabled is false", Fixes: []rule.Fix{rule.Set(rule.Path{"enabled"}, true), rule.Remove(at)}}
	}
	var faults []rule.Fault
	if !s.Enabled && len(s.Alerts.Receivers) > 0 {
		faults = append(faults, off(receiversPath, s.names()))
	}
	if !s.Enabled && s.Alerts.DeadMansSwitch != "" {
		faults = append(faults, off(deadManPath, s.Alerts.DeadMansSwitch))
	}
	return faults
}

// checkTogether reports alerts of teams that no receiver names.
func (s Spec) checkTogether() []rule.Fault {
	all := s.Alerts.Receivers
	reached := slices.ContainsFunc(all, func(r Receiver) bool { return r.Everyone() && slices.Contains(r.Severities, SeverityCritical) })
	if len(all) == 0 || reached {
		return nil
	}
	return []rule.Fault{{At: receiversPath, Given: s.names(), Problem: "none gets the critical alerts of all teams: those of the platform, " +
		"and of a model whose owner no receiver names, would reach nobody",
		Allowed: "at least one receiver without teams, with severity critical",
		Fixes:   []rule.Fix{s.widen()}}}
}

// widen has one receiver get the critical alerts of all teams: one that gets critical alerts, or those of all teams, where there is one.
func (s Spec) widen() rule.Fix {
	all := s.Alerts.Receivers
	if i := slices.IndexFunc(all, func(r Receiver) bool { return slices.Contains(r.Severities, SeverityCritical) }); i >= 0 {
		return rule.Remove(receiversPath.At(i, "teams"))
	}
	i := max(0, slices.IndexFunc(all, Receiver.Everyone))
	return rule.Set(receiversPath.At(i, "severities", len(all[i].Severities)), SeverityCritical)
}

func (s Spec) names() []string {
	var all []string
	for _, r := range s.Alerts.Receivers {
		all = append(all, r.Name)
	}
	return all
}

// need is a value that a type of receivers must have or cannot have.
type need struct {
	key     string
	given   string
	of      []string
	example string
	allowed string
}

// check reports the faults of one receiver.
func (r Receiver) check(region string) []rule.Fault {
	faults := rule.OneOf(rule.Path{"type"}, r.Type, Types...)
	if len(faults) > 0 {
		return faults
	}
	faults = append(faults, r.checkNeeds()...)
	if r.TopicArn != "" && r.Type == TypeSns {
		faults = append(faults, checkTopic(r.TopicArn, region)...)
	}
	for i, severity := range r.Severities {
		faults = append(faults, rule.OneOf(rule.Path{"severities", i}, severity, Severities...)...)
	}
	for i, name := range r.Teams {
		faults = append(faults, rule.Form(rule.Path{"teams", i}, aws.DnsLabel, name, "not the name of a team", rule.LabelNames,
			rule.Slug(name))...)
	}
	if r.Secret != "" && r.Type != TypeSns {
		faults = append(faults, rule.Secret(rule.Path{"secret"}, Namespace, r.Secret, ExampleSecret(r.Type))...)
	}
	if r.Type == TypeEmail {
		faults = append(faults, r.checkEmail()...)
	}
	return faults
}

// checkTopic reports what is not the ARN of an SNS topic that people can subscribe to: what a FIFO topic takes reaches queues only
// (https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html).
func checkTopic(topic, region string) []rule.Fault {
	problem, instead := "not the ARN of an SNS topic", ExampleTopic(region)
	if standard, fifo := strings.CutSuffix(topic, ".fifo"); fifo && aws.TopicArn.MatchString(standard) {
		problem, instead = "a FIFO topic, which delivers to queues only", standard
	}
	if i := strings.LastIndex(topic, ":"); i >= 0 && aws.TopicArn.MatchString(topic[:i]) {
		problem, instead = "a subscription, not an SNS topic", topic[:i]
	}
	return rule.Arn(rule.Path{"topicArn"}, aws.TopicArn, topic, region, problem, "arn:aws:sns:<region>:"+rule.SomeAccount+":<name>", instead)
}

// checkNeeds reports what the type needs and is not there, and what is there and would have no effect.
func (r Receiver) checkNeeds() (faults []rule.Fault) {
	var to string
	if len(r.To) > 0 {
		to = r.To[0]
	}
	for _, n := range []need{
		{"topicArn", r.TopicArn, []string{TypeSns}, ExampleTopic(""), "the ARN of an SNS topic"},
		{"secret", r.Secret, []string{TypeSlack, TypePagerDuty}, ExampleSecret(r.Type), rule.SecretForm(Namespace)},
		{"to", to, []string{TypeEmail}, ExampleAddress, "one address or more"},
		{"from", r.From, []string{TypeEmail}, ExampleSender, "<name>@<domain>"},
		{"server", r.Server, []string{TypeEmail}, ExampleServer, "<host>:<port>"},
		{"user", r.User, nil, "", ""},
	} {
		at, needed := rule.Path{n.key}, slices.Contains(n.of, r.Type)
		possible := needed || r.Type == TypeEmail && (n.key == "secret" || n.key == "user")
		switch {
		case needed && n.given == "":
			set := at
			if n.key == "to" {
				set = at.At(0)
			}
			faults = append(faults, rule.Fault{At: at, Problem: fmt.Sprintf("required for a receiver of type %s", r.Type), Allowed: n.allowed,
				Fixes: []rule.Fix{rule.Set(set, n.example)}})
		case !possible && n.given != "":
			faults = append(faults, rule.Fault{At: at, Given: n.given, Problem: fmt.Sprintf("has no effect for a receiver of type %s", r.Type),
				Allowed: "only for " + cmp.Or(strings.Join(n.of, " and "), TypeEmail), Fixes: []rule.Fix{rule.Remove(at)}})
		}
	}
	return faults
}
