// Package database decides what the database of the chain is: the MySQL server of MLflow and Kubeflow Pipelines.
package database

import (
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/rule"
)

// Limits of a Spec. Sizes are those of gp3 storage for MySQL
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html), days those of automated backups
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html).
const (
	minStorageGiB, maxStorageGiB = 20, 65536
	minBackupDays, maxBackupDays = 1, 35
	// growth is by how many percent the storage must be able to grow: RDS refuses a threshold that is nearer
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html).
	growth = 10
)

// Spec describes the database that MLflow and Kubeflow Pipelines share: MySQL 8.4 on Amazon RDS, in the private subnets, encrypted, reached
// over TLS from the cluster only. RDS keeps its password in Secrets Manager and changes it every week (docs/database.md).
type Spec struct {
	// Enabled makes the database. Default false.
	Enabled bool `json:"enabled"`

	// InstanceClass is the size of the server: docs/database.md says what each has room for. A change restarts the server. Default
	// db.t4g.micro.
	InstanceClass string `json:"instanceClass"`

	// StorageGiB is the storage to begin with in GiB, 20 to 65536. Default 20. It can grow, not shrink.
	StorageGiB int `json:"storageGiB" jsonschema:"minimum=20,maximum=65536"`

	// MaxStorageGiB is what RDS lets the storage grow to by itself when it is nearly full, in GiB: at least 10 percent more than
	// storageGiB, 65536 at most. Default 100.
	MaxStorageGiB int `json:"maxStorageGiB" jsonschema:"minimum=22,maximum=65536"`

	// MultiAz keeps a standby in another availability zone, which takes over within one or two minutes, and costs as much again. Default
	// false; a policy requires it in production.
	MultiAz bool `json:"multiAz"`

	// BackupDays is for how many days back any second can be restored, 1 to 35. Default 7. The backups go with the database.
	BackupDays int `json:"backupDays" jsonschema:"minimum=1,maximum=35"`

	// FinalSnapshot takes a snapshot when the database is deleted, which stays, and is paid for, until somebody deletes it. Default false:
	// nothing stays; a policy requires it in production.
	FinalSnapshot bool `json:"finalSnapshot"`
}

// Default is the database that an environment has which says no more than that it has one.
func Default() Spec {
	return Spec{InstanceClass: Classes[0].Name, StorageGiB: minStorageGiB, MaxStorageGiB: 100, BackupDays: 7}
}

var classPath, storagePath, maxStoragePath = rule.Path{"instanceClass"}, rule.Path{"storageGiB"}, rule.Path{"maxStorageGiB"}

// Check reports a class that is not among Classes, numbers out of range, and storage without room to grow.
func (s Spec) Check() []rule.Fault {
	faults := slices.Concat(
		rule.OneOf(classPath, s.InstanceClass, ClassNames()...),
		rule.Between(storagePath, s.StorageGiB, minStorageGiB, maxStorageGiB),
		rule.Between(maxStoragePath, s.MaxStorageGiB, s.leastGrowth(), maxStorageGiB),
		rule.Between(rule.Path{"backupDays"}, s.BackupDays, minBackupDays, maxBackupDays),
	)
	for i, fault := range faults {
		if slices.Equal(fault.At, maxStoragePath) && s.MaxStorageGiB >= minStorageGiB && s.MaxStorageGiB <= maxStorageGiB {
			faults[i].Problem = fmt.Sprintf("less than %d percent above storageGiB, %d", growth, s.StorageGiB)
			faults[i].Reads = []rule.Path{storagePath}
		}
	}
	return faults
}

// leastGrowth is the least size that the storage must be able to grow to.
func (s Spec) leastGrowth() int {
	return min(s.StorageGiB+(s.StorageGiB*growth+99)/100, maxStorageGiB)
}
