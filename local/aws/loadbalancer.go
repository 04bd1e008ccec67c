package aws

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// LoadBalancer is an Application Load Balancer with one network interface in each subnet.
type LoadBalancer struct {
	Arn              string   `json:"arn"`
	Name             string   `json:"name"`
	Scheme           string   `json:"scheme"`
	DNSName          string   `json:"dnsName"`
	VpcID            string   `json:"vpcId"`
	SubnetIDs        []string `json:"subnetIds"`
	SecurityGroupIDs []string `json:"securityGroupIds,omitempty"`
	// Attributes are those that differ from AWS's defaults, by key.
	Attributes map[string]string `json:"attributes,omitempty"`
	// CertificateArns are the certificates of the listeners.
	CertificateArns []string `json:"certificateArns,omitempty"`
	// Stack says what the controller made it for, as its tags do on AWS; empty for one that an earlier version made.
	Stack string `json:"stack,omitempty"`
	// Tags are those that the controller gives it.
	Tags map[string]string `json:"tags,omitempty"`
}

// localDomain stands for .elb.amazonaws.com in the names that the load balancer of the local stack has: it resolves to loopback
// without DNS (RFC 6761).
const localDomain = ".elb.localhost"

// LocalName is the DNS name that it has in the local stack.
func (lb *LoadBalancer) LocalName() string {
	return strings.ToLower(strings.TrimSuffix(lb.DNSName, ".elb.amazonaws.com") + localDomain)
}

// named says whether a load balancer has a DNS name, on AWS or in the local stack.
func (lb *LoadBalancer) named(name string) bool {
	own := fqdn(lb.DNSName)
	return name == own || name == strings.TrimSuffix(own, ".elb.amazonaws.com")+localDomain
}

// CreateLoadBalancer adds an Application Load Balancer. Scheme is internet-facing or internal; one that faces the
// internet has public addresses, which keep the internet gateway attached.
func (s *State) CreateLoadBalancer(name, scheme string, subnetIDs, securityGroupIDs []string) (*LoadBalancer, error) {
	vpc, err := s.vpcOfLoadBalancer(scheme, subnetIDs)
	if err != nil {
		return nil, err
	}
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
	for _, id := range subnetIDs {
		if free := s.FreeAddresses(s.Get(Subnet, id)); free < 8 {
			return nil, refuse(
				"InvalidSubnet", "Not enough IP space available in %s. ELB requires at least 8 free IP addresses in each subnet: it has %d", id, free)
		}
	}
	for _, lb := range s.LoadBalancers {
		if lb.Name == name {
			return nil, refuse("DuplicateLoadBalancerName", "A load balancer with the same name '%s' exists", name)
		}
	}
	if err := (Load{LoadBalancers: len(s.LoadBalancers) + 1}).Check(); err != nil {
		return nil, err
	}
	path := "app/" + name + "/" + randomHex(16)
	lb := &LoadBalancer{Arn: s.arn("elasticloadbalancing", s.region, AccountID, "loadbalancer/"+path),
		Name: name, Scheme: scheme, VpcID: vpc, SubnetIDs: slices.Clone(subnetIDs), SecurityGroupIDs: slices.Clone(securityGroupIDs),
		DNSName: fmt.Sprintf("%s-%d.%s.elb.amazonaws.com", name, rand.Uint32(), s.region)}
	if err := s.placeLoadBalancer(lb); err != nil {
		return nil, err
	}
	s.LoadBalancers[lb.Arn] = lb
	return lb, nil
}

// vpcOfLoadBalancer returns the VPC of the subnets, which must be in two zones or more, one in each.
func (s *State) vpcOfLoadBalancer(scheme string, subnetIDs []string) (string, error) {
	for _, id := range subnetIDs {
		if s.Get(Subnet, id) == nil {
			return "", refuse("SubnetNotFound", "The subnet ID '%s' does not exist", id)
		}
	}
	if zones := s.zonesOf(subnetIDs); len(zones) < 2 || len(zones) < len(subnetIDs) {
		return "", refuse(
			"ValidationError", "At least two subnets in two different Availability Zones must be specified, one for each zone: got %v", subnetIDs)
	}
	vpc := s.Get(Subnet, subnetIDs[0]).String("vpcId")
	if scheme == internetFacing && len(s.Where(InternetGateway, "vpcId", vpc)) == 0 {
		return "", refuse("InvalidSubnet", "VPC %s has no internet gateway", vpc)
	}
	return vpc, nil
}

const internetFacing = "internet-facing"

// placeLoadBalancer gives a load balancer an interface in each of its subnets, and takes it away from others.
func (s *State) placeLoadBalancer(lb *LoadBalancer) error {
	_, path, _ := strings.Cut(lb.Arn, ":loadbalancer/")
	if err := s.place(lb.Arn, "ELB "+path, lb.SubnetIDs, lb.SecurityGroupIDs...); err != nil {
		return err
	}
	for _, i := range s.interfacesOf(lb.Arn) {
		if lb.Scheme == internetFacing && i.PublicIP == "" {
			i.PublicIP = s.publicIP()
		}
	}
	return nil
}

// SetSubnets replaces the subnets of a load balancer, which keeps its DNS name
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html).
func (s *State) SetSubnets(arn string, subnetIDs []string) error {
	lb := s.LoadBalancers[arn]
	if lb == nil {
		return refuse("LoadBalancerNotFound", "Load balancer '%s' not found", arn)
	}
	vpc, err := s.vpcOfLoadBalancer(lb.Scheme, subnetIDs)
	if err != nil {
		return err
	}
	if vpc != lb.VpcID {
		return refuse("InvalidSubnet", "The subnets of load balancer '%s' must be in its VPC %s, not in %s", lb.Name, lb.VpcID, vpc)
	}
	lb.SubnetIDs = slices.Clone(subnetIDs)
	return s.placeLoadBalancer(lb)
}

// deletionProtection is the attribute that keeps a load balancer
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#deletion-protection).
const deletionProtection = "deletion_protection.enabled"

// DeleteLoadBalancer removes a load balancer and its network interfaces, unless it is protected. One that is not there is no error.
func (s *State) DeleteLoadBalancer(arn string) error {
	if lb := s.LoadBalancers[arn]; lb != nil && lb.Attributes[deletionProtection] == "true" {
		return refuse("OperationNotPermitted", "Load balancer '%s' cannot be deleted because deletion protection is enabled", arn)
	}
	delete(s.LoadBalancers, arn)
	s.detachAll(arn)
	return nil
}

// UnprotectLoadBalancer lets a load balancer be deleted, as the AWS Load Balancer Controller does before it deletes one. One that is not
// there is no error.
func (s *State) UnprotectLoadBalancer(arn string) {
	if lb := s.LoadBalancers[arn]; lb != nil {
		delete(lb.Attributes, deletionProtection)
	}
}

// Configured says whether a load balancer has these attributes, among others, and certificates in order.
func (lb *LoadBalancer) Configured(attributes map[string]string, certificateArns []string) bool {
	for key, value := range attributes {
		if standing, set := lb.Attributes[key]; !set || standing != value {
			return false
		}
	}
	return slices.Equal(lb.CertificateArns, certificateArns)
}

// ConfigureLoadBalancer sets attributes of a load balancer, and the certificates of its listeners. Attributes that are left out stay as
// they are. A certificate of another account is not looked at.
func (s *State) ConfigureLoadBalancer(arn string, attributes map[string]string, certificateArns []string) error {
	lb := s.LoadBalancers[arn]
	if lb == nil {
		return refuse("LoadBalancerNotFound", "Load balancer '%s' not found", arn)
	}
	for _, certificate := range certificateArns {
		if c := s.Get(Certificate, certificate); c != nil && c.String("status") != "ISSUED" {
			return refuse("UnsupportedCertificate", "The certificate '%s' must have a fully-qualified domain name, a supported signature, and a "+
				"supported key size. It is in status %s.", certificate, c.String("status"))
		}
	}
	for _, kind := range logKinds {
		if bucket := attributes[kind+".bucket"]; attributes[kind+".enabled"] == "true" {
			if err := s.checkBucketOfLoadBalancer(bucket, attributes[kind+".prefix"]); err != nil {
				return err
			}
			_ = s.PutObject(bucket)
		}
	}
	if lb.Attributes == nil {
		lb.Attributes = map[string]string{}
	}
	maps.Copy(lb.Attributes, attributes)
	lb.CertificateArns = slices.Clone(certificateArns)
	return nil
}

// logKinds are the logs that a load balancer can write to a bucket, as in its attributes
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#load-balancer-attributes).
var logKinds = []string{"access_logs.s3", "connection_logs.s3"}

// checkBucketOfLoadBalancer does as Elastic Load Balancing does before it turns logs on: it writes a test object
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html).
func (s *State) checkBucketOfLoadBalancer(name, prefix string) error {
	bucket := s.Get(BucketV2, name)
	denied := func(why string) error {
		return refuse("InvalidConfigurationRequest", "Access Denied for bucket: %s. Please check S3bucket permission: %s", name, why)
	}
	if strings.Contains(prefix, "AWSLogs") || strings.HasPrefix(prefix, "/") || strings.HasSuffix(prefix, "/") {
		return refuse("InvalidConfigurationRequest", "The prefix %q of the logs cannot have AWSLogs in it, nor begin or end with /", prefix)
	}
	if bucket == nil {
		return denied("it does not exist")
	}
	if prefix != "" {
		prefix += "/"
	}
	if key := prefix + "AWSLogs/" + AccountID + "/ELBAccessLogTestFile"; !s.mayPut(name, key,
		"logdelivery.elasticloadbalancing.amazonaws.com") {
		return denied("its policy does not let logdelivery.elasticloadbalancing.amazonaws.com do s3:PutObject on " + bucket.String("arn") + "/" +
			key)
	}
	encryption := s.Get(BucketServerSideEncryptionConfigurationV2, name)
	if algorithm := encryption.String("rules.applyServerSideEncryptionByDefault.sseAlgorithm"); algorithm != "" && algorithm != "AES256" {
		return denied("it is encrypted with " + algorithm + ", and the only encryption for these logs is AES256")
	}
	return nil
}

// logBuckets are the buckets that a load balancer writes logs to.
func (lb *LoadBalancer) logBuckets() (names []string) {
	for _, kind := range logKinds {
		if lb.Attributes[kind+".enabled"] == "true" {
			names = append(names, lb.Attributes[kind+".bucket"])
		}
	}
	return names
}

// hostedZones are the Route 53 zones in which AWS keeps the names of Application Load Balancers, by region
// (https://docs.aws.amazon.com/general/latest/gr/elb.html).
var hostedZones = map[string]string{
	"af-south-1": "Z268VQBMOI5EKX", "ap-east-1": "Z3DQVH9N71FHZ0", "ap-east-2": "Z02789141MW7T1WBU19PO", "ap-northeast-1": "Z14GRHDCWA56QT",
	"ap-northeast-2": "ZWKZPGTI48KDX", "ap-northeast-3": "Z5LXEXXYW11ES", "ap-south-1": "ZP97RAFLXTNZK", "ap-south-2": "Z0173938T07WNTVAEPZN",
	"ap-southeast-1": "Z1LMS91P8CMLE5", "ap-southeast-2": "Z1GM3OXH4ZPM65", "ap-southeast-3": "Z08888821HLRG5A9ZRTER",
	"ap-southeast-4": "Z09517862IB2WZLPXG76F", "ap-southeast-5": "Z06010284QMVVW7WO5J", "ap-southeast-7": "Z0390008CMBRTHFGWBCB",
	"ca-central-1": "ZQSVJUPU6J1EY", "ca-west-1": "Z06473681N0SF6OS049SD", "eu-central-1": "Z215JYRZR1TBD5",
	"eu-central-2": "Z06391101F2ZOEP8P5EB3",
	"eu-north-1":   "Z23TAZ6LKFMNIO", "eu-south-1": "Z3ULH7SSC9OV64", "eu-south-2": "Z0956581394HF5D5LXGAP", "eu-west-1": "Z32O12XQLNTSW2",
	"eu-west-2": "ZHURV8PSTC4K8", "eu-west-3": "Z3Q77PNBQS71R4", "il-central-1": "Z09170902867EHPV2DABU",
	"me-central-1": "Z08230872XQRWHG2XF6I",
	"me-south-1":   "ZS929ML54UICD", "sa-east-1": "Z2P70J7HTTTPLU", "us-east-1": "Z35SXDOTRQ7X7K", "us-east-2": "Z3AADJGX6KTTL2",
	"us-west-1": "Z368ELLRRE2KJ0", "us-west-2": "Z1H1FL5HABSF5",
}

// HostedZone returns the id of the hosted zone of the load balancers of a region, or "" for a region that is not known.
func HostedZone(region string) string { return hostedZones[region] }
