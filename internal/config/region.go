package config

import (
	"fmt"
	"regexp"
	"strings"
)

// directions are the words before the number in the names of regions.
var directions = []string{"east", "west", "north", "south", "central", "northeast", "northwest", "southeast", "southwest"}

// regionName is the form of an AWS region's name (https://docs.aws.amazon.com/general/latest/gr/rande.html). A list would refuse
// regions that are new.
var regionName = regexp.MustCompile(`^[a-z]{2,4}(-gov|-iso[a-z]?|-[a-z]{2})?-(` + strings.Join(directions, "|") + `)-[1-9][0-9]?$`)

// nearestRegion is what a name was probably meant to be, and otherwise any region.
func nearestRegion(name string) string {
	parts := strings.Split(strings.ReplaceAll(strings.ToLower(name), "_", "-"), "-")
	if last := len(parts) - 2; last > 0 {
		parts[last], _ = Suggest(parts[last], directions)
		if near := strings.Join(parts, "-"); regionName.MatchString(near) {
			return near
		}
	}
	return "us-east-1"
}

// readRegion reads aws:region.
func readRegion(source Source) (string, []Fault) {
	at := path{RegionKey}
	region, ok := source.Get(RegionKey)
	fault := Fault{
		Allowed: "the name of an AWS region, such as eu-central-1",
		Fix:     setFix(source.Stack(), at, nearestRegion(region)),
	}
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
		if editDistance(strings.ToLower(name), "region") <= 2 {
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
