package platform

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/recorder"
)

func TestUsableZonesLeaveOutThoseWithoutAControlPlane(t *testing.T) {
	names := []string{"us-east-1c", "us-east-1e", "us-east-1a"}
	require.Equal(t, []string{"us-east-1a", "us-east-1c"}, usableZones(names, []string{"use1-az2", "use1-az3", "use1-az1"}))
	require.Equal(t, []string{"us-east-1a", "us-east-1c", "us-east-1e"}, usableZones(names, nil), "ids that are not known refuse nothing")
}

// TestChosenZonesAreAvailable requires as many zones as asked for, all of them available, the same ones every time, or an error.
func TestChosenZonesAreAvailable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		available := rapid.SliceOfNDistinct(rapid.StringMatching("us-east-1[a-f]"), 0, 6, rapid.ID[string]).Draw(t, "available")
		slices.Sort(available)
		cfg := config.Config{Region: "us-east-1"}
		cfg.Network.AvailabilityZones = rapid.IntRange(2, 4).Draw(t, "count")
		if rapid.Bool().Draw(t, "named") {
			cfg.Network.ZoneNames = rapid.SliceOfNDistinct(rapid.StringMatching("us-east-1[a-f]"), 2, 4, rapid.ID[string]).Draw(t, "names")
			cfg.Network.AvailabilityZones = len(cfg.Network.ZoneNames)
		}
		chosen, err := chooseZones(cfg, available)
		if err != nil {
			missing := slices.ContainsFunc(cfg.Network.ZoneNames, func(name string) bool { return !slices.Contains(available, name) })
			require.True(t, missing || len(available) < cfg.Network.AvailabilityZones, "%v: %v", available, err)
			require.Contains(t, err.Error(), strings.Join(available, ", "))
			return
		}
		require.Len(t, chosen, cfg.Network.AvailabilityZones)
		require.Subset(t, available, chosen)
		if len(cfg.Network.ZoneNames) > 0 {
			require.Equal(t, cfg.Network.ZoneNames, chosen, "named zones stay in their order, by which their subnets are numbered")
		}
	})
}

// TestBoundaryIsOnEveryRole requires the permissions boundary on the roles of the platform and on those inside pulumi-eks, where one is
// named, and on none where none is.
func TestBoundaryIsOnEveryRole(t *testing.T) {
	const boundary = "arn:aws:iam::111122223333:policy/boundary"
	for _, c := range []struct{ arn string }{{""}, {boundary}} {
		given := settings(t, "prod")
		if c.arn != "" {
			given["modelway:delivery"] = `{"github": {"repository": "company/modelway", "environments": ["prod"], "permissionsBoundaryArn": "` +
				c.arn + `"}}`
		}
		recording := recorder.Run(t, Program(root), recorder.WithStack("prod"), recorder.WithConfig(given), withZones())
		roles := recording.OfType("aws:iam/role:Role")
		require.Greater(t, len(roles), 6)
		for _, role := range roles {
			got, _ := role.Input("permissionsBoundary").(string)
			require.Equal(t, c.arn, got, role.URN)
		}
	}
}
