package machine_test

import (
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/machine"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAmiTypesSayInTheirNamesWhatTheyAre(t *testing.T) {
	seen := map[string]bool{}
	for _, ami := range machine.AmiTypes {
		require.False(t, seen[ami.Name], ami.Name)
		seen[ami.Name] = true
		require.True(t, strings.HasPrefix(ami.Name, ami.Family+"_"), ami.Name)
		require.Equal(t, strings.Contains(ami.Name, "_ARM_64"), ami.Architecture == machine.Arm, ami.Name)
		require.Equal(t, strings.Contains(ami.Name, "_x86_64"), ami.Architecture == machine.X86, ami.Name)
		require.Equal(t, strings.HasSuffix(ami.Name, "_NVIDIA"), ami.Accelerator == machine.Nvidia, ami.Name)
		require.Equal(t, strings.HasSuffix(ami.Name, "_NEURON"), ami.Accelerator == machine.Neuron, ami.Name)
		found, ok := machine.FindAmiType(ami.Name)
		require.True(t, ok)
		require.Equal(t, ami, found)
	}
	for _, name := range []string{"", "AL2_x86_64", "CUSTOM", "WINDOWS_CORE_2022_x86_64"} {
		_, ok := machine.FindAmiType(name)
		require.False(t, ok, name)
	}
}

func TestCommonAmiType(t *testing.T) {
	for name, want := range map[string]string{
		"m6i.large": "AL2023_x86_64_STANDARD", "m7g.large": "AL2023_ARM_64_STANDARD", "g5.xlarge": "AL2023_x86_64_NVIDIA",
		"p5.48xlarge": "AL2023_x86_64_NVIDIA", "g5g.xlarge": "AL2023_ARM_64_NVIDIA", "inf2.xlarge": "AL2023_x86_64_NEURON",
		"trn1.2xlarge": "AL2023_x86_64_NEURON", "g4ad.xlarge": "AL2023_x86_64_STANDARD",
	} {
		require.Equal(t, want, machine.CommonAmiType([]string{name}), name)
	}
	require.Empty(t, machine.CommonAmiType([]string{"m6i.large", "m7g.large"}))
	require.Empty(t, machine.CommonAmiType(nil))
	require.Equal(t, "BOTTLEROCKET_ARM_64_NVIDIA", machine.FamilyAmiType(machine.Bottlerocket, machine.Hardware{Architecture: machine.Arm,
		Accelerator: machine.Nvidia}))
	require.Empty(t, machine.FamilyAmiType(machine.Bottlerocket, machine.Hardware{Architecture: machine.X86, Accelerator: machine.Neuron}))
}

var instanceTypes = []string{
	"m6i.large", "t3a.medium", "c7i-flex.large", "m7g.large", "c6gn.xlarge", "t4g.small", "g5.xlarge", "g4dn.2xlarge", "p5.48xlarge",
	"g5g.xlarge", "p6e-gb200.36xlarge", "inf2.xlarge", "trn1.32xlarge", "g4ad.xlarge",
}

// Whatever the instance types: where they agree, their image fits each of them and is the preferred one of Amazon Linux;
// where they do not, there is none.
func TestCommonAmiTypeFitsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.SampledFrom(instanceTypes), 1, 4).Draw(t, "names")
		kinds := map[machine.Hardware]bool{}
		for _, name := range names {
			hardware, ok := machine.ParseInstanceType(name)
			require.True(t, ok)
			kinds[hardware] = true
		}
		image := machine.CommonAmiType(names)
		if len(kinds) > 1 {
			require.Empty(t, image)
			return
		}
		ami, ok := machine.FindAmiType(image)
		require.True(t, ok)
		require.Equal(t, machine.AmazonLinux2023, ami.Family)
		require.True(t, kinds[ami.Hardware()])
	})
}
