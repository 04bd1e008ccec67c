package config

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/naming"
)

// TestDatabaseIsAFact is what add-ons that need the database ask.
func TestDatabaseIsAFact(t *testing.T) {
	cfg := Defaults("test", "us-east-1")
	require.False(t, cfg.Facts().On["database.enabled"])
	cfg.Database.Enabled = true
	require.True(t, cfg.Facts().On["database.enabled"])
}

// TestNamesOfDatabases holds what names of a database begin with against RDS's form, for any cluster whose name is not refused.
func TestNamesOfDatabases(t *testing.T) {
	form := regexp.MustCompile(`^[a-z](-?[a-z0-9])*-$`)
	rapid.Check(t, func(t *rapid.T) {
		cfg := Defaults("test", "us-east-1")
		cfg.Cluster.Name, cfg.Database.Enabled = rapid.StringMatching(`[0-9A-Za-z][0-9A-Za-z_-]{0,99}`).Draw(t, "cluster"), true
		prefix := naming.InEnvironment(cfg.Cluster.Name, "modelway", "modelway-database-server", 63)
		require.Equal(t, len(checkDatabase(cfg)) == 0, form.MatchString(prefix), prefix)
		cfg.Database.Enabled = false
		require.Empty(t, checkDatabase(cfg))
	})
}
