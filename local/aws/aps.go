package aws

import (
	"regexp"
	"strings"
)

// Workspace is the type of workspaces of Amazon Managed Service for Prometheus.
const Workspace = "aws:amp/workspace:Workspace"

// Limits: https://docs.aws.amazon.com/prometheus/latest/APIReference/API_CreateWorkspace.html. AWS lets several have one alias. A workspace
// is active some seconds after it is made, and takes nothing before that.
func init() {
	register(aps,
		Kind{Type: Workspace, Calls: [3]string{"", "UpdateWorkspaceAlias", ""}, Asynchronous: true,
			Refs: []Ref{{Path: "kmsKeyArn", To: Key}}, Check: checkWorkspace},
	)
}

var logGroupOfWorkspace = regexp.MustCompile(`^arn:aws[a-z0-9-]*:logs:[a-z0-9-]+:[0-9]{12}:log-group:[A-Za-z0-9._#/-]{1,512}:\*$`)

func checkWorkspace(in Properties) (faults []error) {
	if alias := in.String("alias"); in.Has("alias") && (len(alias) > 100 || strings.TrimSpace(alias) == "") {
		faults = append(faults, refuse(aps.Invalid, "1 validation error detected: Value at 'alias' failed to satisfy constraint: "+
			"Member must have length between 1 and 100, and not only spaces"))
	}
	if arn := in.String("loggingConfiguration.logGroupArn"); arn != "" && !logGroupOfWorkspace.MatchString(arn) {
		faults = append(faults, refuse(aps.Invalid, "logGroupArn %s is not the ARN of a log group that ends in :*", arn))
	}
	return faults
}
