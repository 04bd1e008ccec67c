package aws

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNamesOfRegions(t *testing.T) {
	for _, name := range []string{"us-east-1", "ap-southeast-7", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1", "mx-central-1"} {
		require.Regexp(t, RegionName, name)
	}
	for name, near := range map[string]string{
		"us-est-1": "us-east-1", "eu-cntral-1": "eu-central-1", "EU_West_1": "eu-west-1",
		"ap-south-east-2": "us-east-1", "us-east": "us-east-1", "": "us-east-1",
	} {
		require.NotRegexp(t, RegionName, name)
		require.Equal(t, near, NearestRegion(name))
	}
}
