package fargatelogs

import (
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/modelway/modelway/internal/aws"
)

const (
	// Namespace and Object are where EKS looks for the settings of its log router, and NamespaceLabel with the value enabled is
	// the label that the namespace must carry.
	Namespace      = "aws-observability"
	NamespaceLabel = "aws-observability"
	Object         = "aws-logging"
	// MaxCharacters is how many characters EKS takes.
	MaxCharacters = 5300
)

// logGroupName is what CloudWatch Logs takes
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html).
var logGroupName = regexp.MustCompile(`^[0-9A-Za-z_./#-]{1,512}$`)

// filters take the line apart that the container runtime wrote, and add what Kubernetes knows of the pod. A line that is JSON
// becomes fields of its own.
const filters = `[FILTER]
    Name parser
    Match *
    Key_name log
    Parser crio
[FILTER]
    Name kubernetes
    Match kube.*
    Merge_Log On
    Keep_Log Off
    Buffer_Size 0
    Kube_Meta_Cache_TTL 300s
`

// parsers read the format of container log files
// (https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md).
const parsers = `[PARSER]
    Name crio
    Format Regex
    Regex ^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>P|F) (?<log>.*)$
    Time_Key time
    Time_Format %Y-%m-%dT%H:%M:%S.%L%z
`

// output writes to a log group that is there. Without auto_create_group the log router creates streams in it and nothing else,
// so that the group keeps the retention of whoever made it
// (https://github.com/fluent/fluent-bit/blob/v4.0.8/plugins/out_cloudwatch_logs/cloudwatch_api.c).
const output = `[OUTPUT]
    Name cloudwatch_logs
    Match kube.*
    region %s
    log_group_name %s
    log_stream_prefix fargate-
    auto_create_group false
`

// Data returns the ConfigMap's data: Fluent Bit's settings in the sections, filters and outputs that EKS allows, without the
// router's own log (https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html).
func Data(region, logGroup string) (map[string]string, error) {
	data := map[string]string{
		"flb_log_cw":   "false",
		"filters.conf": filters,
		"output.conf":  fmt.Sprintf(output, region, logGroup),
		"parsers.conf": parsers,
	}
	return data, errors.Join(checkRegion(region), checkLogGroup(logGroup), checkLength(data))
}

func checkRegion(region string) error {
	if aws.RegionName.MatchString(region) {
		return nil
	}
	return fmt.Errorf("region is %q: it must be the name of an AWS region, such as us-east-1", region)
}

func checkLogGroup(name string) error {
	if logGroupName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("log group is %q: it must be the name of a log group, not its ARN: 1 to 512 letters, digits and characters of _./#-",
		name)
}

func checkLength(data map[string]string) error {
	if length := characters(data); length > MaxCharacters {
		return fmt.Errorf("the settings of the log router have %d characters: EKS takes %d", length, MaxCharacters)
	}
	return nil
}

func characters(data map[string]string) int {
	length := 0
	for key, value := range data {
		length += utf8.RuneCountInString(key) + utf8.RuneCountInString(value)
	}
	return length
}
