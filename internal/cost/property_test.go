package cost_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/terminal"
)

// environment is a made-up one with models on Fargate and on nodes, and whatever else costs.
func environment(t *rapid.T) []resource.Resource {
	all := one(cluster("1.36", nil), modelsOnFargate(), network("aws:ec2/natGateway:NatGateway", "nat", nil), balancer("modelway-public",
		"internet-facing", rapid.IntRange(0, 4).Draw(t, "zones")))
	for i := range rapid.IntRange(0, 3).Draw(t, "groups") {
		least := rapid.Float64Range(0, 5).Draw(t, "least")
		all = append(all, group(fmt.Sprintf("group-%d", i), float64(int(least)), float64(rapid.IntRange(0, 9).Draw(t, "most")), object{
			"instanceTypes": array{rapid.SampledFrom([]string{"m6i.large", "t3.medium", "g5.xlarge", "unheard.of", ""}).Draw(t, "type")},
			"capacityType":  rapid.SampledFrom([]any{"SPOT", "ON_DEMAND", resource.Unknown{}, nil}).Draw(t, "capacity"),
		})...)
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "models") {
		least := rapid.IntRange(0, 5).Draw(t, "least")
		all = append(all, model(fmt.Sprintf("model-%d", i), rapid.SampledFrom([]string{"fargate", "nodes"}).Draw(t, "compute"), float64(least),
			float64(least+rapid.IntRange(0, 5).Draw(t, "more")),
			requests(fmt.Sprintf("%dm", rapid.IntRange(0, 17000).Draw(t, "cpu")), fmt.Sprintf("%dMi", rapid.IntRange(0, 130000).Draw(t,
				"memory"))))...)
	}
	return all
}

// Property: what the environment costs is the sum of its items without the shared ones, and of its components.
func TestABillIsTheSumOfItsItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := bill(environment(t))
		var least, most, ofComponents pricing.USD
		for _, item := range b.Items {
			require.GreaterOrEqual(t, item.Most, item.Least, item)
			require.GreaterOrEqual(t, item.Least, pricing.USD(0), item)
			require.NotEmpty(t, item.Arithmetic)
			if !item.Shared {
				least, most = least+item.Least, most+item.Most
			}
		}
		for _, sum := range b.ByComponent() {
			ofComponents += sum.Least
		}
		require.Equal(t, []pricing.USD{least, most, least}, []pricing.USD{b.Least(), b.Most(), ofComponents})
	})
}

// Property: shares change what models cost, and nothing else.
func TestSharesAreNotPartOfTheEnvironment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		with := bill(environment(t))
		without := with
		without.Items = slices.DeleteFunc(slices.Clone(with.Items), func(i cost.Item) bool { return i.Shared })
		require.Equal(t, with.Least(), without.Least())
		require.Equal(t, with.Most(), without.Most())
		require.Equal(t, with.ByComponent(), without.ByComponent())
		for _, item := range with.Items {
			require.True(t, !item.Shared || item.Model != "", "a share belongs to a model: %v", item)
		}
	})
}

// Property: the order of resources does not matter.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := environment(t)
		want := bill(all)
		shuffled := slices.Clone(all)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		require.Equal(t, want, bill(shuffled))
	})
}

// Property: one replica more never costs less, neither the environment nor the model.
func TestAReplicaMoreNeverCostsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compute := rapid.SampledFrom([]string{"fargate", "nodes"}).Draw(t, "compute")
		size := requests(fmt.Sprintf("%dm", rapid.IntRange(1, 2000).Draw(t, "cpu")), fmt.Sprintf("%dMi", rapid.IntRange(1, 8000).Draw(t,
			"memory")))
		replicas := float64(rapid.IntRange(0, 50).Draw(t, "replicas"))
		rest := append(environment(t), group("enough", 1, 1, types("m6i.large"))...)
		before, after := bill(rest, model("grown", compute, replicas, replicas, size)), bill(rest, model("grown", compute, replicas+1, replicas+1,
			size))
		require.GreaterOrEqual(t, after.Least(), before.Least())
		require.GreaterOrEqual(t, after.Most(), before.Most())
		require.Greater(t, modelSum(after, "grown"), modelSum(before, "grown"))
		if compute == "fargate" {
			require.Greater(t, after.Least(), before.Least())
		}
	})
}

func modelSum(b cost.Bill, name string) pricing.USD {
	for _, sum := range b.ByModel() {
		if sum.Name == name {
			return sum.Least
		}
	}
	return 0
}

// Property: a bill is made of anything, with values unknown, absent or of another kind at any depth.
func TestNothingCrashes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := environment(t)
		for i := range all {
			all[i].Properties, _ = damaged(t, all[i].Properties).(object)
		}
		b := bill(all)
		require.GreaterOrEqual(t, b.Most(), b.Least())
		require.NotEmpty(t, b.Table(terminal.Terminal{}))
		_, err := json.Marshal(b)
		require.NoError(t, err)
	})
}

func damaged(t *rapid.T, v any) any {
	switch rapid.IntRange(0, 12).Draw(t, "damage") {
	case 0:
		return resource.Unknown{}
	case 1:
		return resource.Secret{Value: v}
	case 2:
		return nil
	case 3:
		return rapid.SampledFrom([]any{-1.0, 1e300, "x", true, array{}, object{}}).Draw(t, "other")
	}
	switch v := v.(type) {
	case array:
		all := array{}
		for _, item := range v {
			all = append(all, damaged(t, item))
		}
		return all
	case object:
		all := object{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all[key] = damaged(t, v[key])
		}
		return all
	}
	return v
}

func BenchmarkOf(b *testing.B) {
	all := slices.Concat(one(cluster("1.36", nil), modelsOnFargate()), group("general", 3, 9, types("m6i.large")))
	for i := range 1000 {
		all = append(all, model(fmt.Sprintf("model-%d", i), []string{"fargate", "nodes"}[i%2], 1, 3, requests("250m", "512Mi"))...)
	}
	set := resource.NewSet(all)
	require.Len(b, cost.Of(set, region, today).ByModel(), 1000)
	b.ResetTimer()
	for b.Loop() {
		cost.Of(set, region, today)
	}
}
