package config

// Levels of a rule of the policy pack (https://www.pulumi.com/docs/insights/policy/policy-packs/).
const (
	// PolicyMandatory stops the deployment.
	PolicyMandatory = "mandatory"
	// PolicyAdvisory is told and stops nothing.
	PolicyAdvisory = "advisory"
	// PolicyDisabled is not looked at.
	PolicyDisabled = "disabled"
)

// PolicyLevels lists the allowed values of Policies.Levels.
var PolicyLevels = []string{PolicyMandatory, PolicyAdvisory, PolicyDisabled}

// Policies sets the policy pack. The pack itself knows the rules, and refuses names of rules that do not exist.
type Policies struct {
	// Production says that people depend on the environment: some rules ask more of it, others save cost in all others.
	// Default: true for the stack prod, otherwise false.
	Production bool `json:"production"`

	// Levels change the level of rules, by the rule's id: mandatory, advisory or disabled. Default none: every rule has the level of
	// policies/README.md.
	Levels map[string]string `json:"levels"`

	// Exceptions allow single resources what a rule forbids, for a while. Default none.
	Exceptions []PolicyException `json:"exceptions"`

	// AllowedRegistries are the container registries that images may come from: patterns of the image's name with its registry, without
	// tag. A star stands for any text: in the registry's name for text without a dot, in the path for any. Default Amazon ECR by all of its
	// names, registry.k8s.io, ghcr.io, quay.io and nvcr.io.
	AllowedRegistries []string `json:"allowedRegistries" jsonschema:"minItems=1,uniqueItems=true"`
}

// PolicyException allows resources what a rule forbids, until a day.
type PolicyException struct {
	// Rule is the id of the rule. Required.
	Rule string `json:"rule" jsonschema:"required"`

	// Resource is the logical name of the resource, or its URN; a star stands for any text. Required.
	Resource string `json:"resource" jsonschema:"required"`

	// Reason says why it may be so, for whoever reads the settings later. Required.
	Reason string `json:"reason" jsonschema:"required"`

	// Expires is the last day on which the exception counts, as YYYY-MM-DD. Required.
	Expires string `json:"expires" jsonschema:"required"`
}

// defaultRegistries are those of Amazon ECR by each of its names, and others that publish under names which their owners prove
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html,
// https://github.com/kubernetes/cloud-provider-aws/blob/master/cmd/ecr-credential-provider/main.go).
func defaultRegistries() []string {
	return []string{
		"*.dkr.ecr.*.amazonaws.com/*", "*.dkr.ecr-fips.*.amazonaws.com/*", "*.dkr-ecr.*.on.aws/*", "*.dkr-ecr-fips.*.on.aws/*",
		"*.dkr.ecr.*.amazonaws.com.cn/*", "*.dkr-ecr.*.on.amazonwebservices.com.cn/*", "*.dkr.ecr.*.amazonaws.eu/*",
		"*.dkr.ecr.*.c2s.ic.gov/*", "*.dkr.ecr.*.sc2s.sgov.gov/*", "*.dkr.ecr.*.csp.hci.ic.gov/*", "*.dkr.ecr.*.cloud.adc-e.uk/*",
		"public.ecr.aws/*", "ecr-public.aws.com/*", "registry.k8s.io/*", "ghcr.io/*", "quay.io/*", "nvcr.io/*", "gcr.io/tfx-oss-public/*",
	}
}

// LoadPolicies reads, completes and checks the settings of the policy pack, and those alone: the program reports the faults of the others.
func LoadPolicies(source Source) (Policies, error) {
	const name = "policies"
	settings := settingsOf(source.Stack())
	settings.Lines = source.Lines()
	given, faults := settings.Read(source, []string{name})
	for _, fault := range settings.Invalid(given, faults) {
		if fault.Within(path{name}) {
			faults = append(faults, fault)
		}
	}
	config, err := completed(settings, "", given, faults, checkPolicies)
	if err != nil {
		return Policies{}, err
	}
	return config.Policies, nil
}
