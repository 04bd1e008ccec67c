package awscli

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
)

// TestAnswersOfTheAccount wants what modelway doctor reads of AWS in the form of the AWS CLI, and other calls refused.
func TestAnswersOfTheAccount(t *testing.T) {
	c := checkout.Checkout{Root: t.TempDir()}
	account, err := aws.Open(c.Account())
	require.NoError(t, err)
	require.NoError(t, account.Update(func(s *aws.State) error {
		s.LoadBalancers["arn"] = &aws.LoadBalancer{Arn: "arn", Name: "K8s-public", Scheme: "internet-facing",
			DNSName: "K8s-public-1.us-east-1.elb.amazonaws.com"}
		if _, err := s.Create(aws.Eip, "urn", aws.Properties{}); err != nil {
			return err
		}
		_, err := s.Create(aws.Certificate, "urn2", aws.Properties{"domainName": "api.example.com", "validationMethod": "DNS"})
		return err
	}))
	told := func(args ...string) (answer map[string]any) {
		t.Helper()
		var out bytes.Buffer
		require.NoError(t, Run(&out, c, args))
		require.NoError(t, json.Unmarshal(out.Bytes(), &answer))
		return answer
	}
	one := func(answer map[string]any, key string) map[string]any {
		t.Helper()
		require.Len(t, answer[key], 1)
		return answer[key].([]any)[0].(map[string]any)
	}
	require.Equal(t, "k8s-public-1.us-east-1.elb.localhost", one(told("elbv2", "describe-load-balancers", "--output", "json"), "LoadBalancers")["DNSName"])
	require.NotEmpty(t, one(told("ec2", "describe-addresses"), "Addresses")["PublicIp"])
	require.Equal(t, "PENDING_VALIDATION", one(told("acm", "list-certificates"), "CertificateSummaryList")["Status"])
	require.Empty(t, told("eks", "list-clusters")["clusters"])
	require.Len(t, told("elbv2", "describe-account-limits")["Limits"], len(limits))
	require.Equal(t, map[string]any{"QuotaCode": "L-0263D0A3", "Value": 5.0},
		told("service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", "L-0263D0A3")["Quota"])
	t.Setenv(aws.EnvQuotas, `{"elasticIps": 7}`)
	require.Equal(t, 7.0, told("service-quotas", "get-service-quota", "--quota-code", "L-0263D0A3")["Quota"].(map[string]any)["Value"])

	for want, args := range map[string][]string{
		"NoSuchResourceException":   {"service-quotas", "get-service-quota", "--quota-code", "x"},
		"ResourceNotFoundException": {"eks", "describe-fargate-profile", "--cluster-name", "c", "--fargate-profile-name"},
		"acm list-certificates":     {"ec2", "terminate-instances"},
	} {
		require.ErrorContains(t, Run(&bytes.Buffer{}, c, args), want)
	}
}
