package charts_test

import (
	"testing"

	"github.com/modelway/modelway/internal/addons"
)

func TestExternalSecretsChartStandsForThePinnedOne(t *testing.T) {
	row := addons.ExternalSecrets()
	standsFor(t, row, false, row.ValuesOf(addons.Install{Mirror: "mirror.example.com"}))
}
