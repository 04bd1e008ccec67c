package platform

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
)

// early are faults that a constructor would find too, each as a change of good settings, with the key that the settings name first.
var early = map[string]func(*config.Config){
	"modelway:compute.fargateProfiles[0].name":      func(c *config.Config) { c.Compute.FargateProfiles[0].Name = strings.Repeat("a", 90) },
	"modelway:compute.fargateProfiles[1].selectors": func(c *config.Config) { c.Compute.FargateProfiles[1].Selectors = nil },
	"modelway:compute.fargateProfiles[1].name":      func(c *config.Config) { c.Compute.FargateProfiles[1].Name = "system" },
	"modelway:compute":                              func(c *config.Config) { c.Compute = config.Compute{} },
	"modelway:network.cidr":                         func(c *config.Config) { c.Network.Cidr = "10.0.0.0/28" },
	"modelway:network.podCidr":                      func(c *config.Config) { c.Network.PodCidr = "10.0.0.0/16" },
	"modelway:network.natGateways":                  func(c *config.Config) { c.Network.NatGateways = "many" },
	"modelway:network.availabilityZones":            func(c *config.Config) { c.Network.AvailabilityZones = 7 },
	"modelway:network.zoneNames":                    func(c *config.Config) { c.Network.ZoneNames = []string{"us-east-1a"} },
	"modelway:network.interfaceEndpoints[0]":        func(c *config.Config) { c.Network.InterfaceEndpoints = []string{"s3"} },
	"modelway:network.flowLogs.destination":         func(c *config.Config) { c.Network.FlowLogs.Destination = "file" },
	"modelway:network.flowLogs.retentionDays": func(c *config.Config) {
		c.Network.FlowLogs = config.FlowLogs{Destination: "logGroup", RetentionDays: 2}
	},
	"modelway:network.existing.vpcId":            func(c *config.Config) { c.Network.Existing.VpcId = "main" },
	"modelway:network.existing.privateSubnetIds": func(c *config.Config) { c.Network.Existing.VpcId = "vpc-00000000" },
	"modelway:cluster.name":                      func(c *config.Config) { c.Cluster.Name = "-x" },
	"modelway:cluster.supportType":               func(c *config.Config) { c.Cluster.SupportType = "LONG" },
	"modelway:cluster.adminRoleArns":             func(c *config.Config) { c.Cluster.AdminRoleArns = nil },
	"modelway:cluster.adminRoleArns[0]": func(c *config.Config) {
		c.Cluster.AdminRoleArns[0] = "arn:aws:iam::111122223333:role/aws-service-role/x"
	},
	"modelway:cluster.accessEntries[0].policy": func(c *config.Config) {
		c.Cluster.AccessEntries = []config.AccessEntry{{PrincipalArn: "arn:aws:iam::111122223333:role/a"}}
	},
	"modelway:cluster.publicAccessCidrs": func(c *config.Config) { c.Cluster.PublicAccessCidrs = nil },
	"modelway:loadBalancers.public.domain": balancer(func(b *config.LoadBalancer) {
		b.RequestCertificate, b.HostedZoneId, b.Domain = true, "Z1", strings.Repeat("a", 60)+".long-company.com"
	}),
	"modelway:loadBalancers.public.hostedZoneId": balancer(func(b *config.LoadBalancer) { b.HostedZoneId = "/hostedzone/Z1" }),
	"modelway:loadBalancers.public.webAclArn": balancer(func(b *config.LoadBalancer) {
		b.WebAclArn = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/api/a_b"
	}),
	"modelway:loadBalancers.public.jwt": balancer(longIssuer),
	"modelway:delivery.repositories[0]": func(c *config.Config) { c.Delivery.Repositories = []string{"A"} },
	"modelway:delivery.github.repository": func(c *config.Config) {
		c.Delivery.GitHub = config.GitHub{Repository: "a--b/x", Environments: []string{"dev"}}
	},
	"modelway:delivery.github.permissionsBoundaryArn": func(c *config.Config) {
		c.Delivery.GitHub.PermissionsBoundaryArn = "arn:aws:iam::111122223333:policy//x"
	},
	"modelway:cost.alertEmails": func(c *config.Config) { c.Cost.MonthlyBudgetUsd = 5 },
	"modelway:cost.monthlyBudgetUsd": func(c *config.Config) {
		c.Region, c.Cost.MonthlyBudgetUsd, c.Cost.AlertEmails = "eusc-de-east-1", 5, []string{"a@b.com"}
	},
	"modelway:models.schedule.start": func(c *config.Config) { c.Models.Schedule.Stop, c.Models.Schedule.Start = "0 7 * * *", "0 7 * * *" },
	"modelway:images.mirror":         func(c *config.Config) { c.Images.Mirror = "https://x" },
	"modelway:models.namespace":      func(c *config.Config) { c.Models.Namespace = "Models" },
}

func balancer(change func(*config.LoadBalancer)) func(*config.Config) {
	return func(c *config.Config) {
		lb := c.LoadBalancers["public"]
		change(&lb)
		c.LoadBalancers["public"] = lb
	}
}

func longIssuer(b *config.LoadBalancer) {
	b.Listeners = []config.Listener{{Protocol: "HTTPS", Port: 443}}
	b.CertificateArns = []string{"arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555"}
	b.Jwt = config.Jwt{Issuer: "https://" + strings.Repeat("a", 300), JwksUrl: "https://login.company.com/keys"}
}

// What a constructor checks the settings report first, with their key.
func TestSettingsFindTheFaultsOfConstructors(t *testing.T) {
	for key, change := range early {
		cfg := config.Defaults("dev", "us-east-1")
		cfg.Cluster.AdminRoleArns = []string{"arn:aws:iam::111122223333:role/admin"}
		cfg.Cluster.PublicAccessCidrs = []string{"203.0.113.0/24"}
		lb := config.DefaultLoadBalancer()
		lb.Domain = "company.com"
		cfg.LoadBalancers = map[string]config.LoadBalancer{"public": lb}
		require.NoError(t, config.Check(cfg))
		change(&cfg)
		require.ErrorContains(t, config.Check(cfg), key+": ", key)
	}
}

// checkedBySpec are the constructors' checks that call a rule which the settings call too, or report how the program wires its parts: values that
// no setting holds. A new validate is a new line here, with a case in early where a setting can break it.
var checkedBySpec = map[string]string{
	"infra/addons":    "plan.Preflight checks pins; names and roles are the program's own",
	"infra/bucket":    "logs.retentionDays is bounded; the rest is the program's own",
	"infra/budget":    "cost",
	"infra/cluster":   "cluster.Spec.Check",
	"infra/compute":   "compute.Spec.Check",
	"infra/delivery":  "delivery; checkGitHubRoles before the first resource",
	"infra/edge":      "edge.CheckDomain, edge.CheckZone; hosts are the plan's",
	"infra/identity":  "namespaces and service accounts are models' and charts'",
	"infra/network":   "network.Spec.Check, network.Existing.Check",
	"k8s/addon":       "images.mirror; plan.Preflight places the pods",
	"k8s/fargatelogs": "the program's own",
	"k8s/gpu":         "images.mirror",
	"k8s/ingress":     "loadBalancers",
	"k8s/model":       "models' files; modelspec and plan.Preflight",
	"k8s/schedule":    "models.schedule",
}

// Every package with a constructor's check is accounted for.
func TestEveryCheckOfAConstructorHasAPlace(t *testing.T) {
	found := map[string]bool{}
	for _, root := range []string{"infra", "k8s"} {
		require.NoError(t, filepath.WalkDir(filepath.Join("..", root), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			for _, declared := range file.Decls {
				if function, ok := declared.(*ast.FuncDecl); ok && strings.EqualFold(function.Name.Name, "validate") {
					found[filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), ".."+string(filepath.Separator)))] = true
				}
			}
			return nil
		}))
	}
	for where := range found {
		require.Contains(t, checkedBySpec, where, "a constructor's check without a twin before the first resource")
	}
	for where := range checkedBySpec {
		require.True(t, found[where], where)
	}
}
