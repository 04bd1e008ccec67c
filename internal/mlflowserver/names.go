package mlflowserver

const (
	// Setting is the key of the setting that installs MLflow.
	Setting = "mlflow.enabled"
	// Token is the type token of its component.
	Token = "modelway:mlflow:Server"
	// CPU is what each pod asks for.
	CPU = "500m"
	// Namespace is where it runs, and Name is that of its Deployment, its Service, its service account and its pods.
	Namespace = "mlflow"
	Name      = "mlflow"
	// Version is that of MLflow, and Image its image with the drivers of databases and S3
	// (https://github.com/mlflow/mlflow/blob/v3.17.2/docker/README.md).
	Version = "3.17.2"
	Image   = "ghcr.io/mlflow/mlflow"
	Tag     = "v" + Version + "-full"
	// Port is where a pod listens, also for metrics, and ServicePort where the Service does.
	Port, ServicePort = 5000, 80
	// Health is a path that answers 200 to everybody, whatever host is asked for.
	Health = "/health"
	// Address is where pods of the cluster reach it.
	Address = "http://" + Name + "." + Namespace + ".svc"
	// Page is the first label of its DNS name behind the load balancer of tools.
	Page = "mlflow"

	// Schema is the name of the Job that brings the schema of the database to Version, and of its pods, without the version.
	Schema = "mlflow-schema"
	// Garbage is the name of the CronJob that removes what was deleted, of its pods and of its service account.
	Garbage = "mlflow-gc"
	// Trainer is the service account of pods that train, which reads and writes files of runs, and the name of those pods: without the label
	// they reach nothing.
	Trainer = "trainer"

	// KeptDays is for how many days files that were removed or written over can be brought back.
	KeptDays = 30
	// Folder of the bucket in which the files of runs and models are.
	Folder = "artifacts"

	// Secret is the Secret with the database's address and password, under Key, and the SecretStore and ExternalSecret that make it.
	Secret, Key = "database", "uri"
	// Certificates is the ConfigMap with the certificates that the database's own is signed by, under CertificatesKey.
	Certificates, CertificatesKey = "database-certificates", "ca.pem"

	// CertificatesFile is where pods have them.
	CertificatesFile = certificateFolder + "/" + CertificatesKey

	// workers is how many processes answer in each pod. Each has a pool for runs and another for the registry: package database counts with
	// them.
	workers = 2
	// user is that of the pods: the image names none.
	user = 1000

	// temporary is the one folder that can be written, in which programs start; the metrics of processes are in a folder there.
	secretFolder, certificateFolder, temporary = "/etc/mlflow/database", "/etc/mlflow/certificates", "/tmp"
	metricsFolder                              = "metrics"
)
