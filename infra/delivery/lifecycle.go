package delivery

import "encoding/json"

// Defaults of RepositoriesArgs.
const (
	// DefaultUntaggedDays leaves time to look at an image that a build left behind.
	DefaultUntaggedDays = 14
	// DefaultKeepTagged is some months of a model that is released every day.
	DefaultKeepTagged = 100
)

// The grammar of lifecycle policies (https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html).
type (
	lifecyclePolicy struct {
		Rules []lifecycleRule `json:"rules"`
	}
	lifecycleRule struct {
		RulePriority int                `json:"rulePriority"`
		Description  string             `json:"description"`
		Selection    lifecycleSelection `json:"selection"`
		Action       lifecycleAction    `json:"action"`
	}
	lifecycleSelection struct {
		TagStatus      string   `json:"tagStatus"`
		TagPatternList []string `json:"tagPatternList,omitempty"`
		CountType      string   `json:"countType"`
		CountUnit      string   `json:"countUnit,omitempty"`
		CountNumber    int      `json:"countNumber"`
	}
	lifecycleAction struct {
		Type string `json:"type"`
	}
)

// LifecyclePolicy is a repository's lifecycle policy as JSON: images without a tag are deleted after a number of days, and of
// those with a tag the newest are kept.
func LifecyclePolicy(untaggedDays, keepTagged int) (string, error) {
	text, err := json.Marshal(lifecyclePolicy{Rules: []lifecycleRule{
		{
			RulePriority: 1, Description: "Delete images without a tag after some days", Action: lifecycleAction{"expire"},
			Selection: lifecycleSelection{TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: untaggedDays},
		},
		{
			RulePriority: 2, Description: "Keep the newest images with a tag", Action: lifecycleAction{"expire"},
			Selection: lifecycleSelection{TagStatus: "tagged", TagPatternList: []string{"*"}, CountType: "imageCountMoreThan",
				CountNumber: keepTagged},
		},
	}})
	return string(text), err
}

// kept are the numbers of the lifecycle policy, with the defaults filled in.
func (a *RepositoriesArgs) kept() (untaggedDays, keepTagged int) {
	untaggedDays, keepTagged = a.UntaggedDays, a.KeepTagged
	if untaggedDays == 0 {
		untaggedDays = DefaultUntaggedDays
	}
	if keepTagged == 0 {
		keepTagged = DefaultKeepTagged
	}
	return untaggedDays, keepTagged
}
