package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/strict"
)

// regionName is the form of an AWS region's name (https://docs.aws.amazon.com/general/latest/gr/rande.html).
var regionName = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[1-9][0-9]?$`)

// readRegion reads aws:region.
func readRegion(source Source) (string, []Fault) {
	at := path{RegionKey}
	fault := Fault{
		Allowed: "the name of an AWS region, such as eu-central-1",
		Fix:     setFix(source.Stack(), at, "us-east-1"),
	}
	region, ok := source.Get(RegionKey)
	switch {
	case !ok || region == "":
		fault.Problem = "required, but not given" + misspelledRegion(source)
		return "", []Fault{newFault(at, absent{}, fault)}
	case !regionName.MatchString(region):
		fault.Problem = "not the name of an AWS region"
		return region, []Fault{newFault(at, region, fault)}
	}
	return region, nil
}

// misspelledRegion points at a key of the aws namespace that looks like the region.
func misspelledRegion(source Source) string {
	keys, _ := source.Keys()
	for _, key := range keys {
		name, ok := strings.CutPrefix(key, "aws:")
		if !ok || name == "region" {
			continue
		}
		if strict.EditDistance(strings.ToLower(name), "region") <= 2 {
			return fmt.Sprintf("; is %s meant to be it?", key)
		}
	}
	return ""
}

// partition returns the AWS partition that the region belongs to
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
