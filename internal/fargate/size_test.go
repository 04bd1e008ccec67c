package fargate_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/fargate"
)

const (
	mebibyte = 1 << 20
	gibibyte = 1 << 30
)

// offered are the sizes of the AWS page, as the page lists them: memory in GB by thousandths of a vCPU.
var offered = []struct {
	cpu    int64
	memory []float64
}{
	{250, []float64{0.5, 1, 2}},
	{500, []float64{1, 2, 3, 4}},
	{1000, []float64{2, 3, 4, 5, 6, 7, 8}},
	{2000, []float64{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
	{4000, []float64{8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30}},
	{8000, []float64{16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60}},
	{16000, []float64{32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120}},
}

// sizes are all offered sizes, without what is unused.
func sizes() (all []fargate.Size) {
	for _, row := range offered {
		for _, memory := range row.memory {
			all = append(all, fargate.Size{CPU: row.cpu, Memory: int64(memory * gibibyte)})
		}
	}
	return all
}

func fit(t require.TestingT, cpu, memory int64) fargate.Size {
	size, err := fargate.Fit(cpu, memory)
	require.NoError(t, err)
	return size
}

func TestPodThatFillsASizeGetsIt(t *testing.T) {
	for _, want := range sizes() {
		require.Equal(t, want, fit(t, want.CPU, want.Memory-fargate.ReservedMemory), want)
	}
}

func TestPodThatIsJustAboveASizeGetsTheNext(t *testing.T) {
	for _, row := range offered {
		for i, memory := range row.memory[:len(row.memory)-1] {
			size := fit(t, row.cpu, int64(memory*gibibyte)-fargate.ReservedMemory+1)
			require.Equal(t, row.cpu, size.CPU)
			require.Equal(t, int64(row.memory[i+1]*gibibyte), size.Memory)
			require.Equal(t, size.Memory-int64(memory*gibibyte)-1, size.UnusedMemory)
		}
	}
	for i, row := range offered[:len(offered)-1] {
		next := offered[i+1]
		require.Equal(t, fargate.Size{CPU: next.cpu, Memory: int64(next.memory[0] * gibibyte), UnusedCPU: next.cpu - row.cpu - 1,
			UnusedMemory: int64(next.memory[0]*gibibyte) - fargate.ReservedMemory},
			fit(t, row.cpu+1, 0), "CPU just above a tier")
		require.Equal(t, next.cpu, fit(t, row.cpu, int64(row.memory[len(row.memory)-1]*gibibyte)-fargate.ReservedMemory+1).CPU,
			"memory just above a tier")
	}
}

func TestFit(t *testing.T) {
	for _, test := range []struct {
		cpu, memory int64
		size        string
		samePrice   string
	}{
		{0, 0, "0.25 vCPU, 0.5 GB", "cpu up to 250m and memory up to 256Mi cost the same"},
		{250, 256 * mebibyte, "0.25 vCPU, 0.5 GB", ""},
		{250, 512 * mebibyte, "0.25 vCPU, 1 GB", "memory up to 768Mi costs the same"},
		{100, 768 * mebibyte, "0.25 vCPU, 1 GB", "cpu up to 250m costs the same"},
		{250, 4 * gibibyte, "1 vCPU, 5 GB", "cpu up to 1 and memory up to 4864Mi cost the same"},
		{1000, 8 * gibibyte, "2 vCPU, 9 GB", "cpu up to 2 and memory up to 8960Mi cost the same"}, // the example of the AWS page
		{4000, 30 * gibibyte, "8 vCPU, 32 GB", "cpu up to 8 and memory up to 32512Mi cost the same"},
		{8001, gibibyte, "16 vCPU, 32 GB", "cpu up to 16 and memory up to 32512Mi cost the same"},
		{fargate.MaxCPU, fargate.MaxMemory, "16 vCPU, 120 GB", ""},
	} {
		size := fit(t, test.cpu, test.memory)
		require.Equal(t, test.size, size.String())
		require.Equal(t, test.samePrice, size.SamePrice(), test.size)
	}
}

func TestFitNamesEachRequestOutOfRange(t *testing.T) {
	for _, test := range []struct {
		cpu, memory int64
		want        string
	}{
		{16001, 0, "cpu 16001m is more than a Fargate pod can have; allowed: 0 to 16; lower it, or run the pod on nodes"},
		{0, 200 * gibibyte, "memory 204800Mi is more than a Fargate pod can have; allowed: 0 to 122624Mi; lower it, or run the pod on nodes"},
		{-1, -1, "cpu -1m is negative; allowed: 0 to 16; leave it out where the pod needs none\n" +
			"memory -1 is negative; allowed: 0 to 122624Mi; leave it out where the pod needs none"},
		{17000, fargate.MaxMemory + 1, "cpu 17 is more than a Fargate pod can have; allowed: 0 to 16; lower it, or run the pod on nodes\n" +
			"memory 128580583425 is more than a Fargate pod can have; allowed: 0 to 122624Mi; lower it, or run the pod on nodes"},
		{math.MinInt64, math.MaxInt64, "cpu -9223372036854775808m is negative; allowed: 0 to 16; leave it out where the pod needs none\n" +
			"memory 9223372036854775807 is more than a Fargate pod can have; allowed: 0 to 122624Mi; lower it, or run the pod on nodes"},
	} {
		size, err := fargate.Fit(test.cpu, test.memory)
		require.EqualError(t, err, test.want)
		require.Zero(t, size)
	}
}

// requestsGen draws requests that Fargate can hold, often at an edge of a size.
var (
	cpuGen = rapid.OneOf(rapid.Int64Range(0, fargate.MaxCPU), rapid.SampledFrom([]int64{250, 251, 500, 501, 1000, 1001, 2000, 2001, 4000, 4001,
		8000, 8001}))
	memGen = rapid.OneOf(rapid.Int64Range(0, fargate.MaxMemory), rapid.Custom(func(t *rapid.T) int64 {
		edge := rapid.SampledFrom(sizes()).Draw(t, "edge").Memory - fargate.ReservedMemory
		return min(edge+rapid.Int64Range(-1, 1).Draw(t, "off"), fargate.MaxMemory)
	}))
)

func TestFitHoldsTheRequestAndWastesNothingNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cpu, memory := cpuGen.Draw(t, "cpu"), memGen.Draw(t, "memory")
		size := fit(t, cpu, memory)
		require.Contains(t, sizes(), fargate.Size{CPU: size.CPU, Memory: size.Memory})
		require.GreaterOrEqual(t, size.UnusedCPU, int64(0))
		require.GreaterOrEqual(t, size.UnusedMemory, int64(0))
		require.Equal(t, size.CPU, cpu+size.UnusedCPU)
		require.Equal(t, size.Memory, memory+fargate.ReservedMemory+size.UnusedMemory)
	})
}

func TestNoOfferedSizeThatHoldsTheRequestIsSmallerInAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cpu, memory := cpuGen.Draw(t, "cpu"), memGen.Draw(t, "memory")
		size := fit(t, cpu, memory)
		for _, other := range sizes() {
			if other.CPU >= cpu && other.Memory >= memory+fargate.ReservedMemory {
				require.LessOrEqual(t, size.CPU, other.CPU, other)
				require.LessOrEqual(t, size.Memory, other.Memory, other)
			}
		}
	})
}

func TestMoreNeverGetsASmallerSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cpu, memory := cpuGen.Draw(t, "cpu"), memGen.Draw(t, "memory")
		more := fit(t, max(cpu, cpuGen.Draw(t, "more cpu")), max(memory, memGen.Draw(t, "more memory")))
		size := fit(t, cpu, memory)
		require.LessOrEqual(t, size.CPU, more.CPU)
		require.LessOrEqual(t, size.Memory, more.Memory)
	})
}

func TestWhatIsUnusedCostsNothingMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cpu, memory := cpuGen.Draw(t, "cpu"), memGen.Draw(t, "memory")
		size := fit(t, cpu, memory)
		full := fit(t, cpu+size.UnusedCPU, memory+size.UnusedMemory)
		require.Equal(t, fargate.Size{CPU: size.CPU, Memory: size.Memory}, full)
		require.Empty(t, full.SamePrice())
		require.Equal(t, size.UnusedCPU == 0 && size.UnusedMemory == 0, size.SamePrice() == "")
	})
}

func ExampleFit() {
	size, err := fargate.Fit(250, 512<<20)
	if err != nil {
		panic(err)
	}
	fmt.Println(size)
	fmt.Println(size.SamePrice())
	// Output:
	// 0.25 vCPU, 1 GB
	// memory up to 768Mi costs the same
}

func BenchmarkFit(b *testing.B) {
	for b.Loop() {
		if _, err := fargate.Fit(8001, fargate.MaxMemory); err != nil {
			b.Fatal(err)
		}
	}
}
