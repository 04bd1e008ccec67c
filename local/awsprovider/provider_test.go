package awsprovider

import (
	"context"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/aws"
)

func TestFaults(t *testing.T) {
	t.Setenv(aws.EnvFaults, `{"throttle":0.5,"seed":7,"fail":{"CreateVpc":{"times":1,"code":"VpcLimitExceeded","message":"The maximum number of VPCs has been reached."}}}`)
	path := account(t)
	e := start(t, path, nil)
	_, _, err := e.create(aws.Vpc, "main", object{"cidrBlock": "10.0.0.0/16"})
	require.ErrorContains(t, err, "operation error EC2: CreateVpc, api error VpcLimitExceeded: The maximum number of VPCs")
	id, _ := start(t, path, nil).must(aws.Vpc, "main", object{"cidrBlock": "10.0.0.0/16"})
	require.NoError(t, e.remove(aws.Vpc, id), "throttled calls are repeated")

	t.Setenv(aws.EnvFaults, `{"throttle":1}`)
	_, _, err = start(t, path, nil).create(aws.Eip, "x", object{})
	require.ErrorContains(t, err, "exceeded maximum number of attempts, 25: api error ThrottlingException")
	t.Setenv(aws.EnvFaults, `{"trottle":1}`)
	_, err = New(path)
	require.ErrorContains(t, err, "trottle")
}

func TestConfiguration(t *testing.T) {
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	e := start(t, account(t), nil)
	_, err := e.client.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: e.pack(object{})})
	require.ErrorContains(t, err, "pulumi config set aws:region")
	_, err = New("")
	require.ErrorContains(t, err, aws.EnvState)
}
