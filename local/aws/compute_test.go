package aws

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	rows "github.com/modelway/modelway/internal/addons"
)

func TestAddons(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	addon := func(name string, over Properties) Properties {
		return merge(Properties{"clusterName": "demo", "addonName": name}, over)
	}
	identity := func(account, role string) Properties {
		return Properties{"podIdentityAssociations": []any{map[string]any{"serviceAccount": account, "roleArn": role}}}
	}
	cni, csi := w.pods("cni"), w.pods("csi")
	w.refuses(t, map[string]refusal{
		"version of another Kubernetes": {Addon, addon("coredns", Properties{"addonVersion": "v1.11.4-eksbuild.40"}), "InvalidParameterException",
			"Addon version specified is not supported"},
		"version that is not there": {Addon, addon("vpc-cni", Properties{"addonVersion": "v1.0.0-eksbuild.1"}), "InvalidParameterException",
			"among those for Kubernetes 1.35, v1.23.2-eksbuild.1"},
		"unknown role": {Addon, addon("vpc-cni", Properties{"serviceAccountRoleArn": "arn:aws:iam::123456789012:role/ghost"}),
			"NoSuchEntity", "ghost"},
		"account of another add-on": {Addon, addon("vpc-cni", identity("ebs-csi-controller-sa", cni)), "InvalidParameterException",
			"Service account ebs-csi-controller-sa in pod identity configuration is not supported for addon vpc-cni"},
		"role that pods cannot have": {Addon, addon("vpc-cni", identity("aws-node", w.role("x", "ec2.amazonaws.com"))),
			"InvalidParameterException", "Trust policy of the role provided is invalid"},
	})
	for want, in := range map[string]Properties{
		"[$.computetype: is not defined in the schema and the schema does not allow additional properties]": addon("coredns",
			Properties{"configurationValues": `{"computetype":"Fargate"}`}),
		"ConfigurationValue provided in request is not in a supported format": addon("coredns",
			Properties{"configurationValues": `computeType: Fargate`}),
		`addonName is "core-dns"`: addon("core-dns", nil),
	} {
		require.Contains(t, faults(t, Addon, in), want)
	}
	require.Empty(t, faults(t, Addon, addon("metrics-server", Properties{"configurationValues": `{"replicas":2}`})), "not judged")
	require.Empty(t, faults(t, Addon, addon("vpc-cni", Properties{"configurationValues": `{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}`})))

	id := w.create(Addon, addon("vpc-cni", identity("aws-node", cni)))
	require.Equal(t, "v1.22.4-eksbuild.3", w.get(Addon, id).String("addonVersion"), "the default")
	associations := func() (all []*Resource) {
		require.NoError(t, w.View(func(s *State) error { all = s.List(PodIdentityAssociation); return nil }))
		return all
	}
	made := associations()
	require.Len(t, made, 1)
	require.Equal(t, "kube-system", made[0].String("namespace"))
	_, err := w.try(PodIdentityAssociation, Properties{"clusterName": "demo", "namespace": "kube-system", "serviceAccount": "aws-node",
		"roleArn": cni})
	refused(t, err, "ResourceInUseException", made[0].ID)
	require.NoError(t, w.change(Addon, id, Properties{"addonVersion": "v1.23.2-eksbuild.1"}))
	require.Equal(t, "v1.23.2-eksbuild.1", w.get(Addon, id).String("addonVersion"))
	require.Equal(t, made[0].ID, associations()[0].ID, "an association that fits stays")
	require.NoError(t, w.change(Addon, id, merge(identity("aws-node", csi), Properties{"addonVersion": nil})))
	require.Equal(t, "v1.23.2-eksbuild.1", w.get(Addon, id).String("addonVersion"), "EKS does not go back by itself")
	require.Equal(t, csi, associations()[0].String("roleArn"))
	require.NoError(t, w.remove(Addon, id))
	require.Empty(t, associations(), "it goes with its add-on")
}

// The default of an add-on is one of the versions that are offered, for every Kubernetes version that a cluster can have.
func TestAddonVersions(t *testing.T) {
	for name := range addons {
		for _, kubernetes := range []string{"1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"} {
			all, usual := rows.Offered(name, kubernetes)
			require.Contains(t, all, usual, "%s for %s", name, kubernetes)
			require.Equal(t, all[0], AddonVersion(name, kubernetes, true))
			for _, version := range all {
				require.Regexp(t, `^v\d+\.\d+\.\d+-eksbuild\.\d+$`, version)
			}
		}
	}
	require.Equal(t, "v1.35.3-eksbuild.29", AddonVersion("kube-proxy", "1.35", false))
	require.Empty(t, AddonVersion("ghost", "1.35", false))
}

func TestNodeGroups(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	nodes := w.nodeGroup(n)
	template := func(over Properties) string { return w.create(LaunchTemplate, over) }
	plain := template(Properties{"name": "plain"})
	with := func(id, version string, over Properties) Properties {
		return merge(nodes, merge(Properties{"launchTemplate": map[string]any{"id": id, "version": version}}, over))
	}
	w.refuses(t, map[string]refusal{
		"Amazon Linux 2": {NodeGroup, merge(nodes, Properties{"amiType": "AL2_x86_64"}), "InvalidParameterException",
			"AMI Type AL2_x86_64 is only supported for kubernetes versions 1.32 or earlier"},
		"version of no template": {NodeGroup, with(plain, "2", nil), "InvalidRequestException", "Could not find the specified version 2 for " +
			"the launch template with ID " + plain},
		"no template": {NodeGroup, with("lt-1", "1", nil), "InvalidLaunchTemplateId.NotFound", "lt-1"},
		"disk twice": {NodeGroup, with(plain, "1", Properties{"diskSize": 50}), "InvalidParameterException",
			"Disk size must be specified within the launch template."},
		"remote access twice": {NodeGroup, with(plain, "1", Properties{"remoteAccess": map[string]any{"ec2SshKey": "k"}}),
			"InvalidParameterException", "Remote access configuration cannot be specified with a launch template."},
		"instance types twice": {NodeGroup, with(template(Properties{"name": "typed", "instanceType": "m7i.large"}), "1",
			Properties{"instanceTypes": list("m7i.large")}), "InvalidRequestException",
			"Cannot specify instance types in launch template and API request"},
		"template's architecture": {NodeGroup, with(template(Properties{"name": "arm", "instanceType": "m7g.large"}), "$Latest", nil),
			"InvalidParameterException", "[m7g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD"},
		"image type of an image": {NodeGroup, with(template(Properties{"name": "image", "imageId": "ami-1"}), "$Default",
			Properties{"amiType": "AL2023_x86_64_STANDARD"}), "InvalidRequestException", "ami-1"},
		"profile of instances": {NodeGroup, with(template(Properties{"name": "profiled", "iamInstanceProfile": map[string]any{"name": "p"}}),
			"1", nil), "InvalidRequestException", "should not have iamInstanceProfile"},
		"subnet in the template": {NodeGroup, with(template(Properties{"name": "placed",
			"networkInterfaces": []any{map[string]any{"subnetId": "s"}}}), "1", nil), "InvalidRequestException", "networkInterfaces.subnetId"},
	})
	group := w.create(NodeGroup, with(plain, "1", nil))
	require.NoError(t, w.change(LaunchTemplate, plain, Properties{"description": "b", "updateDefaultVersion": true}))
	require.Equal(t, 2, w.get(LaunchTemplate, plain).Int("defaultVersion"))
	require.NoError(t, w.change(NodeGroup, group, Properties{"launchTemplate": map[string]any{"version": "2"},
		"nodeRepairConfig": map[string]any{"enabled": true}}))
	require.Regexp(t, `^eks-general-[0-9a-f-]{36}$`, w.get(NodeGroup, group).String("resources.autoscalingGroups.name"))

	for want, in := range map[string]Properties{
		"[t4g.medium] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD": {"amiType": "AL2023_x86_64_STANDARD",
			"instanceTypes": list("t4g.medium")},
		"[m7i.large] is not a valid instance type for requested amiType BOTTLEROCKET_ARM_64_FIPS": {"amiType": "BOTTLEROCKET_ARM_64_FIPS",
			"instanceTypes": list("m7g.large", "m7i.large")},
		`amiType is "BOTTLEROCKET_x86_64_STANDARD"`: {"amiType": "BOTTLEROCKET_x86_64_STANDARD"},
		"updateConfig.maxUnavailable, updateConfig.maxUnavailablePercentage are given": {"updateConfig": map[string]any{"maxUnavailable": 1,
			"maxUnavailablePercentage": 33}},
		`updateConfig.maxUnavailablePercentage is "0"`: {"updateConfig": map[string]any{"maxUnavailablePercentage": 0}},
		"taints has 51 elements":                       {"taints": make51()},
		`nodeGroupName is "-a"`:                        {"nodeGroupName": "-a"},
	} {
		require.Contains(t, faults(t, NodeGroup, in), want)
	}
	require.Empty(t, faults(t, NodeGroup, Properties{"amiType": "AL2023_x86_64_NVIDIA", "instanceTypes": list("g5.xlarge", "g6e.2xlarge",
		"p5.48xlarge", "inf2.xlarge", "c7i-flex.large")}))
	require.Empty(t, faults(t, NodeGroup, Properties{"amiType": "AL2023_ARM_64_STANDARD", "instanceTypes": list("g5g.xlarge", "c6gn.large",
		"im4gn.large", "x2gd.large", "a1.large", "r8gb.large")}))
	require.Contains(t, faults(t, LaunchTemplate, Properties{"userData": "#!/bin/sh"}), "InvalidUserData.Malformed")
}

func make51() []any {
	all := make([]any, 51)
	for i := range all {
		all[i] = map[string]any{"key": "k", "effect": "NO_SCHEDULE"}
	}
	return all
}

func TestUserData(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	w.create(Addon, Properties{"clusterName": "demo", "addonName": "vpc-cni"})
	nodes := w.nodeGroup(n)
	const mime = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: application/node.eks.aws\n\n--b--\n"
	for _, c := range []struct{ amiType, data, want string }{
		{"AL2023_x86_64_STANDARD", mime, ""},
		{"AL2023_x86_64_STANDARD", "#!/bin/sh\n", "User data was not in the MIME multipart format."},
		{"BOTTLEROCKET_x86_64", "# comment\n[settings.kubernetes]\nmax-pods = 110\n", ""},
		{"BOTTLEROCKET_x86_64", "settings.kubernetes.max-pods = 110\n", ""},
		{"BOTTLEROCKET_x86_64", mime, "User data was not in the TOML format."},
		{"BOTTLEROCKET_x86_64", "#!/bin/sh\necho\n", "User data was not in the TOML format."},
	} {
		template := w.create(LaunchTemplate, Properties{"name": randomHex(8), "userData": base64.StdEncoding.EncodeToString([]byte(c.data))})
		id := w.create(NodeGroup, merge(nodes, Properties{"nodeGroupName": randomHex(8), "amiType": c.amiType,
			"launchTemplate": map[string]any{"id": template, "version": "1"}}))
		if err := w.health(NodeGroup, id); c.want == "" {
			require.NoError(t, err, c.data)
		} else {
			refused(t, err, "Ec2LaunchTemplateInvalidConfiguration", c.want)
		}
	}
}
