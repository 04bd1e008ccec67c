package awscli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
)

// object is a JSON object of an answer.
type object = map[string]any

// answers are the calls that read the simulated account, in the form in which the AWS CLI answers them
// (https://docs.aws.amazon.com/cli/latest/reference/).
var answers = map[string]func(s *aws.State, args []string) (any, error){
	"acm list-certificates":            listCertificates,
	"ec2 describe-addresses":           describeAddresses,
	"eks describe-fargate-profile":     describeFargateProfile,
	"eks list-clusters":                listClusters,
	"eks list-fargate-profiles":        listFargateProfiles,
	"elbv2 describe-account-limits":    describeAccountLimits,
	"elbv2 describe-load-balancers":    describeLoadBalancers,
	"service-quotas get-service-quota": getServiceQuota,
}

// tell writes the answer to a call.
func tell(out io.Writer, c checkout.Checkout, args []string, answer func(*aws.State, []string) (any, error)) error {
	account, err := aws.Open(c.Account())
	if err != nil {
		return err
	}
	return account.View(func(s *aws.State) error {
		told, err := answer(s, args)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(told)
	})
}

// flag is the value of an argument.
func flag(args []string, name string) string {
	if i := slices.Index(args, name); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

func listCertificates(s *aws.State, _ []string) (any, error) {
	all := []object{}
	for _, r := range s.List(aws.Certificate) {
		all = append(all, object{"CertificateArn": r.String("arn"), "DomainName": r.String("domainName"), "Status": r.String("status"),
			"Type": "AMAZON_ISSUED", "SubjectAlternativeNameSummaries": r.Strings("subjectAlternativeNames")})
	}
	return object{"CertificateSummaryList": all}, nil
}

func describeAddresses(s *aws.State, _ []string) (any, error) {
	all := []object{}
	for _, r := range s.List(aws.Eip) {
		all = append(all, object{"AllocationId": r.ID, "PublicIp": r.String("publicIp")})
	}
	return object{"Addresses": all}, nil
}

func listClusters(s *aws.State, _ []string) (any, error) {
	names := []string{}
	for _, r := range s.List(aws.Cluster) {
		names = append(names, r.String("name"))
	}
	return object{"clusters": names}, nil
}

func listFargateProfiles(s *aws.State, args []string) (any, error) {
	names := []string{}
	for _, r := range s.Where(aws.FargateProfile, "clusterName", flag(args, "--cluster-name")) {
		names = append(names, r.String("fargateProfileName"))
	}
	return object{"fargateProfileNames": names}, nil
}

func describeFargateProfile(s *aws.State, args []string) (any, error) {
	name := flag(args, "--fargate-profile-name")
	for _, r := range s.Where(aws.FargateProfile, "clusterName", flag(args, "--cluster-name")) {
		if r.String("fargateProfileName") == name {
			return object{"fargateProfile": object{"fargateProfileName": name, "status": r.Status, "selectors": r.Objects("selectors")}}, nil
		}
	}
	return nil, fmt.Errorf("An error occurred (ResourceNotFoundException) when calling the DescribeFargateProfile operation: No Fargate "+
		"Profile found with name: %s", name)
}

// describeLoadBalancers tells the names that load balancers have here, which end in .elb.localhost and resolve to this machine.
func describeLoadBalancers(s *aws.State, _ []string) (any, error) {
	all := []object{}
	for _, lb := range s.LoadBalancers {
		all = append(all, object{"LoadBalancerArn": lb.Arn, "LoadBalancerName": lb.Name, "DNSName": lb.LocalName(), "Scheme": lb.Scheme,
			"Type": "application", "State": object{"Code": "active"}})
	}
	slices.SortFunc(all, func(a, b object) int { return strings.Compare(a["DNSName"].(string), b["DNSName"].(string)) })
	return object{"LoadBalancers": all}, nil
}

// limits are names of [aws.Quotas] by those of Elastic Load Balancing.
var limits = map[string]string{
	"application-load-balancers": "loadBalancers", "rules-per-application-load-balancer": "rulesPerLoadBalancer",
	"target-groups": "targetGroups",
	"target-groups-per-application-load-balancer": "targetGroupsPerLoadBalancer",
	"targets-per-application-load-balancer":       "targetsPerLoadBalancer",
}

func describeAccountLimits(*aws.State, []string) (any, error) {
	quotas, err := aws.Quotas()
	if err != nil {
		return nil, err
	}
	all := []object{}
	for name, ours := range limits {
		all = append(all, object{"Name": name, "Max": strconv.Itoa(quotas[ours])})
	}
	return object{"Limits": all}, nil
}

// vCPUs of On-Demand Standard instances, which the simulated account does not count: what AWS gives an account that is in use.
const vCPUs = 256

func getServiceQuota(_ *aws.State, args []string) (any, error) {
	quotas, err := aws.Quotas()
	if err != nil {
		return nil, err
	}
	code := flag(args, "--quota-code")
	value, known := map[string]int{"L-0263D0A3": quotas["elasticIps"], "L-1216C47A": vCPUs}[code]
	if !known {
		return nil, fmt.Errorf("An error occurred (NoSuchResourceException) when calling the GetServiceQuota operation: %s", code)
	}
	return object{"Quota": object{"QuotaCode": code, "Value": float64(value)}}, nil
}
