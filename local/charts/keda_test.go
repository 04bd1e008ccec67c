package charts_test

import (
	"testing"

	"github.com/modelway/modelway/internal/addons"
)

func TestKedaChartStandsForThePinnedOne(t *testing.T) {
	row := addons.Keda()
	standsFor(t, row, false, row.ValuesOf(addons.Install{ClusterName: "modelway-test", Mirror: "mirror.example.com"}))
}
