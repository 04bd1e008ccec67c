package database

import "strconv"

// What every database of the platform is.
const (
	// Engine and Version are MySQL 8.4, a version with long-term support. RDS picks the newest release of it and applies newer ones in
	// the maintenance window. The metadata server of Kubeflow Pipelines speaks nothing newer
	// (https://github.com/google/ml-metadata/issues/178).
	Engine, Version = "mysql", "8.4"
	// Family is the family of its parameters.
	Family = "mysql8.4"
	// Port is where the server listens.
	Port = 3306
	// User is the name of its first user, whose password RDS keeps.
	User = "modelway"
	// Name is the name of the schema that is there at first, MLflow's. Kubeflow Pipelines makes its own.
	Name = "mlflow"
	// BackupWindow is when the daily backup is taken, and MaintenanceWindow when RDS changes the server, in UTC. They cannot overlap.
	BackupWindow, MaintenanceWindow = "03:00-04:00", "sun:04:30-sun:05:30"
	// Lifecycle leaves RDS's paid extended support out: when standard support of the version ends, RDS upgrades the server
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html).
	Lifecycle = "open-source-rds-extended-support-disabled"
)

// Parameter is a setting of the server.
type Parameter struct {
	Name, Value string
	// Method is immediate, or pending-reboot for what holds after the next restart.
	Method string
}

// Methods of a Parameter.
const (
	Immediate     = "immediate"
	PendingReboot = "pending-reboot"
)

// Parameters are the settings of the server. The authentication policy decides what the password of the first user is kept as, when RDS
// makes the user and each time it changes the password, so that it must be there before the server is
// (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Upgrade-v3-v84-security.html says it of Aurora).
func (c Class) Parameters() []Parameter {
	return []Parameter{
		{"authentication_policy", "*:mysql_native_password", PendingReboot},
		{"max_connections", strconv.Itoa(c.MaxConnections()), Immediate},
		{"require_secure_transport", "1", Immediate},
	}
}
