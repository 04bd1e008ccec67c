package aws

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPodIdentity(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	role := w.pods("controller")
	of := func(account, role string) Properties {
		return Properties{"clusterName": "demo", "namespace": "kube-system", "serviceAccount": account, "roleArn": role}
	}
	id := w.create(PodIdentityAssociation, of("controller", role))
	require.Regexp(t, `^a-[0-9a-z]{17}$`, id)
	a := w.get(PodIdentityAssociation, id)
	require.Equal(t, id, a.String("associationId"))
	require.Equal(t, "arn:aws:eks:us-east-1:123456789012:podidentityassociation/demo/"+id, a.String("associationArn"))
	require.NoError(t, w.View(func(s *State) error {
		require.Equal(t, id, s.Find(PodIdentityAssociation, "demo,"+id).ID, "what the provider's import takes")
		require.Nil(t, s.Find(PodIdentityAssociation, "other,"+id))
		return nil
	}))
	w.refuses(t, map[string]refusal{
		"twice": {PodIdentityAssociation, of("controller", role), "ResourceInUseException", "already exists: " + id},
		"role of an IRSA": {PodIdentityAssociation, of("x", w.role("irsa", "eks.amazonaws.com")), "InvalidParameterException",
			"Trust policy of the role provided is invalid"},
		"role without a tag": {PodIdentityAssociation, of("x", w.role("untagged", "pods.eks.amazonaws.com")), "InvalidParameterException",
			"sts:TagSession"},
		"no role":    {PodIdentityAssociation, of("x", "arn:aws:iam::123456789012:role/ghost"), "NoSuchEntity", "ghost"},
		"no cluster": {PodIdentityAssociation, merge(of("x", role), Properties{"clusterName": "ghost"}), "ResourceNotFoundException", "ghost"},
	})
	require.NoError(t, w.change(PodIdentityAssociation, id, Properties{"roleArn": w.pods("other")}))
	require.NoError(t, w.remove(Cluster, "demo"))
	require.Nil(t, w.get(PodIdentityAssociation, id))
}

func TestAccess(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	const role, view = "arn:aws:iam::123456789012:role/Admin", "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
	entry := func(over Properties) Properties {
		return merge(Properties{"clusterName": "demo", "principalArn": role}, over)
	}
	grant := func(principal string, scope map[string]any) Properties {
		return Properties{"clusterName": "demo", "principalArn": principal, "policyArn": view, "accessScope": scope}
	}
	w.create(AccessEntry, entry(nil))
	nodes := "arn:aws:iam::123456789012:role/nodes"
	w.create(AccessEntry, entry(Properties{"principalArn": nodes, "type": "EC2_LINUX"}))
	w.refuses(t, map[string]refusal{
		"the creator's": {AccessEntry, entry(Properties{"principalArn": Caller()}), "ResourceInUseException",
			"AccessEntry already exists: demo:" + Caller()},
		"namespaces missing": {AccessPolicyAssociation, grant(role, map[string]any{"type": "namespace"}), "InvalidParameterException",
			"type namespace needs namespaces"},
		"namespaces of all": {AccessPolicyAssociation, grant(role, map[string]any{"type": "cluster", "namespaces": list("a")}),
			"InvalidParameterException", "type cluster has none"},
		"policy for nodes' role": {AccessPolicyAssociation, grant(nodes, map[string]any{"type": "cluster"}), "InvalidRequestException",
			"of type STANDARD"},
	})
	w.create(AccessPolicyAssociation, grant(role, map[string]any{"type": "namespace", "namespaces": list("models")}))
	for want, in := range map[string]Properties{
		"principalArn is \"arn:aws:sts::123456789012:assumed-role/Admin/me\": allowed is arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+": entry(Properties{"principalArn": "arn:aws:sts::123456789012:assumed-role/Admin/me"}),
		"principalArn is \"arn:aws:iam::123456789012:group/all\"":                                                                      entry(Properties{"principalArn": "arn:aws:iam::123456789012:group/all"}),
		`kubernetesGroups has "system:masters": the name of a group must not begin with system:`:                                       entry(Properties{"kubernetesGroups": list("system:masters")}),
		"type is EC2_LINUX: such an entry is for the role of nodes":                                                                    entry(Properties{"type": "EC2_LINUX", "kubernetesGroups": list("a")}),
		"type is \"NODES\"": entry(Properties{"type": "NODES"}),
	} {
		require.Contains(t, faults(t, AccessEntry, in), want)
	}

	quiet := Properties{"name": "quiet", "roleArn": "arn:aws:iam::123456789012:role/cluster",
		"vpcConfig":    map[string]any{"subnetIds": list(n.private...)},
		"accessConfig": map[string]any{"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": false}}
	w.create(Cluster, quiet)
	w.create(AccessEntry, entry(Properties{"clusterName": "quiet", "principalArn": Caller()}))
	w.create(Cluster, merge(quiet, Properties{"name": "old", "accessConfig": map[string]any{"authenticationMode": "CONFIG_MAP",
		"bootstrapClusterCreatorAdminPermissions": true}}))
	_, err := w.try(AccessEntry, entry(Properties{"clusterName": "old"}))
	refused(t, err, "InvalidRequestException", "authentication mode must be set to one of [API, API_AND_CONFIG_MAP]")
}

// The creator of a cluster is the role of a session, not the session.
func TestTheCreatorOfACluster(t *testing.T) {
	t.Setenv(EnvCaller, "arn:aws:sts::123456789012:assumed-role/Deployer/pipeline")
	w := newWorld(t)
	w.cluster(w.network())
	_, err := w.try(AccessEntry, Properties{"clusterName": "demo", "principalArn": "arn:aws:iam::123456789012:role/Deployer"})
	refused(t, err, "ResourceInUseException", "demo:arn:aws:iam::123456789012:role/Deployer")
	require.NoError(t, w.remove(Cluster, "demo"))
	require.Equal(t, "arn:aws:iam::123456789012:user/a", principalOf("arn:aws:iam::123456789012:user/a"))
}

func TestSupport(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	cluster := func(version, support string) Properties {
		return Properties{"name": "c" + version[2:] + support, "version": version, "roleArn": "arn:aws:iam::123456789012:role/cluster",
			"upgradePolicy": map[string]any{"supportType": support},
			"vpcConfig":     map[string]any{"subnetIds": list(n.private...)}}
	}
	w.role("cluster", "eks.amazonaws.com")
	_, err := w.try(Cluster, cluster("1.32", "STANDARD"))
	refused(t, err, "InvalidParameterException", "1.32 is in extended support")
	id := w.create(Cluster, cluster("1.33", "EXTENDED"))
	refused(t, w.change(Cluster, id, Properties{"upgradePolicy": map[string]any{"supportType": "STANDARD"}}), "InvalidParameterException",
		"1.33 is in extended support")
	w.create(Cluster, cluster("1.35", "STANDARD"))
}
