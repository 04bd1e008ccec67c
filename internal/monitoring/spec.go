package monitoring

// Values of Spec.Store.
const (
	// StoreAuto takes a disk where Prometheus runs on nodes, and Amazon Managed Service for Prometheus where it runs on Fargate.
	StoreAuto = "auto"
	// StoreDisk keeps series on an EBS volume of each Prometheus pod.
	StoreDisk = "disk"
	// StoreManaged keeps them in Amazon Managed Service for Prometheus, and the latest ShortDays in the pod.
	StoreManaged = "managed"
	// StoreMemory keeps them in the pod for ShortDays at most, and not at all when the pod is replaced.
	StoreMemory = "memory"
)

// Stores lists the allowed values of Spec.Store.
var Stores = []string{StoreAuto, StoreDisk, StoreManaged, StoreMemory}

// ShortDays is how many days a Prometheus without a disk of its own keeps series: as many as the longest window of the burn-rate alerts.
const ShortDays = 3

// Limits of the numbers of a Spec. The size is that of a gp3 volume
// (https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html).
const (
	maxRetentionDays            = 365
	minSizeGiB, maxSizeGiB      = 10, 16384
	maxReplicas                 = 3
	minScrapeSecs, maxScrapeSec = 15, 120
	minMemoryGiB, maxMemoryGiB  = 1, 64
)

// Spec describes the monitoring of an environment.
type Spec struct {
	// Enabled installs Prometheus, Alertmanager and Grafana, which scrape every model and the platform itself. Default false.
	Enabled bool `json:"enabled"`

	// Store is where series are kept: auto, disk, managed or memory. Auto is disk where the pods of namespace monitoring run on nodes, and
	// managed, which is Amazon Managed Service for Prometheus, where they run on Fargate, which has no disks. Memory keeps three days in
	// the pod, and loses them with it. Default auto.
	Store string `json:"store"`

	// RetentionDays is how many days series are kept on disk, 1 to 365. Default 31: error budgets look back 30 days. Managed, AWS keeps them
	// for 150 days (https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-workspace-configuration.html).
	RetentionDays int `json:"retentionDays" jsonschema:"minimum=1,maximum=365"`

	// SizeGiB is the size of each Prometheus pod's volume in GiB, 10 to 16384. Default 50. It can grow, not shrink. The oldest series go
	// when it is nearly full.
	SizeGiB int `json:"sizeGiB" jsonschema:"minimum=10,maximum=16384"`

	// MemoryGiB is the memory of each Prometheus pod in GiB, 1 to 64, of which a quarter of a GiB is left to what runs beside it. Default 3.
	// A preview warns where the models need more (docs/prometheus.md#how-large).
	MemoryGiB int `json:"memoryGiB" jsonschema:"minimum=1,maximum=64"`

	// Replicas is the number of pods of Prometheus, and of Alertmanager, 1 to 3. Default 1. Each Prometheus scrapes everything.
	Replicas int `json:"replicas" jsonschema:"minimum=1,maximum=3"`

	// ScrapeSeconds is how often everything is scraped, in seconds, 15 to 120. Default 30. Of a managed store it decides the price.
	ScrapeSeconds int `json:"scrapeSeconds" jsonschema:"minimum=15,maximum=120"`

	// Scaling installs KEDA beside Prometheus, so that models can be scaled by requests: scaling.metric in their files. Default true; without
	// enabled it does nothing. Switch it off where another program serves the API external.metrics.k8s.io, which only one can.
	Scaling bool `json:"scaling"`

	// Alerts says who is told.
	Alerts Alerts `json:"alerts"`
}

// Default is the monitoring that holds where an environment says nothing.
func Default() Spec {
	return Spec{Store: StoreAuto, RetentionDays: 31, SizeGiB: 50, MemoryGiB: 3, Replicas: 1, ScrapeSeconds: 30, Scaling: true,
		Alerts: Alerts{Receivers: []Receiver{}}}
}

// ByRequests reports whether models are scaled by requests: KEDA is there, and Prometheus for it to ask.
func (s Spec) ByRequests() bool { return s.Enabled && s.Scaling }

// Severities of alerts, in the words of kube-prometheus-stack's own rules.
const (
	// SeverityCritical wakes somebody: users have errors now.
	SeverityCritical = "critical"
	// SeverityWarning is for working hours.
	SeverityWarning = "warning"
	// SeverityInfo tells no more than that something is so.
	SeverityInfo = "info"
	// SeverityNone is that of the dead man's switch, which is always on.
	SeverityNone = "none"
)

// Severities lists those that receivers may ask for, the gravest first.
var Severities = []string{SeverityCritical, SeverityWarning, SeverityInfo}

// Types of receivers.
const (
	TypeSns       = "sns"
	TypeSlack     = "slack"
	TypePagerDuty = "pagerDuty"
	TypeEmail     = "email"
)

// Types lists the allowed values of Receiver.Type.
var Types = []string{TypeSns, TypeSlack, TypePagerDuty, TypeEmail}

// Alerts says who is told of which alerts. Secrets are named by a Kubernetes Secret of namespace monitoring and a key in it, so that no
// secret is in the settings, in Pulumi's state or in the release.
type Alerts struct {
	// Receivers get alerts. Default none: alerts are shown and sent to nobody.
	Receivers []Receiver `json:"receivers" jsonschema:"maxItems=50"`

	// DeadMansSwitch is a Secret with the address that is called every minute while alerts work, as <Secret>/<key>. Whoever answers there
	// sounds the alarm when the calls stop. Default none.
	DeadMansSwitch string `json:"deadMansSwitch"`
}

// Receiver is a person or a system that gets alerts.
type Receiver struct {
	// Name of the receiver, a DNS label. Required.
	Name string `json:"name" jsonschema:"required"`

	// Type is sns, slack, pagerDuty or email. Required.
	Type string `json:"type" jsonschema:"required"`

	// Teams are those whose alerts it gets: the key owner of a model's file. Default none given: those of all teams and of the platform.
	Teams []string `json:"teams" jsonschema:"uniqueItems=true"`

	// Severities that it gets: critical, warning, info. Default critical and warning.
	Severities []string `json:"severities" jsonschema:"minItems=1,uniqueItems=true"`

	// TopicArn is the SNS topic. Required for sns.
	TopicArn string `json:"topicArn"`

	// Secret is <Secret>/<key> with the address of an incoming webhook for slack, the routing key for pagerDuty, and the password of User
	// for email. Required for slack and pagerDuty.
	Secret string `json:"secret"`

	// To are the addresses of email. Required for email.
	To []string `json:"to" jsonschema:"uniqueItems=true"`

	// From is the address that email comes from. Required for email.
	From string `json:"from"`

	// Server is the host and port that takes email, such as email-smtp.us-east-1.amazonaws.com:587. Required for email. TLS is required of
	// it.
	Server string `json:"server"`

	// User logs in to Server. Default none.
	User string `json:"user"`
}

// DefaultReceiver is what holds where a receiver says nothing.
func DefaultReceiver() Receiver {
	return Receiver{Teams: []string{}, Severities: []string{SeverityCritical, SeverityWarning}, To: []string{}}
}

// Everyone reports whether the receiver gets the alerts of all teams.
func (r Receiver) Everyone() bool { return len(r.Teams) == 0 }
