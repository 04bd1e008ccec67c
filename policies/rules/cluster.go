package rules

import (
	"slices"

	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

// world are the blocks that hold every address.
var world = []string{"0.0.0.0/0", "::/0"}

var clusterRules = []Rule{
	{
		ID: "cluster-endpoint-open", Topic: Security, Level: config.PolicyMandatory,
		Title:  "The Kubernetes API endpoint is closed to the world",
		Why:    "Everybody could try credentials, and flaws of the API server, against it.",
		Fix:    "name the blocks that Pulumi and kubectl run in: modelway:cluster.publicAccessCidrs, or endpointPublicAccess: false",
		Source: "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
		Types:  []string{clusterType},
		Each: func(c *Case, r resource.Resource) {
			at := path{"vpcConfig", "publicAccessCidrs"}
			switch open, blocks := r.At("vpcConfig", "endpointPublicAccess"), r.At(at...); {
			case open.Given() && !open.Unknown() && !open.Bool():
			case blocks.HasUnknown():
				c.unknown(r, at)
			case !blocks.Given() || slices.ContainsFunc(world, func(all string) bool { return slices.Contains(blocks.Texts(), all) }):
				c.decides(perhaps(open.Unknown()), r, at, blocks, "blocks other than 0.0.0.0/0 and ::/0, or no public endpoint")
			}
		},
	},
	{
		ID: "cluster-secrets-encryption", Topic: Security, Level: config.PolicyMandatory,
		Title: "What the Kubernetes API stores is encrypted with a key of your own",
		Why: "EKS encrypts it in any case, with a key of AWS. Who may use a key of your own, and who did, is under your control and in " +
			"CloudTrail.",
		Fix:    "give the cluster an encryptionConfig with the ARN of a KMS key; it cannot be taken away again",
		Source: "https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html",
		Types:  []string{clusterType},
		Each: func(c *Case, r resource.Resource) {
			if !c.look(r, path{"encryptionConfig"}).Unknown() {
				c.wants(r, path{"encryptionConfig", "provider", "keyArn"}, "the ARN of a KMS key", given)
			}
		},
	},
	{
		ID: "cluster-logs", Topic: Security, Level: config.PolicyMandatory,
		Title:  "The control plane logs who did what",
		Why:    "Without the logs api, audit and authenticator nobody can say afterwards who changed or read something.",
		Fix:    "turn the log types on in enabledClusterLogTypes",
		Source: "https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
		Types:  []string{clusterType},
		Each: func(c *Case, r resource.Resource) {
			at := path{"enabledClusterLogTypes"}
			if r.At(at...).HasUnknown() {
				c.unknown(r, at)
				return
			}
			c.wants(r, at, "at least api, audit and authenticator", func(v resource.Value) bool {
				has := func(kind string) bool { return slices.Contains(v.Texts(), kind) }
				return has("api") && has("audit") && has("authenticator")
			})
		},
	},
	{
		ID: "cluster-access-entries", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Rights in the cluster come from access entries alone",
		Why:    "The ConfigMap aws-auth is deprecated, and a mistake in it locks everybody out.",
		Fix:    "set accessConfig.authenticationMode to API",
		Source: "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
		Types:  []string{clusterType},
		Each:   property(`"API"`, is("API"), "accessConfig", "authenticationMode"),
	},
	{
		ID: "cluster-extended-support", Topic: Cost, Level: config.PolicyAdvisory,
		Title:  "The Kubernetes version is in standard support, and the cluster leaves it in time",
		Why:    "In extended support the control plane costs six times as much. With STANDARD, EKS raises the version by itself instead.",
		Fix:    "set modelway:cluster.supportType to STANDARD, and raise kubernetesVersion by one minor version at a time",
		Source: "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
		Types:  []string{clusterType},
		Each: func(c *Case, r resource.Resource) {
			c.wants(r, path{"upgradePolicy", "supportType"}, `"STANDARD"`, is(cluster.SupportStandard))
			c.wants(r, path{"version"}, "a version in standard support", func(v resource.Value) bool {
				return !slices.ContainsFunc(config.KubernetesVersions, func(row config.KubernetesVersion) bool {
					return row.Version == v.Text() && row.StandardSupportEnds != "" && row.StandardSupportEnds < c.Today
				})
			})
		},
	},
	{
		ID: "deletion-protection", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "The cluster of a production environment is protected from being deleted",
		Why:    "A wrong `pulumi destroy`, or a change that replaces the cluster, takes every model down.",
		Fix:    "set modelway:cluster.deletionProtection to true",
		Source: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
		Types:  []string{"modelway:cluster:Cluster"},
		Each: func(c *Case, r resource.Resource) {
			if c.Policies.Production {
				c.wants(r, path{"protect"}, "true in production", is(true))
			}
		},
	},
}
