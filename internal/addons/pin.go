package addons

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// CheckPins refuses pins of add-ons, by name, that a cluster of the kind does not have.
func CheckPins(kind Kind, pins map[string]string) error {
	names := nameAll(slices.Concat(BeforeCompute(kind), AfterCompute(kind)))
	var unknown []string
	for name := range pins {
		if !slices.Contains(names, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	reason := ""
	if !kind.Nodes && slices.ContainsFunc(unknown, func(name string) bool { return slices.Contains(Names(), name) }) {
		reason = "; the cluster has no nodes for the others"
	}
	return fmt.Errorf("versions are pinned of add-ons that are not installed, %s: remove the pins; installed are %s%s",
		strings.Join(unknown, ", "), strings.Join(names, ", "), reason)
}

func nameAll(addons []Addon) []string {
	var names []string
	for _, addon := range addons {
		names = append(names, addon.Name)
	}
	return names
}

// Version is the form of the versions that AWS gives its add-ons
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonVersionInfo.html).
var Version = regexp.MustCompile(`^v\d+\.\d+\.\d+-eksbuild\.\d+$`)

// PinNote says that a pin holds, and what would hold without it.
func PinNote(addon, pin, standard, kubernetesVersion string) string {
	if pin == standard {
		return fmt.Sprintf("add-on %s is pinned to %s, which is what EKS recommends for Kubernetes %s: the pin can go.", addon, pin,
			kubernetesVersion)
	}
	return fmt.Sprintf("add-on %s is pinned to %s; for Kubernetes %s EKS recommends %s.", addon, pin, kubernetesVersion, standard)
}
