package addons

import (
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/naming"
)

// Certificates are those of ACM that the load balancers of the settings have.
type Certificates struct {
	// Requested says that the platform requests some, which carry the tag of the cluster.
	Requested bool
	// Arns are those that the settings name, in order. They need no tag.
	Arns []string
}

// Any reports whether there is one.
func (c Certificates) Any() bool { return c.Requested || len(c.Arns) > 0 }

const (
	// albDelay is how old a minute has to be before it is asked for, in seconds. Each minute is asked for once, and what CloudWatch has not
	// got by then is never counted.
	albDelay = 180
	// idleSeconds is how often CloudWatch is asked where there are certificates only, of which it has a value or two a day.
	idleSeconds = 300
	// certificatePeriod and certificateLength are those of the days until a certificate ends, in seconds: the newest hour of two days that has
	// a value.
	certificatePeriod, certificateLength = 3600, 2 * 86400

	albNamespace         = "AWS/ApplicationELB"
	certificateNamespace = "AWS/CertificateManager"
	clusterTag           = "elbv2.k8s.aws/cluster"
	daysToExpiry         = "DaysToExpiry"
)

// noGroup is the pattern where no model needs its target groups.
var noGroup = either(nil)

// albMetrics are asked for of each target group.
var albMetrics = []string{"RequestCount", "HTTPCode_Target_5XX_Count"}

// Questions are what YACE asks CloudWatch for in a cluster.
type Questions struct{ Facts Facts }

// Seconds is how often it asks.
func (q Questions) Seconds() int {
	if len(q.Facts.TargetGroups) > 0 {
		return metrics.CloudWatchPeriod
	}
	return idleSeconds
}

// YAML is the configuration of YACE
// (https://github.com/prometheus-community/yet-another-cloudwatch-exporter/blob/v0.67.0/docs/configuration.md).
func (q Questions) YAML() string {
	var jobs []any
	discovery := map[string]any{}
	if q.Facts.On[kserve.Setting] {
		jobs = append(jobs, q.targetGroups())
		discovery["exportedTagsOnMetrics"] = map[string]any{albNamespace: []any{metrics.ResourceTag}}
	}
	if q.Facts.Certificates.Requested {
		jobs = append(jobs, q.requested())
	}
	config := map[string]any{"apiVersion": "v1alpha1", "sts-region": q.Facts.Region}
	if len(jobs) > 0 {
		discovery["jobs"] = jobs
		config["discovery"] = discovery
	}
	if given := q.given(); len(given) > 0 {
		config["static"] = given
	}
	text, _ := yaml.Marshal(config) // plain values have a form in YAML
	return string(text)
}

// targetGroups asks for the sums of a minute, of the groups that models need and of no others. A minute without requests has no value, and
// YACE would export NaN, which no sum of later minutes gets rid of. Length and period are equal, since a failure would else be told again
// in every minute of the length. The delay is heeded for a job only, not for a metric. Metrics by zone, which cost the same again, have a
// dimension more.
func (q Questions) targetGroups() map[string]any {
	groups := make([]string, len(q.Facts.TargetGroups))
	for i, group := range q.Facts.TargetGroups {
		groups[i] = regexp.QuoteMeta(group)
	}
	job := q.job(albNamespace, "Sum", metrics.CloudWatchPeriod, metrics.CloudWatchPeriod, albMetrics...)
	job["delay"], job["nilToZero"] = albDelay, true
	job["dimensionNameRequirements"] = []any{"LoadBalancer", "TargetGroup"}
	job["searchTags"] = []any{tagged(clusterTag, q.Facts.ClusterName), map[string]any{
		"key": metrics.ResourceTag, "value": either(groups),
	}}
	return job
}

// requested asks for the days of the certificates that the platform requests.
func (q Questions) requested() map[string]any {
	job := q.job(certificateNamespace, "Minimum", certificatePeriod, certificateLength, daysToExpiry)
	job["searchTags"] = []any{tagged(naming.ClusterTag, q.Facts.ClusterName)}
	return job
}

// given asks for the days of the certificates that the settings name, which may have no tag to be found by.
func (q Questions) given() []any {
	var all []any
	for _, arn := range q.Facts.Certificates.Arns {
		all = append(all, map[string]any{
			"name": arn, "namespace": certificateNamespace, "regions": []any{q.Facts.Region},
			"dimensions": []any{map[string]any{"name": "CertificateArn", "value": arn}},
			"metrics": []any{map[string]any{
				"name": daysToExpiry, "statistics": []any{"Minimum"}, "period": certificatePeriod, "length": certificateLength,
			}},
		})
	}
	return all
}

func (q Questions) job(namespace, statistic string, period, length int, names ...string) map[string]any {
	all := make([]any, len(names))
	for i, name := range names {
		all[i] = map[string]any{"name": name}
	}
	return map[string]any{
		"type": namespace, "regions": []any{q.Facts.Region}, "statistics": []any{statistic}, "period": period, "length": length, "metrics": all,
	}
}

// either is a pattern of one of some texts, or of the empty one, which no target group has for its tag.
func either(patterns []string) string { return "^(" + strings.Join(patterns, "|") + ")$" }

// tagged finds what has a tag with this value.
func tagged(key, value string) map[string]any {
	return map[string]any{"key": key, "value": "^" + regexp.QuoteMeta(value) + "$"}
}

// Counted is how much a configuration of YACE asks for at a time.
type Counted struct{ TargetGroups, Certificates int }

// CountQuestions counts what a configuration asks for. Certificates that the platform requests are counted as one, since they are found by
// their tag; what is no configuration asks for nothing.
func CountQuestions(config string) Counted {
	var read struct {
		Discovery struct {
			Jobs []struct {
				Type       string
				SearchTags []struct{ Key, Value string }
			}
		}
		Static []any
	}
	if yaml.Unmarshal([]byte(config), &read) != nil {
		return Counted{}
	}
	all := Counted{Certificates: len(read.Static)}
	for _, job := range read.Discovery.Jobs {
		if job.Type == certificateNamespace {
			all.Certificates++
			continue
		}
		for _, tag := range job.SearchTags {
			if tag.Key == metrics.ResourceTag && tag.Value != noGroup {
				all.TargetGroups += 1 + strings.Count(tag.Value, "|")
			}
		}
	}
	return all
}
