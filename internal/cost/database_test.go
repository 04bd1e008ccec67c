package cost_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
)

func server(properties object) resource.Resource {
	inputs := object{"instanceClass": "db.t4g.micro", "allocatedStorage": 20.0, "maxAllocatedStorage": 100.0, "manageMasterUserPassword": true}
	for key, value := range properties {
		inputs[key] = value
	}
	return of("modelway:database:Database", "aws:rds/instance:Instance", "server", inputs)
}

// TestDatabases is reckoned by hand.
func TestDatabases(t *testing.T) {
	// 1 x 0.016 x 730 = 11.68, 20 x 0.115 = 2.30 to 100 x 0.115 = 11.50, and 0.40
	b := bill(one(server(nil)))
	require.Equal(t, []string{"14.38", "23.58"}, []string{b.Least().String(), b.Most().String()})
	require.Equal(t, "database", b.Items[0].Component)
	require.Equal(t, "1 x 20 GB x 0.115 USD", find(t, b, "gp3 storage of a database, 20 to 100 GB").Arithmetic)
	require.Equal(t, []string{
		"CPU credits of burstable database servers above their baseline",
		"backups of databases above the size of their storage, and snapshots that stay", "requests to secrets",
	}, b.NotCounted)

	// 2 x 0.129 x 730 = 188.34, 2 x 100 x 0.115 = 23.00 to 2 x 500 x 0.115 = 115.00, and 0.40
	b = bill(one(server(object{"instanceClass": "db.t4g.large", "multiAz": true, "allocatedStorage": 100.0, "maxAllocatedStorage": 500.0})))
	require.Equal(t, []string{"211.74", "303.74"}, []string{b.Least().String(), b.Most().String()})
	require.Equal(t, "2 x 0.129 USD/h x 730 h", find(t, b, "MySQL server db.t4g.large, each of two").Arithmetic)
}

// TestDatabasesThatHaveNoPrice are told, and the rest is counted.
func TestDatabasesThatHaveNoPrice(t *testing.T) {
	b := bill(one(server(object{"instanceClass": "db.r7g.large", "allocatedStorage": resource.Unknown{}})))
	require.Equal(t, "0.40", b.Least().String())
	require.Contains(t, b.NotCounted, `database server, whose class "db.r7g.large" has no price here`)
	require.Contains(t, b.NotCounted, "storage of database server, whose size is not known yet")
	require.NotContains(t, b.NotCounted, "CPU credits of burstable database servers above their baseline")
}
