package modelspec_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/modelspec"
)

func TestParseCPU(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1": 1000, "250m": 250, "0.5": 500, ".5": 500, "1.": 1000, "1.25": 1250, "1e1": 10_000, "5E-1": 500, "2k": 2_000_000,
		"1000000u": 1000,
	} {
		got, err := modelspec.ParseCPU(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestParseMemory(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1": 1, "1k": 1000, "1Ki": 1024, "512Mi": 512 << 20, "1.5Gi": 3 << 29, "1G": 1e9, "128e6": 128e6, "512m": 1, "1100m": 2,
		"7Ei": 7 << 60, "1E": 1e18,
	} {
		got, err := modelspec.ParseMemory(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

// Kubernetes takes numbers for quantities.
func TestQuantitiesAsNumbers(t *testing.T) {
	for text, want := range map[string]modelspec.Resources{
		"{cpu: 2, memory: 4000000000}": {CPU: "2", Memory: "4000000000"}, "{cpu: 0.5, memory: 4e9}": {CPU: "0.5", Memory: "4000000000"},
		"{cpu: 0x2, memory: 4_000_000_000}": {CPU: "2", Memory: "4000000000"},
	} {
		models, err := modelspec.Load(folder(map[string]string{"a.yaml": "name: a\nimage: acme/a:1\nresources: " + text}), "models", nil)
		require.NoError(t, err, text)
		require.Equal(t, want, models[0].Resources)
	}
}

func TestParseQuantityRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "1 ", "-1", "+1", "1mi", "1KI", "1K", "1MB", "1ki", "m", "Gi", ".", "1.2.3", "1e", "1e999", "0x10", "1_000", "١", "1\n",
		"11111111111111111111111111111111111111111111111111111111111111111",
	} {
		_, err := modelspec.ParseMemory(text)
		require.Error(t, err, "memory %q", text)
		_, err = modelspec.ParseCPU(text)
		require.Error(t, err, "cpu %q", text)
	}
	for _, text := range []string{"0.5m", "1u", "1n", "0.0001", "99999999999999999999"} {
		_, err := modelspec.ParseCPU(text)
		require.Error(t, err, text)
	}
	_, err := modelspec.ParseMemory("8Ei")
	require.ErrorContains(t, err, "64-bit")
}

func TestParseCPURoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		millis := rapid.Int64Range(0, 1<<50).Draw(t, "millicores")
		for _, text := range []string{
			fmt.Sprintf("%dm", millis),
			fmt.Sprintf("%d.%03d", millis/1000, millis%1000),
			fmt.Sprintf("%de-3", millis),
		} {
			got, err := modelspec.ParseCPU(text)
			if err != nil || got != millis {
				t.Fatalf("ParseCPU(%q) = %d, %v; want %d", text, got, err, millis)
			}
		}
	})
}

func TestParseMemorySuffixes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Int64Range(0, 1<<12).Draw(t, "count")
		step := rapid.IntRange(1, 5).Draw(t, "suffix")
		binary, decimal := count, count
		for range step {
			binary, decimal = binary*1024, decimal*1000
		}
		for text, want := range map[string]int64{
			fmt.Sprintf("%d%ci", count, " KMGTP"[step]): binary,
			fmt.Sprintf("%d%c", count, " kMGTP"[step]):  decimal,
		} {
			got, err := modelspec.ParseMemory(text)
			if err != nil || got != want {
				t.Fatalf("ParseMemory(%q) = %d, %v; want %d", text, got, err, want)
			}
		}
	})
}
