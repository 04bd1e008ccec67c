package addons

import (
	_ "embed"
	"strings"

	"github.com/modelway/modelway/internal/iamdoc"
)

// publishedPolicy is docs/install/iam_policy.json of the controller's repository at the tag of controllerVersion.
//
//go:embed load-balancer-controller-v3.5.0.json
var publishedPolicy string

// LoadBalancerControllerPolicy is the policy that the AWS Load Balancer Controller needs, as its release publishes it, for the
// partition aws, aws-cn or aws-us-gov.
func LoadBalancerControllerPolicy(partition string) iamdoc.Document {
	return iamdoc.Published(strings.ReplaceAll(publishedPolicy, "arn:aws:", "arn:"+partition+":"),
		"AWS publishes it so; the condition leaves one role, that of Elastic Load Balancing",
		"calls that describe EC2 and Elastic Load Balancing answer for the whole region",
		"AWS publishes it so; certificates, user pools and web ACLs are made elsewhere and named by Ingresses only",
		"AWS publishes it so; the groups of nodes and pods, which the controller opens to load balancers, are made by EKS without its tag",
		"AWS publishes it so; a group has no id before it is made, and the VPC may be anyone's",
		"AWS publishes it so; the condition leaves the groups that the controller has made",
		"AWS publishes it so; the condition requires the controller's tag on what is made",
		"AWS publishes it so; listeners and rules carry no tag of the controller that a condition could ask for",
		"AWS publishes it so; the condition leaves what the controller has made",
		"AWS publishes it so; listeners and rules carry no tag of the controller that a condition could ask for",
	)
}

// WebAclNames returns the statement that lets the controller find a web ACL by its name, which the published policy lacks
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/#wafv2-acl-name).
func WebAclNames() iamdoc.Statement {
	return iamdoc.GrantAny("names of web ACLs are listed for the whole region", iamdoc.Actions("wafv2", "ListWebACLs"), nil)
}
