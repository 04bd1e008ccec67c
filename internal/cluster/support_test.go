package cluster

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSupportWarning(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		require.NoError(t, err)
		return at
	}
	standard := func(version string) Spec { return Spec{KubernetesVersion: version, SupportType: SupportStandard} }
	extended := func(version string) Spec { return Spec{KubernetesVersion: version, SupportType: SupportExtended} }
	for name, c := range map[string]struct {
		cluster Spec
		now     string
		want    string
	}{
		"long before":    {standard("1.36"), "2026-11-24", ""},
		"not announced":  {standard("1.37"), "2026-11-24", ""},
		"unknown":        {standard("1.20"), "2026-11-24", ""},
		"61 days before": {standard("1.34"), "2026-10-02", ""},
		"soon": {standard("1.34"), "2026-11-24", "modelway:cluster.kubernetesVersion: EKS ends standard support of Kubernetes " +
			"1.34 on 2026-12-02. From then on EKS upgrades the control plane by itself, at a time of its own; with supportType EXTENDED it stays, " +
			"for $438 a month in place of $73 until 2027-12-02. Raise it to 1.36, one minor version at a time."},
		"on the last day": {extended("1.34"), "2026-12-02", "modelway:cluster.kubernetesVersion: EKS ends standard support of Kubernetes " +
			"1.34 on 2026-12-02. From then on the control plane costs $438 a month in place of $73 until 2027-12-02. Raise it to 1.36, one minor " +
			"version at a time."},
		"the day after": {extended("1.34"), "2026-12-03", "modelway:cluster.kubernetesVersion: EKS ended standard support of Kubernetes " +
			"1.34 on 2026-12-02. From then on the control plane costs $438 a month in place of $73 until 2027-12-02. Raise it to 1.36, one minor " +
			"version at a time."},
		"ended, and standard": {standard("1.33"), "2026-11-24", "modelway:cluster.kubernetesVersion: EKS ended standard support of Kubernetes " +
			"1.33 on 2026-07-29. From then on EKS upgrades the control plane by itself, at a time of its own; with supportType EXTENDED it stays, " +
			"for $438 a month in place of $73 until 2027-07-29. Raise it to 1.36, one minor version at a time."},
	} {
		require.Equal(t, c.want, c.cluster.SupportWarning(day(c.now)), name)
	}
}
