package platform

import (
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// earlyFault is a fault of settings or of a model that a constructor would find too.
type earlyFault struct {
	// at is the key, or the file and line, that the program names first, and problem what it says of it.
	at, problem string
	// refused is what the constructor says. Default problem.
	refused string
	// settings breaks the settings, model a model, whose broken file says file beside its name and image.
	settings func(*config.Config)
	model    func(*modelspec.Model)
	file     string
	// checks are those that it reaches, by package and the beginning of their text, or what they call.
	checks []string
}

func balancer(change func(*config.LoadBalancer)) func(*config.Config) {
	return func(c *config.Config) {
		lb := c.LoadBalancers["public"]
		change(&lb)
		c.LoadBalancers["public"] = lb
	}
}

// early are the faults of one place each.
var early = []earlyFault{
	{at: "modelway:network.cidr", problem: "/28 is out of range", settings: func(c *config.Config) { c.Network.Cidr = "10.0.0.0/28" },
		checks: []string{"infra/network: a.spec().Check"}},
	{at: "modelway:network.podCidr", problem: "overlaps cidr", settings: func(c *config.Config) { c.Network.PodCidr = "10.0.0.0/16" }},
	{at: "modelway:network.natGateways", problem: "not one of the allowed values",
		settings: func(c *config.Config) { c.Network.NatGateways = "many" }},
	{at: "modelway:network.flowLogs.retentionDays", problem: "not one of the allowed values",
		refused: "not a number of days that CloudWatch Logs has",
		settings: func(c *config.Config) {
			c.Network.FlowLogs = config.FlowLogs{Destination: "logGroup", RetentionDays: 2}
		}},
	{at: "modelway:network.interfaceEndpoints[0]", problem: "not one of the allowed values", refused: `"s3"`,
		settings: func(c *config.Config) { c.Network.InterfaceEndpoints = []string{"s3"} }},
	{at: "modelway:network.existing.vpcId", problem: "not the id of a VPC", settings: func(c *config.Config) {
		c.Network.Existing = config.ExistingNetwork{VpcId: "main", PrivateSubnetIds: []string{"subnet-00000001", "subnet-00000002"},
			PublicSubnetIds: []string{"subnet-00000003", "subnet-00000004"}}
	}, checks: []string{"infra/network: existing.Check"}},
	{at: "modelway:cluster.name", problem: "not a valid name of an EKS cluster", settings: func(c *config.Config) {
		c.Cluster.Name, c.Delivery.GitHub = "-x", config.GitHub{Environments: []string{}}
	},
		checks: []string{"infra/cluster: a.spec().Check"}},
	{at: "modelway:cluster.supportType", problem: "not one of the allowed values",
		settings: func(c *config.Config) { c.Cluster.SupportType = "LONG" }},
	{at: "modelway:cluster.adminRoleArns[0]", problem: "the role of an AWS service", settings: func(c *config.Config) {
		c.Cluster.AdminRoleArns[0] = "arn:aws:iam::111122223333:role/aws-service-role/x"
	}},
	{at: "modelway:cluster.accessEntries[0].policy", problem: "not one of the allowed values", settings: func(c *config.Config) {
		c.Cluster.AccessEntries = []config.AccessEntry{{PrincipalArn: "arn:aws:iam::111122223333:role/a", Policy: "all", Namespaces: []string{}}}
	}},
	{at: "modelway:cluster.publicAccessCidrs", problem: "empty, but endpointPublicAccess is true",
		settings: func(c *config.Config) { c.Cluster.PublicAccessCidrs = []string{} }},
	{at: "modelway:cluster.kubernetesVersion", problem: "not one of the allowed values",
		refused:  `no release of the Cluster Autoscaler is known for Kubernetes "1.20"`,
		settings: func(c *config.Config) { c.Cluster.KubernetesVersion = "1.20" }, checks: []string{"k8s/addon: a.Row.Check"}},
	{at: "modelway:cluster.addonVersions.coredns", problem: "not the version of an EKS add-on",
		refused:  `Versions has "1.12" for add-on "coredns"`,
		settings: func(c *config.Config) { c.Cluster.AddonVersions = map[string]string{"coredns": "1.12"} },
		checks:   []string{"infra/addons: Versions has"}},
	{at: "modelway:compute.fargateProfiles[0].name", problem: "not a valid name",
		settings: func(c *config.Config) { c.Compute.FargateProfiles[0].Name = "A b" },
		checks:   []string{"infra/compute: a.spec().Check"}},
	{at: "modelway:compute.fargateProfiles[0].name", problem: "its generated name would have 115 characters",
		settings: func(c *config.Config) { c.Compute.FargateProfiles[0].Name = strings.Repeat("a", 90) },
		checks:   []string{"infra/compute: a.spec().CheckNames"}},
	{at: "modelway:compute.nodeGroups[0].instanceTypes[0]", problem: "m99.large",
		settings: func(c *config.Config) { c.Compute.NodeGroups[0].InstanceTypes[0] = "m99.large" }},
	{at: "modelway:logs.retentionDays", problem: "out of range", refused: "ExpireDays is -1: out of range",
		settings: func(c *config.Config) { c.Logs.RetentionDays = -1 },
		checks:   []string{"infra/bucket: a.Check"}},
	{at: "modelway:database.backupDays", problem: "out of range", refused: "backupDays is 36: out of range",
		settings: func(c *config.Config) { c.Database.BackupDays = 36 },
		checks:   []string{"infra/database: a.Check"}},
	{at: "modelway:mlflow.replicas", problem: "out of range", refused: "replicas is 3: out of range",
		settings: func(c *config.Config) { c.Mlflow.Replicas = 3 }, checks: []string{"k8s/mlflow: a.Check"}},
	{at: "modelway:delivery.repositories[0]", problem: "not the name of an ECR repository",
		settings: func(c *config.Config) { c.Delivery.Repositories[0] = "A" },
		checks:   []string{"infra/delivery: delivery.Spec{…}.CheckRepositories"}},
	{at: "modelway:delivery.github.repository", problem: "not the name of a GitHub repository",
		settings: func(c *config.Config) { c.Delivery.GitHub.Repository = "a--b/x" },
		checks:   []string{"infra/delivery: a.spec().Check"}},
	{at: "modelway:delivery.github", problem: "which the role that deploys may change", settings: func(c *config.Config) {
		c.Delivery.GitHub.PermissionsBoundaryArn = "arn:aws:iam::123456789012:policy/modelway-boundary"
	}, checks: []string{"infra/delivery: a.Target.Check", "infra/delivery: args.Validate"}},
	{at: "modelway:delivery.github", problem: "the trust of the deploy role, which names every environment", settings: func(c *config.Config) {
		for i := range 19 {
			c.Delivery.GitHub.Environments = append(c.Delivery.GitHub.Environments, strings.Repeat(string(rune('a'+i)), 255))
		}
	}, checks: []string{"infra/delivery: permissions.CheckDocuments"}},
	{at: "modelway:cost.alertEmails[0]", problem: "not an e-mail address", settings: func(c *config.Config) { c.Cost.AlertEmails[0] = "team" },
		checks: []string{"infra/budget: spec.Check"}},
	{at: "modelway:cost.monthlyBudgetUsd", problem: "out of range", refused: "MonthlyUsd is -5",
		settings: func(c *config.Config) { c.Cost.MonthlyBudgetUsd = -5 },
		checks:   []string{"infra/budget: MonthlyUsd is"}},
	{at: "modelway:loadBalancers.public.domain", problem: "a certificate for *.<domain> has room for 62",
		settings: balancer(func(b *config.LoadBalancer) {
			b.Domain = strings.Repeat("a", 60) + ".company.com"
		}), checks: []string{"infra/edge: edge.CheckDomain"}},
	{at: "modelway:loadBalancers.public.hostedZoneId", problem: "not the id of a Route 53 hosted zone",
		settings: balancer(func(b *config.LoadBalancer) { b.HostedZoneId = "/hostedzone/Z1" }),
		checks:   []string{"infra/edge: edge.CheckZone"}},
	{at: "modelway:loadBalancers.public.domain", problem: "not a DNS domain", refused: `Targets has "api.company.0com"`,
		settings: balancer(func(b *config.LoadBalancer) {
			b.Domain, b.RequestCertificate, b.Listeners = "company.0com", false, []config.Listener{{Protocol: "HTTP", Port: 80}}
		}), checks: []string{"infra/edge: Targets has %q: use DNS names"}},
	{at: "modelway:loadBalancers.public.scheme", problem: "not one of the allowed values",
		settings: balancer(func(b *config.LoadBalancer) { b.Scheme = "open" }),
		checks:   []string{"k8s/ingress: a.class().Check"}},
	{at: "modelway:loadBalancers.public.webAclArn", problem: "not the ARN of a WAFv2 web ACL",
		settings: balancer(func(b *config.LoadBalancer) {
			b.WebAclArn = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/api/a_b"
		})},
	{at: "modelway:loadBalancers.public.jwt", problem: "must have 1..256 characters", settings: balancer(func(b *config.LoadBalancer) {
		b.Jwt.Issuer, b.Jwt.JwksUrl = "https://"+strings.Repeat("a", 300), "https://login.company.com/keys"
	})},
	{at: "modelway:loadBalancers.public.listeners[1].port", problem: "the port is taken by",
		settings: balancer(func(b *config.LoadBalancer) { b.Listeners[1].Port = 443 })},
	{at: "modelway:loadBalancers.public.certificateArns", problem: "empty, but there is an HTTPS listener",
		refused:  "CertificateArns is empty while Listeners has HTTPS 443",
		settings: balancer(func(b *config.LoadBalancer) { b.RequestCertificate = false }),
		checks:   []string{"k8s/ingress: CertificateArns is empty"}},
	{at: "modelway:models.schedule.start", problem: "the same as stop",
		settings: func(c *config.Config) { c.Models.Schedule.Start = c.Models.Schedule.Stop },
		checks:   []string{"k8s/schedule: a.WithDefaults().Check"}},
	{at: "modelway:images.mirror", problem: "not the address of a container registry",
		settings: func(c *config.Config) { c.Images.Mirror = "https://x" },
		checks: []string{"k8s/addon: addons.CheckMirror", "k8s/gpu: addons.CheckMirror", "k8s/kserve: addons.CheckMirror",
			"k8s/mlflow: addons.CheckMirror", "k8s/pipelines: addons.CheckMirror", "k8s/schedule: addons.CheckMirror"}},
	{at: "modelway:models.namespace", problem: "not a valid name", refused: `Namespace is "Models": not a Kubernetes namespace`,
		settings: func(c *config.Config) { c.Models.Namespace = "Models" },
		checks:   []string{"infra/identity: a.Check"}},
	{at: "models/churn.yaml:4: env", problem: "MODEL_STORE_URI", refused: "Model.Env has MODEL_STORE_URI while StoreUri is set",
		file:  "storage: read\nenv: {MODEL_STORE_URI: x}",
		model: func(m *modelspec.Model) { m.Env = map[string]string{"MODEL_STORE_URI": "x"} }, checks: []string{"k8s/model: Model.Env has"}},
	{at: "modelway:models.requestMetric", problem: `model churn: scaling.metric is "requests"`, refused: "RequestMetric is required",
		file:  "scaling: {metric: requests, target: 10}",
		model: func(m *modelspec.Model) { m.Scaling.Metric = modelspec.MetricRequests }, checks: []string{"k8s/model: %s is required: %s"}},
	{at: "train.image is given, but environment", problem: "has no MLflow server", refused: "Training is required where Model.Train has an image",
		settings: func(c *config.Config) { c.Mlflow.Enabled = false },
		file:     "train: {pipeline: churn, image: 'acme/train:1'}",
		model:    func(m *modelspec.Model) { m.Train = modelspec.Train{Pipeline: "churn", Image: "acme/train:1"} },
		checks:   []string{"k8s/model: Training is required"}},
}

// unreachable are the checks that nothing in the settings or in a model's file reaches, by the reason.
var unreachable = map[string][]string{
	"the platform passes it: an output, or a value of its own": {
		"infra/addons: ClusterName is missing", "infra/addons: KubernetesVersion is missing", "infra/addons: the role of add-on",
		"infra/budget: BudgetArgs is nil", "infra/cluster: ClusterName and PrincipalArn", "infra/cluster: VpcId and SubnetIds",
		"infra/cluster: Partition is", "infra/compute: ClusterName and SubnetIds", "infra/compute: ClusterArn is missing",
		"infra/database: VpcId, SubnetIds and ClientSecurityGroupId",
		"k8s/mlflow: ServerArgs are required", "k8s/mlflow: ServerArgs.Region, Bucket", "k8s/mlflow: ServerArgs.Database.PoolSize",
		"k8s/mlflow: ServerArgs.DependsOn or Operator",
		"infra/delivery: GitHubRolesArgs is nil", "infra/delivery: RepositoriesArgs is nil", "infra/edge: AliasRecordsArgs is nil",
		"infra/edge: CertificateArgs is nil", "infra/edge: Targets is empty", "infra/edge: Targets has no load balancer",
		"infra/identity: ClusterName and ClusterArn", "infra/identity: Issuer is missing", "infra/identity: OidcProviderArn and Issuer",
		"infra/identity: Policy and PolicyText", "infra/identity: ServiceAccountRoleArgs is nil", "infra/network: FlowLogs.BucketArn is missing",
		"k8s/addon: AddonArgs.%s is required", "k8s/addon: AddonArgs.Row is required", "k8s/admissionpolicy: checking policies",
		"k8s/fargatelogs: FargateLogsArgs is nil", "k8s/fargatelogs: FargateLogsArgs.LogGroup", "k8s/ingress: LoadBalancerArgs is nil",
		"k8s/tool: PageArgs are required", "k8s/tool: PageArgs.DependsOn is empty", "k8s/tool: PageArgs.Ingress has no namespace",
		"infra/metricstore: MetricStoreArgs.Alias is empty", "infra/metricstore: MetricStoreArgs.Alias has %d characters: AWS takes",
		"k8s/monitoring: MonitoringArgs are required", "k8s/monitoring: MonitoringArgs.DependsOn is empty",
		"k8s/monitoring: MonitoringArgs.Models is empty", "k8s/monitoring: MonitoringArgs.Rules[%q] has no list",
		"k8s/monitoring: MonitoringArgs.Dashboards[%q] has %d bytes",
		"k8s/storageclass: ClassArgs.Name and ClassArgs.ClusterName",
		"k8s/pipelines: PipelinesArgs are required", "k8s/pipelines: PipelinesArgs.%s is empty",
		"k8s/kserve: ServingArgs are required", "k8s/kserve: ServingArgs.Region is empty", "k8s/kserve: ServingArgs.DependsOn is empty",
		"k8s/kserve: ServingArgs.Revision is missing",
		"k8s/gitops: ModelsArgs are required", "k8s/gitops: ModelsArgs.%s is required: %s",
		"k8s/argocd: AccessArgs.Namespace and AccessArgs.DependsOn are required",
		"k8s/ingress: Namespace is required", "k8s/ingress: Prerequisites is empty", "k8s/ingress: Subnets is required",
		"k8s/model: ModelArgs is nil",
		"k8s/model: checking namespace", "k8s/schedule: Namespace is required", "k8s/schedule: ScheduleArgs is nil", "k8s/schedule: Compute is",
	},
	"the settings cannot be empty there: they have a default, or are required": {
		"infra/budget: ClusterName is empty", "infra/budget: Region is empty", "infra/compute: Region is empty", "infra/edge: Region is empty",
		"infra/network: ClusterName is empty", "infra/network: Region is empty", "infra/network: VpcId is empty",
		"k8s/schedule: Stop and Start are required",
	},
	"a row of internal/addons or internal/network says it, and a test of the table holds it": {
		"infra/addons: Addons has the name", "infra/addons: Addons has %q twice", "infra/addons: the Configuration of add-on",
		"infra/addons: Roles has",
		"infra/addons: %s has %q, which is not among Addons", "infra/network: InterfaceEndpoints has s3",
		"infra/network: InterfaceEndpoints has %q twice", "infra/network: InterfaceEndpoints has %q: name",
		"infra/identity: a.Policy.Validate", "infra/cluster: a.entry().CheckRights",
	},
	"no setting changes it: for programs that use the component alone": {
		"infra/bucket: the name", "infra/bucket: a.policy(", "infra/delivery: KeepTagged is", "infra/delivery: UntaggedDays is",
		"k8s/addon: AddonArgs.Replicas is",
	},
	"it follows from names that the settings and the model's file have had checked": {
		"infra/identity: document.Validate", "infra/identity: read.Validate", "infra/identity: the bucket", "infra/identity: the key", "infra/identity: the prefix",
		"infra/identity: iamdoc.CheckText",
		"k8s/fargatelogs: log group is", "k8s/fargatelogs: region is", "k8s/fargatelogs: the settings of the log router",
	},
	"only AWS knows it, and is asked by the constructor": {
		"infra/cluster: the EKS cluster has no OpenID Connect", "infra/edge: ACM asks for", "infra/edge: the AWS provider knows no hosted zone",
		"infra/network: %s has %s in %s", "infra/network: %s is in %d zone", "infra/network: VpcId %s has",
		"infra/network: network.CheckAdoptedAddresses",
		"infra/network: which gives public addresses", "infra/network: which has no IPv4 block", "infra/network: which is in %s: name subnets of",
		"infra/network: which is in %s: name subnets in", "infra/network: which is tagged for cluster", "infra/network: which lacks the tag",
	},
	"it writes or calls the faults of the other rows": {
		"infra/budget: fmt.Errorf", "infra/network: fmt.Errorf", "infra/network: args.Validate", "k8s/schedule: fmt.Errorf",
	},
}
