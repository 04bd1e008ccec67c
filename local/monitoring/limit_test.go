package monitoring_test

import "fmt"

// loadBalancer is what YACE exports of a target group, whose name is that of its Ingress and Service: requests and failures a minute. CloudWatch
// has them by zone, too.
func loadBalancer(requests, failures int) []series {
	var all []series
	for metric, n := range map[string]int{"request_count": requests, "httpcode_target_5_xx_count": failures} {
		for _, zone := range []string{"", "us-east-1a"} {
			all = append(all, series{fmt.Sprintf(`aws_applicationelb_%s_sum{dimension_TargetGroup="targetgroup/k8s-models-fraudpre",`+
				`dimension_AvailabilityZone=%q,tag_ingress_k8s_aws_resource="models/fraud-fraud-predictor:80"}`, metric, zone), fmt.Sprintf("%dx900", n)})
		}
	}
	return all
}

func limits() []situation {
	near := func(kind, resource, of, summary string) []fired {
		return []fired{{map[string]string{"kind": kind, "resource": resource, "of": of, "severity": "ticket"}, summary}}
	}
	certificate := func(days string) []series {
		return []series{{`aws_certificatemanager_days_to_expiry_minimum{dimension_CertificateArn="arn:aws:acm:us-east-1:1:certificate/a"}`, days}}
	}
	until := func(end string) []series {
		return []series{{`certmanager_certificate_expiration_timestamp_seconds{namespace="kserve",name="serving-cert"}`, end}}
	}
	return []situation{
		{name: "a certificate of ACM ends in 29 days", alert: "CertificateNearEnd", at: "2h", input: certificate("29x900"), on: []fired{{
			map[string]string{"dimension_CertificateArn": "arn:aws:acm:us-east-1:1:certificate/a", "issuer": "acm", "severity": "ticket"},
			"certificate arn:aws:acm:us-east-1:1:certificate/a ends in 29 days and has not been renewed"}}},
		{name: "a certificate of ACM ends in 60 days", alert: "CertificateNearEnd", at: "2h", input: certificate("60x900")},
		{name: "a certificate of cert-manager ends in a day", alert: "CertificateNearEnd", at: "2h", input: until("93600x900"), on: []fired{{
			map[string]string{"namespace": "kserve", "name": "serving-cert", "issuer": "cert-manager", "severity": "ticket"},
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
