package addons

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/recorder"
)

// asking are facts of a cluster with KServe, and target groups that have to tell of failures.
func asking(groups []string, certificates Certificates) Facts {
	f := measured(monitoring.StoreDisk, nil)
	f.On[kserve.Setting], f.TargetGroups, f.Certificates = true, groups, certificates
	return f
}

func TestYaceConfigurationGolden(t *testing.T) {
	f := asking([]string{"models/fraud-fraud-predictor:80", "models/fraud-host-fraud-predictor:80"},
		Certificates{Requested: true, Arns: []string{"arn:aws:acm:us-east-1:111122223333:certificate/one"}})
	config := Questions{f}.YAML()
	recorder.Golden(t, filepath.Join("testdata", "yace.golden.yaml"), []byte(config))
	require.Equal(t, Counted{TargetGroups: 2, Certificates: 2}, CountQuestions(config))
	require.Equal(t, 60, Questions{f}.Seconds(), "each minute is asked for once")
}

// TestYaceIsThereWhereThereIsSomethingToAsk follows the settings, and always has at least one job, without which YACE does not start.
func TestYaceIsThereWhereThereIsSomethingToAsk(t *testing.T) {
	for name, of := range map[string]struct {
		change func(*Facts)
		there  bool
		asked  Counted
	}{
		"neither KServe nor a certificate": {func(f *Facts) { f.On[kserve.Setting] = false }, false, Counted{}},
		"no monitoring":                    {func(f *Facts) { f.On[monitoring.Setting] = false }, false, Counted{}},
		"KServe, whose servers count":      {func(*Facts) {}, true, Counted{}},
		"a requested certificate": {func(f *Facts) { f.On[kserve.Setting], f.Certificates.Requested = false, true }, true,
			Counted{Certificates: 1}},
		"given certificates": {func(f *Facts) { f.On[kserve.Setting], f.Certificates.Arns = false, []string{"one", "two"} }, true,
			Counted{Certificates: 2}},
	} {
		f := asking(nil, Certificates{})
		of.change(&f)
		found := false
		for _, row := range Installed(f) {
			found = found || row.Key == YaceKey
		}
		require.Equal(t, of.there, found, name)
		if !of.there {
			continue
		}
		require.Equal(t, of.asked, CountQuestions(Questions{f}.YAML()), name)
		require.Equal(t, 300, Questions{f}.Seconds(), name)
		var config map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(Questions{f}.YAML()), &config))
		require.True(t, config["discovery"] != nil || config["static"] != nil, name)
	}
	require.Equal(t, Counted{}, CountQuestions("no: [configuration"))
}

// TestOneProfileForANamespace keeps YACE in the profile of Prometheus.
func TestOneProfileForANamespace(t *testing.T) {
	var keys []string
	for _, row := range Uncovered(asking(nil, Certificates{Requested: true}), func(Workload) bool { return false }) {
		keys = append(keys, row.Key)
	}
	require.Contains(t, keys, PrometheusKey)
	require.NotContains(t, keys, YaceKey)
}
