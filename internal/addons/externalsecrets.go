package addons

import (
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/pipelines"
)

const (
	// ExternalSecretsKey is the key of the External Secrets Operator.
	ExternalSecretsKey       = "externalsecrets"
	externalSecrets          = "external-secrets"
	externalSecretsNamespace = "external-secrets"
	externalSecretsMetrics   = 8080
	// serverTag is the tag by which RDS says whose password a secret has
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html).
	serverTag = "aws:ResourceTag/aws:rds:primaryDBInstanceArn"
)

// externalSecretsPods copy secrets. A second pod would only wait to take over from the first; while that is away, the copies stay.
var externalSecretsPods = Workload{
	Name: "External Secrets Operator", Namespace: externalSecretsNamespace, Labels: charted(externalSecrets, externalSecrets),
	Replicas: 1, CPU: "250m", Memory: "256Mi", ReplicasAt: "replicaCount", ResourcesAt: "resources",
	Metrics: Metrics{Port: externalSecretsMetrics},
}

// ExternalSecrets is the External Secrets Operator, which copies the password of the database into the namespaces of its clients
// (docs/adr/0032). It is there with the first client. Its webhook is off: it refuses nothing that the platform writes, and would need
// certificates.
func ExternalSecrets() Helm {
	return Helm{
		Key:   ExternalSecretsKey,
		Title: "External Secrets Operator",
		Why:   "brings the password of the database, which RDS changes every week, into the cluster",
		Chart: Chart{
			Name: externalSecrets, Repository: "https://charts.external-secrets.io", Version: "2.9.0", AppVersion: "v2.9.0",
			Namespace: externalSecretsNamespace,
			Images: []ChartImage{
				{Repository: "ghcr.io/external-secrets/external-secrets"},
				{Repository: "ghcr.io/external-secrets/external-secrets", At: "webhook.image", Idle: true},
				{Repository: "ghcr.io/external-secrets/external-secrets", At: "certController.image", Idle: true},
			},
		},
		ServiceAccount: externalSecrets,
		Policy:         externalSecretsPolicy,
		Endpoints:      func(Facts) []string { return []string{"secretsmanager"} },
		Values:         externalSecretsValues,
		Places:         Places{ServiceAccount: "serviceAccount"},
		Workloads:      []Workload{externalSecretsPods},
		Setting:        mlflowserver.Setting,
		AlsoSettings:   []string{pipelines.Setting},
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": NoStorage,
			"container-image-pull-policy":                   PinnedImage,
			"container-security-context-user-group-id":      ImageUser,
			"pod-networkpolicy": "It calls the API server and AWS, whose addresses no policy can name, and Prometheus asks it for " +
				"metrics.",
		},
	}
}

// externalSecretsPolicy lets the operator read the secrets that RDS made for the database of the environment, whose name begins as no other
// environment's does. They are encrypted with the key that Secrets Manager has in each account, which needs no right of its own.
func externalSecretsPolicy(f Facts) iamdoc.Document {
	at := ":" + f.Region + ":" + f.Account + ":"
	read := iamdoc.Grant(iamdoc.Actions("secretsmanager", "GetSecretValue"),
		iamdoc.Values{"arn:" + f.Partition + ":secretsmanager" + at + "secret:rds!db-*"},
		iamdoc.Conditions{"StringLike": {serverTag: {"arn:" + f.Partition + ":rds" + at + "db:" + naming.Environment(f.ClusterName) + "-*"}}})
	read.Sid = "ReadDatabasePassword"
	return iamdoc.Document{Statements: []iamdoc.Statement{read}}
}

// externalSecretsValues are by the names of
// https://github.com/external-secrets/external-secrets/blob/v2.9.0/deploy/charts/external-secrets/values.yaml. Nothing of what works for the
// whole cluster is on, nor what writes secrets to AWS.
func externalSecretsValues(Facts) map[string]any {
	off := map[string]any{"create": false}
	return map[string]any{
		// Helm upgrades the definitions with the release, and leaves them when it goes, so that objects of others do not hang for want of the
		// operator, which alone removes their finalizers.
		"crds": map[string]any{
			"annotations":                 map[string]any{"helm.sh/resource-policy": "keep"},
			"createClusterExternalSecret": false, "createClusterSecretStore": false, "createClusterGenerator": false,
			"createClusterPushSecret": false, "createPushSecret": false,
		},
		"processClusterExternalSecret": false, "processClusterStore": false, "processClusterGenerator": false,
		"processClusterPushSecret": false, "processPushSecret": false,
		// It acts as itself, and needs no tokens of the service accounts of others.
		"rbac":           map[string]any{"serviceAccountTokenCreate": false, "servicebindings": off},
		"webhook":        off,
		"certController": off,
	}
}
