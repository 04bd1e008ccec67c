// Package pack makes the rules a policy pack of Pulumi.
//
// The SDK decodes a resource once for each resource policy that looks at it: with a policy for each rule, a preview of 1,000 models takes
// half a minute more. So one resource policy looks at every resource, and keeps it; the rules are stack policies, which get all resources
// decoded once. In a preview each rule speaks for itself, at the end. At up the resource policy also stops what breaks a mandatory rule
// before it is created.
package pack

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/policies/rules"
)

const (
	// Name is the name of the pack.
	Name = "modelway"
	// BeforeCreation is the name of the resource policy.
	BeforeCreation = "before-creation"
)

// version is that of PulumiPolicy.yaml.
var version = semver.MustParse("1.0.0")

// levels are the SDK's. It has to be set for every policy: one without is advisory, whatever the level of the pack
// (https://github.com/pulumi/pulumi/issues/24650).
var levels = map[string]policyx.EnforcementLevel{
	config.PolicyMandatory: policyx.EnforcementLevelMandatory,
	config.PolicyAdvisory:  policyx.EnforcementLevelAdvisory,
	config.PolicyDisabled:  policyx.EnforcementLevelDisabled,
}

// judge is the pack at work on one stack.
type judge struct {
	rules   *rules.Pack
	preview bool

	mu     sync.Mutex
	inputs map[string]resource.Resource
	judged *policyx.AnalyzerResource
	report rules.Report
}

// New makes the pack for a stack, whose settings are in the context, on a day. The error names every setting and every rule that is wrong.
func New(ctx *pulumi.Context, today time.Time) (policyx.PolicyPack, error) {
	settings, err := config.LoadPolicies(config.FromContext(ctx))
	if err != nil {
		return nil, err
	}
	r, err := rules.New(settings, today)
	if err != nil {
		return nil, err
	}
	j := &judge{rules: r, preview: ctx.DryRun(), inputs: map[string]resource.Resource{}}
	policies := []policyx.Policy{policyx.NewResourceValidationPolicy(BeforeCreation, policyx.ResourceValidationPolicyArgs{
		Description:      "What breaks a mandatory rule is not created",
		EnforcementLevel: policyx.EnforcementLevelMandatory,
		ValidateResource: j.look,
	})}
	for _, rule := range r.Rules() {
		policies = append(policies, j.stackPolicy(rule.ID, rule.Title, func(report rules.Report, tell func(message, urn string)) {
			for _, finding := range report.Broken {
				if finding.Rule == rule.ID {
					tell(rule.Message(finding), finding.URN)
				}
			}
		}))
	}
	policies = append(policies,
		j.stackPolicy(rules.CannotTell, "Rules that wait for values", func(report rules.Report, tell func(message, urn string)) {
			for _, message := range report.Waiting() {
				tell(message, "")
			}
		}),
		j.stackPolicy(rules.Exceptions, "Exceptions from the rules", func(report rules.Report, tell func(message, urn string)) {
			for _, message := range report.Exceptions {
				tell(message, "")
			}
		}))
	return policyx.NewPolicyPack(Name, version, policyx.EnforcementLevelAdvisory, policies)
}

func (j *judge) stackPolicy(name, title string, tell func(rules.Report, func(message, urn string))) policyx.Policy {
	return policyx.NewStackValidationPolicy(name, policyx.StackValidationPolicyArgs{
		Description:      title,
		EnforcementLevel: levels[j.rules.Level(name)],
		ValidateStack: func(_ context.Context, args policyx.StackValidationArgs) error {
			tell(j.judge(args.Resources), args.Manager.ReportViolation)
			return nil
		},
	})
}

// look keeps the inputs of a resource, and at up refuses it where it breaks a mandatory rule.
func (j *judge) look(_ context.Context, args policyx.ResourceValidationArgs) error {
	r := plainResource(args.Resource)
	j.mu.Lock()
	j.inputs[r.URN] = r
	j.mu.Unlock()
	if j.preview {
		return nil
	}
	messages := map[string]rules.Rule{}
	for _, rule := range j.rules.Rules() {
		messages[rule.ID] = rule
	}
	for _, finding := range j.rules.Resource(r) {
		if rule := messages[finding.Rule]; rule.Level == config.PolicyMandatory {
			args.Manager.ReportViolation(fmt.Sprintf("%s: %s", rule.ID, rule.Message(finding)), r.URN)
		}
	}
	return nil
}

func plainResource(r policyx.AnalyzerResource) resource.Resource {
	return resource.Resource{URN: r.URN, Type: r.Type, Name: r.Name, Properties: properties(r.Properties),
		IgnoreChanges: r.Options.IgnoreChanges}
}

// judge judges the stack, once for all stack policies. The engine hands over outputs, which components do not have and which differ in
// form from what the program said, so the inputs count; of the outputs the id is taken, by which others refer to the resource.
func (j *judge) judge(all []policyx.AnalyzerResource) rules.Report {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(all) == 0 || j.judged == &all[0] {
		return j.report
	}
	set, needs := make([]resource.Resource, 0, len(all)), make(map[string][]string, len(all))
	for _, given := range all {
		r, seen := j.inputs[given.URN]
		if !seen {
			r = plainResource(given)
		}
		if id, has := given.Properties.GetOk("id"); has && r.Properties["id"] == nil {
			r.Properties["id"] = plain(id)
		}
		r.Parent = given.Parent
		set = append(set, r)
		needs[r.URN] = given.Dependencies
	}
	j.judged, j.report = &all[0], j.rules.Stack(rules.NewStack(resource.NewSet(set), needs))
	return j.report
}
