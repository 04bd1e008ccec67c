package charts_test

import (
	"testing"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/argocd"
)

func TestArgocdChartStandsForThePinnedOne(t *testing.T) {
	row := addons.Argocd()
	set := row.ValuesOf(addons.Install{Mirror: "mirror.example.com", Facts: addons.Facts{Argocd: argocd.Spec{WebhookSecret: "hooks/secret"}}})
	configs := set["configs"].(map[string]any)
	configs["cm"], configs["params"] = map[string]any{}, map[string]any{} // the chart takes any key of theirs
	standsFor(t, row, false, set)
}
