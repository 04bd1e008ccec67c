package monitoring_test

import (
	"strings"

	"github.com/modelway/modelway/internal/metrics"
)

func limits() []situation {
	near := func(kind, resource, of, summary string) []fired {
		return []fired{{map[string]string{"kind": kind, "resource": resource, "of": of, "severity": "warning"}, summary}}
	}
	certificate := func(days string) []series {
		return []series{{metrics.CertificateDays + `{account_id="1",region="us-east-1",name="arn:aws:acm:us-east-1:1:certificate/a",` +
			`dimension_CertificateArn="arn:aws:acm:us-east-1:1:certificate/a",job="yace",namespace="monitoring",pod="yace"}`, days}}
	}
	until := func(end string) []series {
		return []series{{`certmanager_certificate_expiration_timestamp_seconds{namespace="kserve",name="serving-cert"}`, end}}
	}
	return []situation{
		{name: "a certificate of ACM ends in 29 days", alert: "CertificateNearEnd", at: "2h", input: certificate("29x900"), on: []fired{{
			map[string]string{"dimension_CertificateArn": "arn:aws:acm:us-east-1:1:certificate/a", "issuer": "acm", "severity": "warning"},
			"certificate arn:aws:acm:us-east-1:1:certificate/a ends in 29 days and has not been renewed"}}},
		{name: "a certificate of ACM ends in 60 days", alert: "CertificateNearEnd", at: "2h", input: certificate("60x900")},
		{name: "CloudWatch has nothing of a certificate yet", alert: "CertificateNearEnd", at: "2h", input: certificate(strings.Repeat("NaN ", 130))},
		{name: "a certificate of cert-manager ends in a day", alert: "CertificateNearEnd", at: "2h", input: until("93600x900"), on: []fired{{
			map[string]string{"namespace": "kserve", "name": "serving-cert", "issuer": "cert-manager", "severity": "warning"},
			"certificate kserve/serving-cert ends in 1d 0h 0m 0s and has not been renewed"}}},
		{name: "a certificate of cert-manager ends in 30 days", alert: "CertificateNearEnd", at: "2h", input: until("2592000x900")},

		{name: "rules are near the quota", alert: "LoadBalancerQuotaNear", at: "10m", room: headroom,
			on: near("load-balancers", "rules", "public", "rules of public: 95% of the quota are taken")},
		{name: "rules have room", alert: "LoadBalancerQuotaNear", at: "10m"},
		{name: "addresses are near their end", alert: "AddressesNearEnd", at: "10m", room: headroom, on: near("addresses", "private", "the fullest zone",
			"private addresses of the fullest zone: 98.01% would be taken if all models grew to their maximum")},
		{name: "addresses have room", alert: "AddressesNearEnd", at: "10m"},
	}
}
