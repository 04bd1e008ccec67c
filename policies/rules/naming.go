package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws/kinds"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/resource"
)

// defaultTag says whether a provider puts a tag on everything that it makes.
func (s Stack) defaultTag(key string) truth {
	answer := no
	for _, provider := range s.OfType("pulumi:providers:aws") {
		v := provider.At("defaultTags")
		answer = any3(answer, perhaps(v.Unknown()), whether(v.At("tags", key).Given()))
	}
	return answer
}

// taggable are the AWS resources of the platform, and those that models are likely to bring, that take tags, but for access entries, which
// cost nothing and go with their cluster.
var taggable = append(slices.DeleteFunc(kinds.Tagged(), func(token string) bool { return token == "aws:eks/accessEntry:AccessEntry" }),
	"aws:s3/bucket:Bucket", volumeType, "aws:dynamodb/table:Table", "aws:rds/instance:Instance", "aws:sqs/queue:Queue", "aws:sns/topic:Topic",
	"aws:secretsmanager/secret:Secret", "aws:efs/fileSystem:FileSystem")

// tags are those by which costs are allocated and resources found.
var tags = []string{naming.ClusterTag, naming.EnvironmentTag}

// label63 is a name that also is the value of a label
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names).
var label63 = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

var namingRules = []Rule{
	{
		ID: "tags", Topic: Naming, Level: config.PolicyMandatory,
		Title:  "AWS resources say which environment they belong to",
		Why:    "Budgets, bills and whoever cleans up go by the tags.",
		Fix:    "pass the platform's tags to the resource, or set them as defaultTags of the AWS provider",
		Source: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
		Whole: func(c *Case, s Stack) {
			for _, r := range s.OfType(taggable...) {
				at, has := path{"tags"}, yes
				if adopted(r, "tags") {
					continue
				}
				for _, key := range tags {
					own := r.At(at.At(key)...)
					has = all3(has, any3(s.defaultTag(key), perhaps(own.Unknown()), whether(own.Given() && !own.Unknown())))
				}
				c.decides(has, r, at, r.At(at...), "tags with "+strings.Join(tags, " and "))
			}
		},
	},
	{
		ID: "kubernetes-name", Topic: Naming, Level: config.PolicyMandatory,
		Title:  "Names of objects also fit labels and host names",
		Why:    "Kubernetes puts them into labels of pods and into host names, and refuses those that do not fit, sometimes only later.",
		Fix:    "shorten the name to 63 lower case letters, digits and hyphens",
		Source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
		Types:  slices.Concat(workloads, []string{namespaceType, "kubernetes:core/v1:Service"}),
		Each: property("at most 63 lower case letters, digits and hyphens, with a letter or digit at both ends", func(v resource.Value) bool {
			return !v.Given() || label63.MatchString(v.Text())
		}, "metadata", "name"),
	},
	{
		ID: "recommended-label", Topic: Naming, Level: config.PolicyAdvisory,
		Title:  "Workloads and Services carry the recommended labels",
		Why:    "Dashboards, selectors and people find what belongs together by them.",
		Fix:    "add the label app.kubernetes.io/name",
		Source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
		Types:  slices.Concat(servers, []string{daemonSetType, "kubernetes:core/v1:Service"}),
		Each:   property("a name", given, "metadata", "labels", "app.kubernetes.io/name"),
	},
}
