package plan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

var files = "model: {format: sklearn, uri: s3://acme-models/churn/3/, digest: 'sha256:" + strings.Repeat("0a", 32) + "'}"

func withKServe(cfg *config.Config) { cfg.KServe.Enabled = true }

func TestFilesNeedKServe(t *testing.T) {
	_, faults, err := Preflight(environmentWith(), []modelspec.Model{made(t, "churn", files)}, Previous{})
	require.NoError(t, err)
	require.EqualError(t, Joined(faults), `model churn: model gives files of format "sklearn", but environment test has no KServe; set modelway:kserve.enabled to true, or give an image`)
	_, faults, err = Preflight(environmentWith(withKServe), []modelspec.Model{made(t, "churn", files)}, Previous{})
	require.NoError(t, err)
	require.Empty(t, faults)
}

// The role that reads the files has the model's name.
func TestModelsWithFilesKeepOffTheRolesOfAddons(t *testing.T) {
	cfg := environmentWith(withKServe)
	for _, name := range Roles(cfg) {
		_, faults, err := Preflight(cfg, []modelspec.Model{made(t, name, files)}, Previous{})
		require.NoError(t, err)
		require.ErrorContains(t, Joined(faults), "model "+name+": model gives files, which the model's role reads, but the role of an add-on")
	}
}

// Whichever was there first keeps the name that KServe gives to the Service.
func TestServicesOfTwoModelsDiffer(t *testing.T) {
	cfg := environmentWith(withKServe)
	canary := files + "\ncanary: " + strings.Replace("{"+files+"}", "format: sklearn, ", "", 1)
	for other, service := range map[string]string{"churn-predictor": "churn-predictor", "churn-canary-predictor": "churn-canary-predictor"} {
		both := []modelspec.Model{made(t, "churn", canary), made(t, other, "")}
		_, faults, err := Preflight(cfg, both, Previous{})
		require.NoError(t, err)
		require.EqualError(t, Joined(faults), "model "+other+": its Service would be called "+service+", as that of model churn; rename the "+
			"model, and its file")
		_, faults, err = Preflight(cfg, both, deployed(t, cfg, Previous{}, both[1]))
		require.NoError(t, err)
		require.EqualError(t, Joined(faults), "model churn: its Service would be called "+service+", as that of model "+other+
			"; rename the model, and its file")
		_, faults, err = Preflight(cfg, []modelspec.Model{both[0], made(t, other, files)}, Previous{})
		require.NoError(t, err)
		require.Empty(t, faults, "with files its own Service has another name")
	}
}

func TestRulesLeadToTheServicesOfKServe(t *testing.T) {
	cfg := environmentWith(withKServe)
	m := made(t, "churn", files+"\ncanary: {weight: 10, "+strings.Replace(files, "format: sklearn, ", "", 1)+"}")
	p, faults, err := Preflight(cfg, []modelspec.Model{m}, Previous{})
	require.NoError(t, err)
	require.Empty(t, faults)
	for _, b := range p.Balancers {
		if b.Name != "public" {
			continue
		}
		var services []string
		for _, group := range built(t, cfg, b).TargetGroups {
			services = append(services, group.Service)
		}
		require.ElementsMatch(t, []string{"churn-predictor", "churn-canary-predictor"}, services)
	}
}

func TestUnexposedFilesAnswerAtTheServiceOfKServe(t *testing.T) {
	m := made(t, "churn", files+"\nroute: {exposure: none}")
	require.Equal(t, map[string]string{"churn": "http://churn-predictor.models.svc.cluster.local/v1/models/churn:predict"},
		ModelUrls(environmentWith(), []modelspec.Model{m}))
}

// On Fargate a pod that downloads files is billed for its init container, on nodes it needs the room.
func TestSizesCountTheDownload(t *testing.T) {
	small := "\nresources: {cpu: 10m, memory: 1Gi}"
	require.Contains(t, SizeReport([]modelspec.Model{made(t, "churn", files+small)}), "memory up to 1792Mi costs the same")
	require.Contains(t, SizeReport([]modelspec.Model{made(t, "churn", strings.TrimPrefix(small, "\n"))}),
		"cpu up to 250m and memory up to 1792Mi cost the same")
}
