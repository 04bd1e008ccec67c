package store

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/local/aws"
)

// Times of tests that wait.
const (
	waiting = 30 * time.Second
	tick    = 50 * time.Millisecond
)

// script lists, reads and writes with boto3, which knows nothing but the variables that a pod gets.
const script = `
import boto3, botocore, io, sys
s3 = boto3.client("s3")
bucket = sys.argv[1]
assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="churn/")["Contents"]] == ["churn/1/model.bin", "churn/1/\u00fc +%.txt"]
assert s3.get_object(Bucket=bucket, Key="churn/1/\u00fc +%.txt")["Body"].read() == b"weights"
large = bytes(range(256)) * (36 << 10)
s3.upload_fileobj(io.BytesIO(large), bucket, "churn/2/large.bin")
got = io.BytesIO()
s3.download_fileobj(bucket, "churn/2/large.bin", got)
assert got.getvalue() == large
boto3.resource("s3").Bucket(bucket).objects.filter(Prefix="churn/2/").delete()
for call in (lambda: s3.get_object(Bucket=bucket, Key="fraud/1"), lambda: s3.list_objects_v2(Bucket=bucket)):
    try:
        call()
        sys.exit("not refused")
    except botocore.exceptions.ClientError as e:
        assert e.response["Error"]["Code"] == "AccessDenied", e
`

func TestPython(t *testing.T) {
	if out, err := exec.Command("python3", "-c", "import boto3").CombinedOutput(); err != nil {
		t.Skipf("Python 3 with boto3 is not installed: %v %s", err, out)
	}
	account := testAccount(t)
	edit(t, account, func(s *aws.State) {
		give(s, "churn", strings.Replace(reading("churn/"), `"s3:GetObject"`, `["s3:GetObject","s3:PutObject","s3:DeleteObject"]`, 1))
	})
	s := start(t, account, knownTokens)
	keep(t, administrator(t, s), "churn/1/model.bin", "weights")
	keep(t, administrator(t, s), "churn/1/ü +%.txt", "weights")
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("churn@"+iamdoc.Audience), 0o600))
	command := exec.Command("python3", "-c", script, bucketName)
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_ENDPOINT_URL_S3=" + s.Endpoints().S3, "AWS_ENDPOINT_URL_STS=" + s.Endpoints().STS,
		"AWS_ROLE_ARN=" + roleArn("churn"), "AWS_WEB_IDENTITY_TOKEN_FILE=" + token, "AWS_STS_REGIONAL_ENDPOINTS=regional",
	}
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
}
