package aws

import (
	"slices"
	"strings"
)

// gatewayServices are the services with gateway endpoints (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html).
// interfaceServices are those with interface endpoints that the account knows, out of
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html.
var (
	gatewayServices   = []string{"s3", "dynamodb"}
	interfaceServices = strings.Fields(`acm aps-workspaces autoscaling cloudformation dynamodb ec2 ec2messages ecr.api ecr.dkr eks eks-auth elasticfilesystem
		elasticloadbalancing kms logs monitoring s3 secretsmanager sns sqs ssm ssmmessages sts tagging xray`)
)

// endpointService returns the service of an endpoint, such as ecr.api for com.amazonaws.us-east-1.ecr.api.
func (s *State) endpointService(r *Resource) string {
	name, _ := strings.CutPrefix(r.String("serviceName"), "com.amazonaws."+s.region+".")
	return name
}

func applyEndpoint(s *State, r, old *Resource) error {
	service, kind := s.endpointService(r), r.String("vpcEndpointType")
	offered := map[string][]string{"Gateway": gatewayServices, "Interface": interfaceServices}
	if !slices.Contains(offered[kind], service) {
		if !slices.Contains(slices.Concat(gatewayServices, interfaceServices), service) {
			return refuse("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist", r.String("serviceName"))
		}
		return refuse("InvalidParameter", "Endpoint type (%s) does not match available service types ([Interface]).", kind)
	}
	if kind == "Gateway" {
		return s.applyGatewayEndpoint(r, service)
	}
	return s.applyInterfaceEndpoint(r, service, old)
}

// applyGatewayEndpoint adds routes to the service to route tables, each of which can have them once.
func (s *State) applyGatewayEndpoint(r *Resource, service string) error {
	if r.has("subnetIds") || r.has("securityGroupIds") || r.Bool("privateDnsEnabled") {
		return refuse("InvalidParameter", "a Gateway endpoint has routeTableIds, and neither subnetIds, securityGroupIds nor privateDnsEnabled")
	}
	for _, o := range s.Where(VpcEndpoint, "vpcId", r.String("vpcId")) {
		if o.ID != r.ID && o.String("vpcEndpointType") == "Gateway" && s.endpointService(o) == service {
			for _, table := range r.Strings("routeTableIds") {
				if slices.Contains(o.Strings("routeTableIds"), table) {
					return refuse("RouteAlreadyExists", "route table %s already has a route with destination-prefix-list-id %s", table,
						o.String("prefixListId"))
				}
			}
			r.Computed["prefixListId"] = o.String("prefixListId")
		}
	}
	r.fill("prefixListId", "pl-"+randomHex(8))
	return nil
}

func (s *State) applyInterfaceEndpoint(r *Resource, service string, old *Resource) error {
	if r.has("routeTableIds") {
		return refuse("InvalidParameter", "an Interface endpoint has subnetIds and no routeTableIds")
	}
	vpc, subnets := s.Get(Vpc, r.String("vpcId")), r.Strings("subnetIds")
	if len(s.zonesOf(subnets)) < len(subnets) {
		return refuse("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone of %s. VPC endpoint subnets "+
			"should be in different availability zones supported by the VPC endpoint service.",
			subnets[len(subnets)-1])
	}
	if r.Bool("privateDnsEnabled") {
		if !vpc.Bool("enableDnsSupport") || !vpc.Bool("enableDnsHostnames") {
			return refuse(
				"InvalidParameter", "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for %s",
				vpc.ID)
		}
		for _, o := range s.Where(VpcEndpoint, "vpcId", vpc.ID) {
			if o.ID != r.ID && o.Bool("privateDnsEnabled") && s.endpointService(o) == service {
				return refuse("InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain for %s in the "+
					"VPC %s: %s has it", s.privateName(service), vpc.ID, o.ID)
			}
		}
	}
	r.fill("securityGroupIds", []any{vpc.String("defaultSecurityGroupId")})
	if err := s.place(r.owner(), "VPC Endpoint Interface "+r.ID, subnets, r.Strings("securityGroupIds")...); err != nil {
		return err
	}
	if old == nil {
		r.Computed["dnsEntries"] = []any{map[string]any{"dnsName": r.ID + "-" + randomHex(8) + "." + service + "." + s.region +
			".vpce.amazonaws.com"}}
	}
	var interfaces []any
	for _, i := range s.interfacesOf(r.owner()) {
		interfaces = append(interfaces, i.ID)
	}
	r.Computed["networkInterfaceIds"] = interfaces
	return nil
}

// privateName is the name under which a service answers everywhere, and with private DNS at an endpoint: api.ecr.us-east-1.amazonaws.com
// for ecr.api.
func (s *State) privateName(service string) string {
	parts := strings.Split(service, ".")
	slices.Reverse(parts)
	return strings.Join(parts, ".") + "." + s.region + ".amazonaws.com"
}
