package config

import (
	"net/mail"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

// checkBudget wants somebody to alert, at an address, and a partition that has budgets.
func checkBudget(c Config) []Fault {
	amount, emails, topics := path{"cost", "monthlyBudgetUsd"}, path{"cost", "alertEmails"}, path{"cost", "alertTopicArns"}
	var faults []Fault
	for i, address := range c.Cost.AlertEmails {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			faults = append(faults, newFault(emails.At(i), address, Fault{Problem: "not an e-mail address", Allowed: "<name>@<domain>",
				Fix: setFix(c.Environment, emails.At(i), "ml-platform@company.com")}))
		}
	}
	for i, arn := range c.Cost.AlertTopicArns {
		if !aws.TopicArn.MatchString(arn) || !strings.HasPrefix(arn, "arn:aws:") {
			faults = append(faults, newFault(topics.At(i), arn, Fault{Problem: "not the ARN of an SNS topic", Allowed: "arn:aws:sns:<region>:<account id of 12 digits>:<name>",
				Fix: setFix(c.Environment, topics.At(i), "arn:aws:sns:us-east-1:111122223333:budgets")}))
		}
	}
	recipients := len(c.Cost.AlertEmails) + len(c.Cost.AlertTopicArns)
	switch {
	case c.Cost.MonthlyBudgetUsd > 0 && aws.Partition(c.Region) != aws.Commercial:
		faults = append(faults, newFault(amount, c.Cost.MonthlyBudgetUsd, Fault{Problem: "given, but budgets in US dollars are in partition aws only",
			Allowed: "0 outside of partition aws", Fix: removeFix(c.Environment, path{"cost"})}).AlsoReads(path{RegionKey}))
	case c.Cost.MonthlyBudgetUsd > 0 && recipients == 0:
		faults = append(faults, newFault(emails, c.Cost.AlertEmails, Fault{Problem: "empty, but there is a budget: nobody would be told",
			Allowed: "1 to 10 addresses, or a topic in alertTopicArns", Fix: setFix(c.Environment, emails.At(0), "ml-platform@company.com")}).AlsoReads(amount, topics))
	case c.Cost.MonthlyBudgetUsd == 0 && recipients > 0:
		faults = append(faults, newFault(amount, c.Cost.MonthlyBudgetUsd, Fault{Problem: "0, so that nobody is ever told",
			Allowed: "US dollars a month, 1 or more", Fix: either(setFix(c.Environment, amount, 500), removeFix(c.Environment, path{"cost"}))}).AlsoReads(emails, topics))
	}
	return faults
}

// checkModelStore wants a bucket's name, where there is a store.
func checkModelStore(c Config) []Fault {
	at, enabled := path{"modelStore", "existingBucket"}, path{"modelStore", "enabled"}
	bucket := c.ModelStore.ExistingBucket
	switch {
	case bucket == "":
		return nil
	case !aws.BucketName.MatchString(bucket):
		return []Fault{newFault(at, bucket, Fault{Problem: "not the name of a bucket",
			Allowed: "3 to 63 lower case letters, digits, hyphens and dots, without s3:// and path", Fix: setFix(c.Environment, at, proposeBucket(bucket))})}
	case !c.ModelStore.Enabled:
		return []Fault{newFault(at, bucket, Fault{Problem: "given, but enabled is false, so that it would have no effect",
			Allowed: "none while enabled is false", Fix: either(setFix(c.Environment, enabled, true), removeFix(c.Environment, at))}).AlsoReads(enabled)}
	}
	return nil
}

func proposeBucket(text string) string {
	text, _, _ = strings.Cut(strings.TrimPrefix(strings.ToLower(text), "s3://"), "/")
	if text = strings.ReplaceAll(text, "_", "-"); aws.BucketName.MatchString(text) {
		return text
	}
	return "company-models"
}

// mirrorAddress is a registry, with a path or without.
var mirrorAddress = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d{1,5})?(/[a-z0-9]+([._-][a-z0-9]+)*)*$`)

// checkMirror wants the address of a registry.
func checkMirror(c Config) []Fault {
	at, mirror := path{"images", "mirror"}, c.Images.Mirror
	if mirror == "" || mirrorAddress.MatchString(mirror) {
		return nil
	}
	proposed := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(mirror), "https://"), "http://"), "/")
	if !mirrorAddress.MatchString(proposed) {
		proposed = exampleMirror(c)
	}
	return []Fault{newFault(at, mirror, Fault{Problem: "not the address of a container registry",
		Allowed: "<host>[/<path>] in lower case, without https://, tag and / at the end", Fix: setFix(c.Environment, at, proposed)})}
}

func exampleMirror(c Config) string {
	return exampleAccount + ".dkr.ecr." + c.Region + "." + aws.DNSSuffix(c.Region) + "/mirror"
}
