package compute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
)

func TestFargateLogsPolicy(t *testing.T) {
	document, err := compute.FargateLogsPolicy("arn:aws-cn:eks:cn-north-1:123456789012:cluster/modelway-prod")
	require.NoError(t, err)
	for _, s := range document.Statements {
		for _, arn := range s.Resource {
			require.Contains(t, arn, "arn:aws-cn:logs:cn-north-1:123456789012:log-group:"+compute.FargateLogGroup("modelway-prod")+":")
		}
	}
	for _, arn := range []string{"", "modelway-prod", "arn:aws:eks:us-east-1:123456789012:cluster/",
		"arn:aws:eks:us-east-1:cluster/modelway-prod"} {
		_, err := compute.FargateLogsPolicy(arn)
		require.ErrorContains(t, err, "is not of the form arn:<partition>:eks:<region>:<account>:cluster/<name>", arn)
	}
}
