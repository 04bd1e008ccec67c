package platform

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/slo"
	"github.com/modelway/modelway/k8s/addon"
	"github.com/modelway/modelway/k8s/admissionpolicy"
	"github.com/modelway/modelway/k8s/ingress"
	"github.com/modelway/modelway/k8s/model"
)

// workloads are the cluster's own half: its services, the shared load balancers and the models.
type workloads struct {
	*foundation
	// logging makes the logs of Fargate pods reach CloudWatch; nil without Fargate.
	logging []pulumi.Resource
	// helm are the Helm add-ons by the row's key.
	helm map[string]*addon.Addon
	// kserve is what InferenceServices must not outlive: KServe's objects, its releases, and what their pods run on; nil without KServe.
	kserve []pulumi.Resource
	// own is what the pages of add-ons without a chart depend on, by the row's key.
	own map[string][]pulumi.Resource
	// argocd is what lets Argo CD write the objects of models, which Applications must not outlive; nil without Argo CD.
	argocd []pulumi.Resource
	// storage is the class of volumes that add-ons claim; nil where none does.
	storage []pulumi.Resource
	// certificates are by the key of the settings, loadBalancers and hostnames by name.
	certificates  map[string]pulumi.StringArray
	loadBalancers map[string]*ingress.LoadBalancer
	hostnames     pulumi.StringMap
	// models is the namespace of the models.
	models *model.Namespace
	// identities are the service accounts of models and what gives their pods credentials, by the model's name.
	identities map[string][]pulumi.Resource
	// admission is what the API server refuses there.
	admission *admissionpolicy.Policies
}

func (p *Platform) newWorkloads(ctx *pulumi.Context, name string, args *PlatformArgs, f *foundation) (*workloads, error) {
	s := &workloads{
		foundation: f, helm: map[string]*addon.Addon{}, own: map[string][]pulumi.Resource{}, certificates: map[string]pulumi.StringArray{},
		loadBalancers: map[string]*ingress.LoadBalancer{}, hostnames: pulumi.StringMap{}, identities: map[string][]pulumi.Resource{},
	}
	for _, step := range []struct {
		noun     string
		register func(*pulumi.Context, *Platform, string, *PlatformArgs) error
	}{
		{"logging of Fargate pods", s.newFargateLogs},
		{"class of volumes", s.newStorageClass},
		{"Helm add-ons", s.newHelmAddons},
		{"KServe's objects", s.newKServe},
		{"MLflow's objects", s.newMlflow},
		{"Kubeflow Pipelines", s.newPipelines},
		{"GPU device plugin", s.newDevicePlugin},
		{"load balancers", s.newLoadBalancers},
		{"tools", s.newTools},
		{"DNS records", s.newRecords},
		{"models", s.newModels},

		{"rights of Argo CD", s.newArgocd},
		{"delivery of models", s.newDelivery},
		{"schedule", s.newSchedule},
		{"monitoring's objects", s.newMonitoring},
	} {
		if err := step.register(ctx, p, name, args); err != nil {
			return nil, fmt.Errorf("registering the %s: %w", step.noun, err)
		}
	}
	return s, nil
}

// newHelmAddons registers the Helm add-ons, each after those that its row names.
func (s *workloads) newHelmAddons(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	facts := args.Config.Facts()
	facts.TargetGroups = slo.Uncounted(args.Models, args.Config.Models.Namespace)
	for _, row := range addons.Installed(facts) {
		if row.Own {
			continue
		}
		described := &addon.AddonArgs{
			Row:         row,
			Facts:       facts,
			ClusterName: s.cluster.Name,
			VpcId:       s.network.VpcId,
			Chart:       args.chart(row.Chart.Name),
			ImageMirror: args.Config.Images.Mirror,
			RoleArns:    map[string]pulumi.StringInput{},
			DependsOn:   slices.Concat(s.capacity(), s.logging),
		}
		if role := s.roles.helm[row.Key]; role != nil {
			described.RoleArn, described.DependsOn = role.Annotation(), append(described.DependsOn, role.Ready...)
		}
		for _, account := range row.Accounts {
			if role := s.roles.helm[row.RoleKey(account)]; role != nil {
				described.RoleArns[account.Key], described.DependsOn = role.Annotation(), append(described.DependsOn, role.Ready...)
			}
		}
		if row.Key == addons.PrometheusKey {
			values, outlive := s.measuring(args)
			described.Values, described.DependsOn = values, append(described.DependsOn, outlive...)
		}
		for _, key := range row.After {
			described.DependsOn = append(described.DependsOn, s.helm[key].Release)
		}
		made, err := addon.NewAddon(ctx, name+"-"+row.Key, described, s.options(p)...)
		if err != nil {
			return err
		}
		s.helm[row.Key] = made
	}
	return nil
}

func (s *workloads) newLoadBalancers(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	anchors, err := ingress.NewNamespace(ctx, name+"-system", nil, s.options(p)...)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(args.Config.LoadBalancers)) {
		if s.certificates[key], err = s.newCertificates(ctx, p, name, key, args); err != nil {
			return fmt.Errorf("registering the certificate of load balancer %q: %w", key, err)
		}
	}
	for _, b := range args.plan.Balancers {
		if err := s.newLoadBalancer(ctx, p, name+"-"+b.Name, b, anchors, args); err != nil {
			return fmt.Errorf("registering load balancer %q: %w", b.Name, err)
		}
	}
	return nil
}

func (s *workloads) newLoadBalancer(ctx *pulumi.Context, p *Platform, name string, b plan.Balancer, anchors *ingress.Namespace,
	args *PlatformArgs) error {
	subnets := s.network.PrivateSubnetIds
	if b.Settings.Scheme == serving.SchemeInternetFacing {
		subnets = s.network.PublicSubnetIds
	}
	described := &ingress.LoadBalancerArgs{
		Class:           b.Class(args.Config),
		Subnets:         subnets,
		CertificateArns: s.certificates[b.Key],
		Namespace:       anchors.Name,
		Namespaces:      pulumi.ToStringArray(b.Namespaces(args.Config)),
		Prerequisites:   s.prerequisites(),
	}
	if b.Settings.AccessLogs {
		described.LogBucket, described.LogReady = s.logs.Name, s.logs.Ready
	}
	made, err := ingress.NewLoadBalancer(ctx, name, described, s.options(p)...)
	if err != nil {
		return err
	}
	s.loadBalancers[b.Name], s.hostnames[b.Name] = made, made.Hostname
	return nil
}

func (s *workloads) newModels(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	s.models, err = model.NewNamespace(ctx, name+"-models", &model.NamespaceArgs{
		Name: args.Config.Models.Namespace, DependsOn: s.outlivedByModels(args),
	}, s.options(p)...)
	if err != nil {
		return err
	}
	s.admission, err = admissionpolicy.NewPolicies(ctx, name+"-admission", &admissionpolicy.PoliciesArgs{
		Namespace: args.Config.Models.Namespace, KServe: args.Config.KServe.Enabled,
		ArgoCD: gitops.ByArgoCD(args.Config.Models.Delivery),
	}, s.options(p)...)
	if err != nil {
		return err
	}
	for _, spec := range args.Models {
		if err := s.newModel(ctx, p, name, spec, args); err != nil {
			return err
		}
	}
	return nil
}

func (s *workloads) newModel(ctx *pulumi.Context, p *Platform, name string, spec Model, args *PlatformArgs) error {
	described := &model.ModelArgs{
		Model:         spec,
		Namespace:     s.models.Name,
		Routes:        s.routes(spec, args),
		RequestMetric: args.Config.Models.RequestMetric,
		Keda:          s.keda(),
		Readers:       addons.Readers(args.Config.Facts()),
		Prerequisites: slices.Concat(s.prerequisites(), s.admission.Resources),
		Capacity:      slices.Concat(s.capacity(), s.logging),
		ByGit:         !gitops.ByProgram(args.Config.Models.Delivery),
		Shared:        args.decided().Shared,
		Retained:      args.retained(),
	}
	role, err := s.newModelRole(ctx, p, name, s.store, spec, args)
	if err != nil {
		return err
	}
	if role != nil {
		described.RoleArn, described.RoleReady = role.Annotation(), role.Ready
	}
	if spec.Storage != modelspec.StorageNone {
		described.StoreUri = s.store.uri(spec.Name)
		described.RoleReady = slices.Concat(described.RoleReady, s.store.ready)
	}
	if spec.Files.Given() {
		described.KServe = s.kserve
	}
	if described.Training, err = s.newTraining(ctx, p, name, spec, args); err != nil {
		return err
	}
	s.identities[spec.Name] = slices.Clone(described.RoleReady)
	if described.Training != nil {
		s.identities[spec.Name] = append(s.identities[spec.Name], described.Training.RoleReady...)
	}
	made, err := model.NewModel(ctx, spec.Name, described, s.options(p)...)
	if err != nil {
		return err
	}
	s.identities[spec.Name] = slices.Concat(s.identities[spec.Name], made.Accounts)
	return nil
}

// routes are the load balancers that the plan has put a model's hosts behind.
func (s *workloads) routes(spec Model, args *PlatformArgs) []model.RouteArgs {
	var all []model.RouteArgs
	settings := args.Config.LoadBalancers[spec.Route.LoadBalancer]
	blocks := s.network.PrivateCidrs
	if settings.Scheme == serving.SchemeInternetFacing {
		blocks = s.network.PublicCidrs
	}
	for _, entrance := range spec.Entrances(settings.Domain) {
		lb := s.loadBalancers[args.plan.Of(spec, entrance)]
		all = append(all, model.RouteArgs{
			Entrance: entrance, ClassName: lb.ClassName, ListenPorts: lb.ListenPorts, JwtValidation: lb.JwtValidation,
			SubnetCidrs: blocks, LoadBalancer: lb.Resources,
		})
	}
	return all
}

// capacity is what pods need to run: compute, cluster add-ons (the CNI before it, DNS after it) and a way to the image
// registry.
func (f *foundation) capacity() []pulumi.Resource {
	return slices.Concat(f.network.Egress, f.early.Resources, f.compute.Resources, f.late.Resources)
}

// prerequisites are what every Ingress must not outlive, since the controller needs them to remove its finalizer: the
// controller's release, its role and policy attachment, and all that its pods run on.
func (s *workloads) prerequisites() []pulumi.Resource {
	return slices.Concat([]pulumi.Resource{s.helm[addons.ControllerKey].Release}, s.roles.helm[addons.ControllerKey].Ready, s.capacity())
}

// keda is what ScaledObjects must not outlive: KEDA, and what its pods run on; nil without KEDA.
func (s *workloads) keda() []pulumi.Resource {
	if made := s.helm[addons.KedaKey]; made != nil {
		return slices.Concat([]pulumi.Resource{made.Release}, s.capacity())
	}
	return nil
}

// options give a component of the cluster its parent and provider.
func (s *workloads) options(p *Platform) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{pulumi.Parent(p), pulumi.Provider(s.provider)}
}

// chart is the path or address that replaces a chart of the registry, "" where there is none.
func (a *PlatformArgs) chart(name string) string {
	location := a.Config.Charts[name]
	if location == "" || !isPath(location) {
		return location
	}
	return a.path(location)
}

func isPath(location string) bool {
	return location[0] == '.' || location[0] == '/'
}
