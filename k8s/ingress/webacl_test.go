package ingress_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/serving"
)

// A name in an annotation beats the ARN of the class, so the class has a name too; and addresses, which otherwise one Ingress could
// set for all.
func TestTheClassLeavesNothingToAnnotations(t *testing.T) {
	for arn, name := range map[string]any{webAcl: "models", serving.WebAclNone: "none", "": nil} {
		args := base()
		args.WebAclArn = arn
		params := run(t, args, 1).Find(t, paramsType, "edge-params")
		require.Equal(t, name, params.Input("spec.wafv2AclName"), arn)
		require.Equal(t, []any{"0.0.0.0/0"}, params.Input("spec.inboundCIDRs"))
	}
}
