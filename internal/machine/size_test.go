package machine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSizes(t *testing.T) {
	for name, size := range Sizes() {
		hardware, known := ParseInstanceType(name)
		require.True(t, known, name)
		require.Positive(t, size.VCPU, name)
		require.Positive(t, size.MemoryMiB, name)
		require.Equal(t, hardware.Accelerator == Nvidia, size.GPUs > 0, name)
	}
	require.Equal(t, Size{VCPU: 48, MemoryMiB: 192 * 1024, GPUs: 4}, Sizes()["g5.12xlarge"])
	require.True(t, strings.Contains(string(sizesFile), "source: https://"), "the file says where its numbers are from")
}

func TestRoom(t *testing.T) {
	cpu, memory := Sizes()["m6i.large"].Room()
	require.Equal(t, []int64{1930, 8192 - 355}, []int64{cpu, memory})
	cpu, _ = Sizes()["m6i.2xlarge"].Room()
	require.Equal(t, int64(7910), cpu)
}
