package platform

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	netspec "github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/serving"
)

// rule says that every resource that is from depends, by an edge of its own, on every resource that is to; only on those of the same whole,
// where of says what a resource belongs to.
type rule struct {
	name     string
	from, to func(*recorder.Resource) bool
	of       func(*recorder.Resource) any
}

func (r rule) asks(from, to *recorder.Resource) bool {
	return r.from(from) && r.to(to) && (r.of == nil || r.of(from) == r.of(to))
}

// row is the Helm add-on that a release or a part of a role belongs to; itself for others.
func row(r *recorder.Resource) any {
	for _, row := range addons.All() {
		if name := "modelway-" + row.Key; r.Name == name+"-release" || strings.HasPrefix(r.Name, name+"-role-") {
			return row.Key
		}
	}
	return r.URN
}

// loadBalancer is the name of the class that the resource is, describes or belongs to.
func loadBalancer(r *recorder.Resource) any {
	if anyIngress(r) {
		return r.Input("spec.ingressClassName")
	}
	return r.Input("metadata.name")
}

func isType(types ...string) func(*recorder.Resource) bool {
	return func(r *recorder.Resource) bool {
		for _, t := range types {
			if r.Type == t {
				return true
			}
		}
		return false
	}
}

func named(match func(*recorder.Resource) bool, part string) func(*recorder.Resource) bool {
	return func(r *recorder.Resource) bool { return match(r) && strings.Contains(r.Name, part) }
}

func unnamed(match func(*recorder.Resource) bool, part string) func(*recorder.Resource) bool {
	return func(r *recorder.Resource) bool { return match(r) && !strings.Contains(r.Name, part) }
}

var (
	anyIngress   = isType("kubernetes:networking.k8s.io/v1:Ingress")
	modelIngress = unnamed(unnamed(anyIngress, "-anchor"), "-tool-")
	class        = isType("kubernetes:networking.k8s.io/v1:IngressClass", "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams")
	anyRelease   = isType("kubernetes:helm.sh/v3:Release")
	release      = named(anyRelease, "-controller-")
	computeUnits = isType("aws:eks/fargateProfile:FargateProfile", "aws:eks/nodeGroup:NodeGroup")
	eksAddon     = isType("aws:eks/addon:Addon")
	anyRole      = isType("aws:iam/role:Role", "aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy",
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:eks/podIdentityAssociation:PodIdentityAssociation")
	role   = named(anyRole, "-controller-role")
	routes = isType("aws:ec2/natGateway:NatGateway", "aws:ec2/route:Route", "aws:ec2/routeTableAssociation:RouteTableAssociation",
		"aws:ec2/internetGateway:InternetGateway", "aws:ec2/vpcEndpoint:VpcEndpoint")
	bucketPolicy       = isType("aws:s3/bucketPolicy:BucketPolicy")
	anyAdmissionPolicy = isType("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
		"kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding")
	admissionPolicies = under("modelway-admission-", anyAdmissionPolicy)
	inferenceService  = isType(kserve.Type)
	kserveRelease     = named(anyRelease, "-kserve")
	params            = isType("kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams")
)

// rules are the edges that make a destroy safe. Without one of them the controller, or what it needs, could go before an
// Ingress whose finalizer only the controller removes.
var rules = []rule{
	{"an Ingress goes before the controller", anyIngress, release, nil},
	{"an Ingress goes before the controller's role and its policy attachment", anyIngress, role, nil},
	{"an Ingress goes before the compute that the controller runs on", anyIngress, computeUnits, nil},
	{"an Ingress goes before the network plugin and DNS", anyIngress, eksAddon, nil},
	{"an Ingress goes before the routes to AWS", anyIngress, routes, nil},
	{"a model's Ingress goes before its class and params", modelIngress, class, loadBalancer},
	{"a model's Ingress goes before the anchor", modelIngress, named(anyIngress, "-anchor"), loadBalancer},
	{"a model's Ingress goes before what the API server refuses of Ingresses", modelIngress, admissionPolicies, nil},
	{"a class goes before the controller, whose webhook checks it", class, release, nil},
	{"a Helm add-on goes before its role", anyRelease, anyRole, row},
	{"a Helm add-on goes before its compute", anyRelease, computeUnits, nil},
	{"a Helm add-on goes before DNS and the network plugin", anyRelease, eksAddon, nil},
	{"a Helm add-on goes before the routes to AWS", anyRelease, routes, nil},
	{"compute goes before the network plugin", computeUnits, named(eksAddon, "early-addons"), nil},
	{"compute goes before the routes to AWS", computeUnits, routes, nil},
	{"DNS goes before its compute", named(eksAddon, "late-addons"), computeUnits, nil},
	{"the network plugin goes before its role", named(eksAddon, "-vpc-cni"), named(anyRole, "-vpc-cni-role"), nil},
	{"nodes go before their role", isType("aws:eks/nodeGroup:NodeGroup"), named(anyRole, "-compute-node"), nil},
	{"Fargate profiles go before their role", isType("aws:eks/fargateProfile:FargateProfile"), named(anyRole, "-compute-pod-execution"), nil},
	{"a load balancer that writes logs goes before the bucket's policy", loggingParams, named(bucketPolicy, "-logs-"), nil},
	{"what is in the cluster goes before the access of those who deploy", isType("pulumi:providers:kubernetes"),
		isType("aws:eks/accessEntry:AccessEntry"), nil},
	{"a model with files goes before KServe", inferenceService, kserveRelease, nil},
	{"a model with files goes before the compute that KServe runs on", inferenceService, computeUnits, nil},
	{"a model with files goes before the network plugin and DNS", inferenceService, eksAddon, nil},
	{"a model with files goes before its role", named(inferenceService, "filed"), named(anyRole, "-filed-role"), nil},
	{"an Ingress goes before the files that it leads to", named(modelIngress, "filed"), inferenceService, nil},
	{"a model goes before its role", named(isType("kubernetes:apps/v1:Deployment"), "stored"), named(anyRole, "-stored-role"), nil},
}

// loggingParams are the params of load balancers that write access logs.
func loggingParams(r *recorder.Resource) bool {
	return params(r) && strings.Contains(fmt.Sprint(r.Input("spec.loadBalancerAttributes")), "access_logs.s3.bucket")
}

// missing lists the edges that the rules ask for and the recording lacks.
func missing(r *recorder.Recording) []string {
	var faults []string
	for _, rule := range slices.Concat(rules, kserveRules, monitoringRules, databaseRules, mlflowRules, pipelinesRules) {
		tos := slices.DeleteFunc(slices.Clone(r.Resources), func(to *recorder.Resource) bool { return !rule.to(to) })
		for _, from := range r.Resources {
			if !rule.from(from) {
				continue
			}
			for _, to := range tos {
				if rule.asks(from, to) && !from.DependsDirectly(to.URN) {
					faults = append(faults, fmt.Sprintf("%s: %s does not depend on %s", rule.name, from.URN.Name(), to.URN.Name()))
				}
			}
		}
	}
	return append(faults, outlived(r)...)
}

// outlived lists what the cluster does not keep alive although it writes or reads it until its end.
func outlived(r *recorder.Recording) (faults []string) {
	for _, cluster := range r.OfType("aws:eks/cluster:Cluster") {
		for _, kept := range append(r.OfType("aws:cloudwatch/logGroup:LogGroup"), r.OfType("aws:kms/key:Key")...) {
			if strings.Contains(kept.Name, "-cluster-") && !r.Reaches(cluster.URN, kept.URN) {
				faults = append(faults, fmt.Sprintf("%s outlives %s", cluster.URN.Name(), kept.URN.Name()))
			}
		}
	}
	return faults
}

// environment draws a configuration, with models that fit it.
func environment(t *rapid.T) *PlatformArgs {
	cfg := config.Defaults("test", recorder.DefaultRegion)
	cfg.Cluster.AdminRoleArns = []string{"arn:aws:iam::111122223333:role/admin"}
	cfg.Cluster.PublicAccessCidrs = []string{"203.0.113.0/24"}
	cfg.Network.AvailabilityZones = rapid.IntRange(2, 4).Draw(t, "zones")
	cfg.Network.NatGateways = rapid.SampledFrom(netspec.NatModes).Draw(t, "nat")
	if cfg.Network.NatGateways == netspec.NatNone {
		cfg.Network.InterfaceEndpoints, cfg.Images.Mirror = []string{netspec.EndpointsPrivate},
			"111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
	}
	if rapid.Bool().Draw(t, "pod block") {
		cfg.Network.PodCidr = "100.64.0.0/16"
	}
	cfg.Network.FlowLogs.Destination = rapid.SampledFrom(netspec.FlowLogDestinations).Draw(t, "flow logs")
	cfg.ModelStore.Enabled, cfg.Database.Enabled = true, rapid.Bool().Draw(t, "database")
	if rapid.Bool().Draw(t, "delivery") {
		cfg.Delivery.GitHub.Repository, cfg.Delivery.GitHub.Environments = "company/modelway", []string{"test"}
	}
	kind := rapid.SampledFrom([]string{"fargate", "nodes", "mixed"}).Draw(t, "compute")
	if kind == "nodes" {
		cfg.Compute.FargateProfiles = nil
	}
	if kind != "fargate" {
		for i := range rapid.IntRange(1, 3).Draw(t, "groups") {
			group := compute.DefaultNodeGroup()
			group.Name, group.InstanceTypes = fmt.Sprintf("group-%d", i), []string{"m6i.large"}
			cfg.Compute.NodeGroups = append(cfg.Compute.NodeGroups, group)
		}
	}
	cfg.LoadBalancers = map[string]config.LoadBalancer{}
	for i := range rapid.IntRange(1, 2).Draw(t, "load balancers") {
		lb := config.DefaultLoadBalancer()
		lb.Domain, lb.Listeners = fmt.Sprintf("d%d.example.com", i), []config.Listener{{Protocol: "HTTP", Port: 80}}
		lb.Scheme = rapid.SampledFrom(serving.Schemes).Draw(t, "scheme")
		lb.AccessLogs = rapid.Bool().Draw(t, "access logs")
		cfg.LoadBalancers[fmt.Sprintf("lb%d", i)] = lb
	}
	var models []modelspec.Model
	for i := range rapid.IntRange(0, 4).Draw(t, "models") {
		m := modelspec.Default()
		m.Name, m.Image = fmt.Sprintf("model-%d", i), "example.com/model:1"
		m.Route.LoadBalancer = fmt.Sprintf("lb%d", i%len(cfg.LoadBalancers))
		m.Compute = modelspec.ComputeFargate
		if i == 0 {
			m.Name, m.Storage = "stored", modelspec.StorageRead
		}
		if i == 1 {
			m.Name, m.Image, m.Files, cfg.KServe.Enabled = "filed", "", filesOf("filed"), true
		}
		if kind == "nodes" || kind == "mixed" && rapid.Bool().Draw(t, "on nodes") {
			m.Compute = modelspec.ComputeNodes
		}
		models = append(models, m)
	}
	return &PlatformArgs{Config: cfg, Models: models}
}

func program(args *PlatformArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewPlatform(ctx, "modelway", args)
		return err
	}
}

func TestDestroyIsSafeForEveryEnvironment(t *testing.T) {
	t.Cleanup(tryKServe())
	rapid.Check(t, func(t *rapid.T) {
		require.Empty(t, missing(recorder.Run(t, program(environment(t)), withZones())))
	})
}

// TestNoEdgeIsMissedSilently removes each edge that the rules ask for, one at a time, and expects to be told.
func TestNoEdgeIsMissedSilently(t *testing.T) {
	removed := map[string]int{}
	for _, recording := range []*recorder.Recording{record(t, "local"), record(t, "prod"), recordStored(t), recordFiles(t),
		recordStored(t, measured()), recordStored(t, measured(onOpenNodes)), recordByRequests(t),
		recordStored(t, withDatabase), recordStored(t, withMlflow, behindLogin), recordPipelines(t)} {
		require.Empty(t, missing(recording))
		for _, edge := range recording.Edges() {
			from, to := recording.ByURN(edge.From), recording.ByURN(edge.To)
			for _, rule := range slices.Concat(rules, kserveRules, monitoringRules, databaseRules, mlflowRules, pipelinesRules) {
				if from != nil && to != nil && rule.asks(from, to) {
					removed[rule.name]++
					require.NotEmpty(t, missing(recording.WithoutEdge(edge)), "%s -> %s", edge.From, edge.To)
				}
			}
		}
	}
	for _, rule := range slices.Concat(rules, kserveRules, monitoringRules, databaseRules, mlflowRules, pipelinesRules) {
		require.NotZero(t, removed[rule.name], "the rule %q has no edge in the environments that are tried", rule.name)
	}
}

// recordStored runs a platform with a model that reads its files from the model store.
func recordStored(t *testing.T, changes ...func(*config.Config)) *recorder.Recording {
	t.Helper()
	args := stored(changes...)
	return recorder.Run(t, program(&args), withZones())
}

// stored is an environment with a model store, and a model that reads it.
func stored(changes ...func(*config.Config)) PlatformArgs {
	cfg := config.Defaults("test", recorder.DefaultRegion)
	cfg.Cluster.AdminRoleArns = []string{"arn:aws:iam::111122223333:role/admin"}
	cfg.Cluster.PublicAccessCidrs = []string{"203.0.113.0/24"}
	lb := config.DefaultLoadBalancer()
	lb.Domain = "example.com"
	cfg.LoadBalancers["public"], cfg.ModelStore.Enabled = lb, true
	m := modelspec.Default()
	m.Name, m.Image, m.Storage = "stored", "example.com/model:1", modelspec.StorageRead
	for _, change := range changes {
		change(&cfg)
	}
	return PlatformArgs{Config: cfg, Models: []modelspec.Model{m}}
}
