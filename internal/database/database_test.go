package database_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/rule"
)

func TestDefaultIsComplete(t *testing.T) {
	require.Empty(t, database.Default().Check())
	class, found := database.Default().Class()
	require.True(t, found)
	require.Equal(t, database.Class{Name: "db.t4g.micro", VCPU: 2, MemoryGiB: 1}, class)
}

func TestFaults(t *testing.T) {
	for want, change := range map[string]func(*database.Spec){
		`instanceClass is "db.t3.micro": not one of the allowed values`: func(s *database.Spec) { s.InstanceClass = "db.t3.micro" },
		"storageGiB is 10: out of range":                                func(s *database.Spec) { s.StorageGiB = 10 },
		"maxStorageGiB is 0: out of range":                              func(s *database.Spec) { s.MaxStorageGiB = 0 },
		"maxStorageGiB is 100: less than 10 percent above storageGiB, 95; allowed: a whole number from 105": func(s *database.Spec) {
			s.StorageGiB = 95
		},
		"backupDays is 0: out of range":  func(s *database.Spec) { s.BackupDays = 0 },
		"backupDays is 36: out of range": func(s *database.Spec) { s.BackupDays = 36 },
	} {
		s := database.Default()
		change(&s)
		faults := s.Check()
		require.Len(t, faults, 1, want)
		require.ErrorContains(t, rule.Join(faults), want)
	}
}

// All pools of all clients at once, each full, leaves connections for people, on the smallest server too.
func TestConnectionsSuffice(t *testing.T) {
	for _, class := range database.Classes {
		require.GreaterOrEqual(t, class.Pool(), 2, "%s: MLflow's pools have one connection at least, and one beyond", class.Name)
		taken := 0
		for _, client := range database.Clients {
			taken += client.Pods * client.Processes * client.Pools * class.Pool()
		}
		require.LessOrEqual(t, taken, class.MaxConnections()-10, class.Name)
		// RDS's own bound, with a fifth of the memory taken by the system.
		require.Less(t, class.MaxConnections(), class.MemoryGiB*1024*1024*1024*4/5/12582880, class.Name)
	}
}

// The policy that MLMD depends on, and TLS, are among the parameters of every class.
func TestParameters(t *testing.T) {
	class, _ := database.Spec{InstanceClass: "db.t4g.small"}.Class()
	require.Equal(t, []database.Parameter{
		{Name: "authentication_policy", Value: "*:mysql_native_password", Method: "pending-reboot"},
		{Name: "max_connections", Value: "120", Method: "immediate"},
		{Name: "require_secure_transport", Value: "1", Method: "immediate"},
	}, class.Parameters())
}
