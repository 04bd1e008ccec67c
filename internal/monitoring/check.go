package monitoring

import (
	"cmp"
	"fmt"
	"net"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

var (
	storePath     = rule.Path{"store"}
	receiversPath = rule.Path{"alerts", "receivers"}
	deadManPath   = rule.Path{"alerts", "deadMansSwitch"}
)

// secretReference is <name of a Secret>/<key>
// (https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data).
var secretReference = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/[A-Za-z0-9._-]{1,253}$`)

// team is what a receiver may name: the form of an owner.
var team = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

const secretForm = "<name of a Secret in namespace " + Namespace + ">/<key>"

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
		faults = append(faults, checkSecret(deadManPath, s.Alerts.DeadMansSwitch, "dead-mans-switch/url")...)
	}
	return append(faults, s.checkTogether()...)
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
		at := rule.Path{"topicArn"}
		faults = append(faults, rule.Arn(at, aws.TopicArn, r.TopicArn, region, "not the ARN of an SNS topic",
			"arn:aws:sns:<region>:"+rule.SomeAccount+":<name>", exampleTopic(region))...)
	}
	for i, severity := range r.Severities {
		faults = append(faults, rule.OneOf(rule.Path{"severities", i}, severity, Severities...)...)
	}
	for i, name := range r.Teams {
		faults = append(faults, rule.Form(rule.Path{"teams", i}, team, name, "not the name of a team", rule.LabelNames, rule.Slug(name))...)
	}
	if r.Secret != "" && r.Type != TypeSns {
		faults = append(faults, checkSecret(rule.Path{"secret"}, r.Secret, exampleSecret(r.Type))...)
	}
	if r.Type == TypeEmail {
		faults = append(faults, r.checkEmail()...)
	}
	return faults
}

// checkNeeds reports what the type needs and is not there, and what is there and would have no effect.
func (r Receiver) checkNeeds() (faults []rule.Fault) {
	var to string
	if len(r.To) > 0 {
		to = r.To[0]
	}
	for _, n := range []need{
		{"topicArn", r.TopicArn, []string{TypeSns}, exampleTopic(""), "the ARN of an SNS topic"},
		{"secret", r.Secret, []string{TypeSlack, TypePagerDuty}, exampleSecret(r.Type), secretForm},
		{"to", to, []string{TypeEmail}, exampleAddress, "one address or more"},
		{"from", r.From, []string{TypeEmail}, "alerts@company.com", "<name>@<domain>"},
		{"server", r.Server, []string{TypeEmail}, exampleServer, "<host>:<port>"},
	} {
		at, needed := rule.Path{n.key}, slices.Contains(n.of, r.Type)
		possible := needed || n.key == "secret" && r.Type == TypeEmail
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
				Allowed: "only for " + cmp.Or(joined(n.of), n.key), Fixes: []rule.Fix{rule.Remove(at)}})
		}
	}
	return faults
}

func joined(types []string) string {
	text := ""
	for i, t := range types {
		if i > 0 {
			text += " and "
		}
		text += t
	}
	return text
}

// checkEmail reports addresses and servers that do not have their form, and a login that lacks one half.
func (r Receiver) checkEmail() (faults []rule.Fault) {
	for i, address := range r.To {
		faults = append(faults, checkAddress(rule.Path{"to", i}, address)...)
	}
	if r.From != "" {
		faults = append(faults, checkAddress(rule.Path{"from"}, r.From)...)
	}
	if r.Server != "" {
		host, port, err := net.SplitHostPort(r.Server)
		number, _ := strconv.Atoi(port)
		if err != nil || host == "" || number < 1 || number > 65535 {
			faults = append(faults, rule.Fault{At: rule.Path{"server"}, Given: r.Server, Problem: "not a host with a port", Allowed: "<host>:<port>",
				Fixes: []rule.Fix{rule.Set(rule.Path{"server"}, exampleServer)}})
		}
	}
	switch user, secret := (rule.Path{"user"}), (rule.Path{"secret"}); {
	case r.User != "" && r.Secret == "":
		faults = append(faults, rule.Fault{At: secret, Problem: "required beside user: without a password the server refuses the login",
			Allowed: secretForm, Fixes: []rule.Fix{rule.Set(secret, exampleSecret(TypeEmail)), rule.Remove(user)}})
	case r.User == "" && r.Secret != "":
		faults = append(faults, rule.Fault{At: user, Problem: "required beside secret, which is its password", Allowed: "the name that logs in",
			Fixes: []rule.Fix{rule.Set(user, "alerts"), rule.Remove(secret)}})
	}
	return faults
}

func checkAddress(at rule.Path, address string) []rule.Fault {
	if parsed, err := mail.ParseAddress(address); err == nil && parsed.Address == address {
		return nil
	}
	return []rule.Fault{{At: at, Given: address, Problem: "not an e-mail address", Allowed: "<name>@<domain>",
		Fixes: []rule.Fix{rule.Set(at, exampleAddress)}}}
}

func checkSecret(at rule.Path, reference, example string) []rule.Fault {
	shown, _, isAddress := strings.Cut(reference, "://")
	if isAddress { // the rest may be the secret itself
		shown += "://..."
	}
	if secretReference.MatchString(reference) {
		return nil
	}
	return []rule.Fault{{At: at, Given: shown, Problem: "not the name of a Secret with a key", Allowed: secretForm,
		Fixes: []rule.Fix{rule.Set(at, example)}}}
}

const (
	exampleAddress = "ml-platform@company.com"
	exampleServer  = "email-smtp.us-east-1.amazonaws.com:587"
)

func exampleTopic(region string) string {
	region = cmp.Or(region, "us-east-1")
	return aws.Arn(region, "sns", region, rule.ExampleAccount, "ml-alerts")
}

func exampleSecret(of string) string {
	return map[string]string{TypeSlack: "slack/url", TypePagerDuty: "pagerduty/routing-key", TypeEmail: "smtp/password"}[of]
}
