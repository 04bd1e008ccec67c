package doctor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/capacity"
)

var balancers = Check{
	Key: "load-balancer-quotas", Title: "Every load balancer has room for rules, target groups and targets",
	Needs:  []Need{needIngresses, needClasses, needParams, needServices, needSlices},
	Uses:   []Need{needLimits},
	Breaks: "The next model is refused by AWS, and its Ingress gets no rules.",
	Find:   findBalancers,
}

var account = Check{
	Key: "account-quotas", Title: "The account has room for load balancers, addresses and vCPUs",
	Needs:  []Need{needBalancers, needElasticIPs, needLimits, needQuotas, needNodes},
	Breaks: "The next load balancer, NAT gateway or node is refused by AWS.",
	Find:   findAccount,
}

// Names of limits of Elastic Load Balancing (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Limit.html), and codes of
// quotas of EC2 (https://docs.aws.amazon.com/general/latest/gr/ec2-service.html).
const (
	limitBalancers = "application-load-balancers"
	limitRules     = "rules-per-application-load-balancer"
	limitTargets   = "targets-per-application-load-balancer"
	limitGroups    = "target-groups-per-application-load-balancer"

	quotaElasticIPs = "L-0263D0A3" // Elastic IP addresses
	quotaVCPUs      = "L-1216C47A" // running On-Demand Standard instances, in vCPUs
)

const (
	// tightTenths of a quota are near, of ten.
	tightTenths = 9
	askForMore  = "Ask AWS for more in Service Quotas, and set it in modelway:quotas."
	// standardFamilies are first letters of the instance types that quotaVCPUs counts.
	standardFamilies = "acdhimrtz"
)

// room is how much of a quota is used.
type room struct {
	object, what string
	used, limit  int
	fix, command string
}

// near are findings for what is full or nearly so.
func near(rooms ...room) (all []Finding) {
	for _, r := range rooms {
		if r.limit <= 0 || r.used*10 < r.limit*tightTenths {
			continue
		}
		found := Finding{Severity: Warning, Object: r.object, Seen: fmt.Sprintf("%d of %d %s are used", r.used, r.limit, r.what),
			Fix: cmp.Or(r.fix, askForMore), Command: r.command}
		if r.used >= r.limit {
			found.Severity = Error
		}
		all = append(all, found)
	}
	return all
}

// limit is a limit of Elastic Load Balancing, as a new account has it where it is not known.
func (f Facts) limit(name string, otherwise int) int {
	if limit, known := f.Limits[name]; known {
		return limit
	}
	return otherwise
}

func findBalancers(f Facts) (all []Finding) {
	standard := capacity.DefaultQuotas()
	groups := f.groups()
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		lb := groups[name]
		targets := 0
		for _, tg := range lb.TargetGroups {
			targets += f.ready(tg.Namespace, tg.Service)
		}
		object := "load balancer " + name
		all = append(all, near(
			room{object: object, what: "rules", used: lb.RuleCount(), limit: f.limit(limitRules, standard.RulesPerLoadBalancer)},
			room{object: object, what: "target groups", used: len(lb.TargetGroups),
				limit: f.limit(limitGroups, standard.TargetGroupsPerLoadBalancer),
				fix:   "AWS does not raise it: give some hosts a load balancer of their own in modelway:loadBalancers."},
			room{object: object, what: "targets", used: targets, limit: f.limit(limitTargets, standard.TargetsPerLoadBalancer)})...)
	}
	return all
}

// unlimited has no quotas, so that a load balancer that is too large is counted, too.
func unlimited() alb.Quotas {
	const most = 1 << 20
	return alb.Quotas{Rules: most, TargetGroups: most, Certificates: most, Listeners: most, TargetGroupsPerAction: most, ConditionValues: most,
		ConditionWildcards: most}
}

// groups are the load balancers of the cluster as the AWS Load Balancer Controller makes them of the Ingresses, by name. What it refuses of
// them is left out.
func (f Facts) groups() map[string]alb.LoadBalancer {
	params, members := map[string]alb.ClassParams{}, map[string][]alb.Ingress{}
	for _, i := range f.servedIngresses() {
		p, known := f.paramsOf(i.Spec.IngressClassName)
		name := cmp.Or(p.Group, i.Metadata.Full())
		if !known {
			continue
		}
		params[name] = p
		members[name] = append(members[name], i.model())
	}
	var services []alb.Service
	for _, s := range f.Services {
		services = append(services, s.model())
	}
	all := map[string]alb.LoadBalancer{}
	for name, ingresses := range members {
		built, err := alb.Build(params[name], ingresses, alb.WithServices(services...), alb.WithQuotas(unlimited()))
		if !alb.Refused(err) {
			all[name] = built
		}
	}
	return all
}

func (i Ingress) model() alb.Ingress {
	all := alb.Ingress{Namespace: i.Metadata.Namespace, Name: i.Metadata.Name, ClassName: i.Spec.IngressClassName,
		Annotations: i.Metadata.Annotations}
	if i.Spec.DefaultBackend != nil {
		all.DefaultBackend = new(i.Spec.DefaultBackend.model())
	}
	for _, r := range i.Spec.Rules {
		converted := alb.Rule{Host: r.Host}
		if r.HTTP != nil {
			for _, p := range r.HTTP.Paths {
				converted.Paths = append(converted.Paths, alb.Path{Path: p.Path, PathType: p.PathType, Backend: p.Backend.model()})
			}
		}
		all.Rules = append(all.Rules, converted)
	}
	return all
}

func (b Backend) model() alb.Backend {
	if b.Service == nil {
		return alb.Backend{}
	}
	return alb.Backend{Service: b.Service.Name, Port: cmp.Or(b.Service.Port.Name, strconv.Itoa(b.Service.Port.Number))}
}

func (s Service) model() alb.Service {
	all := alb.Service{Namespace: s.Metadata.Namespace, Name: s.Metadata.Name, Annotations: s.Metadata.Annotations}
	for _, p := range s.Spec.Ports {
		all.Ports = append(all.Ports, alb.ServicePort{Name: p.Name, Port: p.Port, TargetPort: fmt.Sprint(p.TargetPort), NodePort: p.NodePort})
	}
	return all
}

func findAccount(f Facts) []Finding {
	applications := 0
	for _, b := range f.Balancers {
		if b.Type == "" || b.Type == "application" {
			applications++
		}
	}
	standard := capacity.DefaultQuotas()
	return near(
		room{object: "region", what: "load balancers", used: applications, limit: f.limit(limitBalancers, standard.LoadBalancersPerRegion),
			command: "aws elbv2 describe-load-balancers --query 'LoadBalancers[].LoadBalancerName'"},
		room{object: "region", what: "Elastic IP addresses", used: len(f.ElasticIPs), limit: f.Quotas[quotaElasticIPs],
			fix:     "Release those that nothing uses, or ask AWS for more in Service Quotas (EC2).",
			command: "aws ec2 describe-addresses --query 'Addresses[?AssociationId==null].PublicIp'"},
		room{object: "nodes of the cluster", what: "vCPUs of On-Demand Standard instances", used: f.standardVCPUs(),
			limit: f.Quotas[quotaVCPUs], fix: "Ask AWS for more in Service Quotas (EC2), or lower maxSize of node groups."})
}

// standardVCPUs are the vCPUs of the cluster's nodes that count for the quota of standard instances. Those of others in the account are not
// known, so that more may be used.
func (f Facts) standardVCPUs() (sum int) {
	for _, n := range f.Nodes {
		kind := n.Metadata.Labels["node.kubernetes.io/instance-type"]
		spot := n.Metadata.Labels["eks.amazonaws.com/capacityType"] == "SPOT"
		if n.fargate() || spot || kind == "" || !strings.Contains(standardFamilies, kind[:1]) || strings.HasPrefix(kind, "inf") ||
			strings.HasPrefix(kind, "trn") || strings.HasPrefix(kind, "dl") {
			continue
		}
		cpu, _ := strconv.Atoi(n.Status.Capacity["cpu"])
		sum += cpu
	}
	return sum
}
