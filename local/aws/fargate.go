package aws

import (
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/machine"
)

func applyFargateProfile(s *State, r, _ *Resource) error {
	for _, id := range r.Strings("subnetIds") {
		if public, _ := s.defaultRoutes(id); public {
			return invalid("Subnet %s provided in Fargate Profile is not a private subnet", id)
		}
	}
	return oneFargateProfileAtATime(s, r)
}

// oneFargateProfileAtATime: https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteFargateProfile.html.
func oneFargateProfileAtATime(s *State, r *Resource) error {
	for _, o := range s.Where(FargateProfile, "clusterName", r.String("clusterName")) {
		if o.ID != r.ID && o.Status != Active {
			return refuse(
				"ResourceInUseException", "Cannot change Fargate Profile %s because cluster %s currently has Fargate profile %s in status %s",
				r.String("fargateProfileName"), r.String("clusterName"), o.String("fargateProfileName"), o.Status)
		}
	}
	return nil
}

// SelectsPod says whether a Fargate profile takes a pod. Namespaces and label values may have the wildcards * and ?
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func (r *Resource) SelectsPod(namespace string, labels map[string]string) bool {
	return slices.ContainsFunc(r.Objects("selectors"), func(selector Properties) bool {
		labelsWanted := map[string]string{}
		wanted, _ := selector["labels"].(map[string]any)
		for key, pattern := range wanted {
			labelsWanted[key] = fmt.Sprint(pattern)
		}
		return machine.Selects(selector.String("namespace"), labelsWanted, namespace, labels)
	})
}
