package config

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/strict"
)

// readRegion reads aws:region.
func readRegion(source Source) (string, []Fault) {
	at := path{RegionKey}
	region, ok := source.Get(RegionKey)
	fault := Fault{
		Allowed: "the name of an AWS region, such as eu-central-1",
		Fix:     setFix(source.Stack(), at, aws.NearestRegion(region)),
	}
	switch {
	case !ok || region == "":
		fault.Problem = "required, but not given" + misspelledRegion(source)
		return "", []Fault{newFault(at, absent{}, fault)}
	case !aws.RegionName.MatchString(region):
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
