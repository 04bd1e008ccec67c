package aws

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Types of ECR resources.
const (
	Repository       = "aws:ecr/repository:Repository"
	LifecyclePolicy  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	RepositoryPolicy = "aws:ecr/repositoryPolicy:RepositoryPolicy"
)

// Names: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html. The policies have the name of their
// repository as id, as in the Terraform AWS provider.
func init() {
	ofRepository := Kind{Missing: "RepositoryNotFoundException",
		Required: []string{"policy"}, Refs: []Ref{{Path: "repository", To: Repository, Hold: Follow}}}
	lifecycle, access := ofRepository, ofRepository
	lifecycle.Type, lifecycle.Calls, lifecycle.Check = LifecyclePolicy, [3]string{"PutLifecyclePolicy", "PutLifecyclePolicy", ""},
		checkImageLifecycle
	access.Type, access.Calls, access.Check = RepositoryPolicy, [3]string{"SetRepositoryPolicy", "SetRepositoryPolicy", ""},
		registryDocument.check("policy")
	register(ecr,
		Kind{Type: Repository, Calls: [3]string{"", "PutImageTagMutability", ""},
			Defaults: Properties{"imageTagMutability": "MUTABLE", "forceDelete": false,
				"encryptionConfigurations": []any{map[string]any{"encryptionType": "AES256"}}},
			Unique: []string{"name"}, Refs: []Ref{{Path: "encryptionConfigurations.kmsKey", To: Key}}, Check: checkRepository,
			Delete: deleteRepository},
		lifecycle, access,
	)
}

func checkRepository(in Properties) (faults []error) {
	if name := in.String("name"); name != "" && (len(name) < 2 || len(name) > 256) {
		faults = append(faults, fmt.Errorf("name has %d characters: a repository's name has 2 to 256", len(name)))
	}
	for _, c := range in.Objects("encryptionConfigurations") {
		if c.String("encryptionType") == "AES256" && c.Has("kmsKey") {
			faults = append(faults, fmt.Errorf("encryptionConfigurations has encryptionType AES256 and a kmsKey: a key is for KMS"))
		}
	}
	return faults
}

// PushImage notes that a repository has images: from then on it can only be deleted with forceDelete.
func (s *State) PushImage(repository string) error {
	r := s.Get(Repository, repository)
	if r == nil {
		return refuse(kinds[Repository].Missing, "The repository with name '%s' does not exist in the registry with id '%s'", repository,
			AccountID)
	}
	r.Computed["images"] = true
	return nil
}

func deleteRepository(_ *State, r *Resource) error {
	if r.Bool("images") && !r.Bool("forceDelete") {
		return refuse("RepositoryNotEmptyException", "The repository with name '%s' in registry with id '%s' cannot be deleted because it "+
			"still contains images", r.ID, AccountID)
	}
	return nil
}

// checkImageLifecycle applies the grammar of lifecycle policies
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html) and their length
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html).
func checkImageLifecycle(in Properties) (faults []error) {
	raw := in.String("policy")
	fault := func(format string, args ...any) {
		faults = append(faults, refuse("InvalidParameterException", "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "+
			"'Lifecycle policy validation failure: %s'", fmt.Sprintf(format, args...)))
	}
	var document Properties
	switch err := json.Unmarshal([]byte(raw), &document); {
	case raw == "":
		return nil
	case err != nil || len(document.Objects("rules")) == 0:
		fault("the policy is not JSON with rules")
	case len(raw) < 100 || len(raw) > 30720:
		fault("the policy has %d characters, allowed are 100 to 30720", len(raw))
	}
	rules, highest := document.Objects("rules"), 0
	for _, rule := range rules {
		highest = max(highest, rule.Int("rulePriority"))
	}
	priorities := map[int]bool{}
	for _, rule := range rules {
		priority, status, count := rule.Int("rulePriority"), rule.String("selection.tagStatus"), rule.String("selection.countType")
		among := func(path string, allowed ...string) {
			if !slices.Contains(allowed, rule.String(path)) {
				fault("rule %d: %s is %q, allowed is %v", priority, path, rule.String(path), allowed)
			}
		}
		among("action.type", "expire")
		among("selection.tagStatus", "tagged", "untagged", "any")
		among("selection.countType", "imageCountMoreThan", "sinceImagePushed")
		if priorities[priority] || priority < 1 {
			fault("rule priorities are integers from 1, each used once: %d", priority)
		}
		priorities[priority] = true
		if rule.Int("selection.countNumber") < 1 {
			fault("rule %d: countNumber must be 1 or more", priority)
		}
		if (count == "sinceImagePushed") != (rule.String("selection.countUnit") == "days") {
			fault("rule %d: countUnit days goes with countType sinceImagePushed", priority)
		}
		if lists := rule.Has("selection.tagPrefixList") || rule.Has("selection.tagPatternList"); lists != (status == "tagged") {
			fault("rule %d: tagPrefixList or tagPatternList goes with tagStatus tagged", priority)
		}
		if status == "any" && priority < highest {
			fault("rule %d: a rule with tagStatus any must have the highest priority number", priority)
		}
	}
	return faults
}
