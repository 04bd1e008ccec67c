package machine_test

import (
	"testing"

	"github.com/modelway/modelway/internal/machine"
	"github.com/stretchr/testify/require"
)

func TestInstanceTypes(t *testing.T) {
	for name, want := range map[string]machine.Hardware{
		"t3.medium":           {Architecture: machine.X86},
		"t3a.large":           {Architecture: machine.X86},
		"t4g.medium":          {Architecture: machine.Arm},
		"m7g.large":           {Architecture: machine.Arm},
		"c6gn.xlarge":         {Architecture: machine.Arm},
		"is4gen.large":        {Architecture: machine.Arm},
		"a1.large":            {Architecture: machine.Arm},
		"c7i-flex.large":      {Architecture: machine.X86},
		"m7i.metal-24xl":      {Architecture: machine.X86},
		"g4dn.xlarge":         {Architecture: machine.X86, Accelerator: machine.Nvidia},
		"g4ad.xlarge":         {Architecture: machine.X86},
		"g5g.xlarge":          {Architecture: machine.Arm, Accelerator: machine.Nvidia},
		"gr6.4xlarge":         {Architecture: machine.X86, Accelerator: machine.Nvidia},
		"p5en.48xlarge":       {Architecture: machine.X86, Accelerator: machine.Nvidia},
		"p6e-gb200.36xlarge":  {Architecture: machine.Arm, Accelerator: machine.Nvidia},
		"inf2.xlarge":         {Architecture: machine.X86, Accelerator: machine.Neuron},
		"trn1n.32xlarge":      {Architecture: machine.X86, Accelerator: machine.Neuron},
		"u7in-16tb.224xlarge": {Architecture: machine.X86},
	} {
		got, ok := machine.ParseInstanceType(name)
		require.True(t, ok, name)
		require.Equal(t, want, got, name)
	}
	for _, name := range []string{"", "m6i", "m6i.", "large", "m.large", "M6i.large", "m6i.huge", "m6i.large "} {
		_, ok := machine.ParseInstanceType(name)
		require.False(t, ok, name)
	}
}

func TestHardwareIsDescribed(t *testing.T) {
	for name, want := range map[string]string{
		"m7g.large": "plain arm64", "g5.xlarge": "x86_64 with NVIDIA GPUs", "inf2.xlarge": "x86_64 with AWS Neuron",
	} {
		hardware, _ := machine.ParseInstanceType(name)
		require.Equal(t, want, hardware.String())
	}
}

func TestCommonHardware(t *testing.T) {
	for _, c := range []struct {
		types []string
		want  string
	}{
		{[]string{"m6i.large", "m5.xlarge", "t3a.large"}, "plain x86_64"},
		{[]string{"g5.xlarge", "p5.48xlarge"}, "x86_64 with NVIDIA GPUs"},
		{[]string{"m6i.large", "m7g.large"}, ""},
		{[]string{"g5.xlarge", "m6i.large"}, ""},
		{[]string{"large"}, ""},
		{[]string{"m6i.large", "large"}, ""},
		{nil, ""},
	} {
		hardware, ok := machine.CommonHardware(c.types)
		require.Equal(t, c.want != "", ok, c.types)
		if ok {
			require.Equal(t, c.want, hardware.String(), c.types)
		}
	}
}
