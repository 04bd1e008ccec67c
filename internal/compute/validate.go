package compute

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/naming"
)

// What EKS accepts (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html,
// https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html and
// https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html).
const (
	maxSelectors     = 5
	maxNodes         = 450
	maxTaints        = 50
	maxDiskGiB       = 16384
	maxInstanceTypes = 20
)

var groupName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

// Validate reports every fault of profiles and node groups together: what EKS would refuse, nodes that their image does not
// fit, and mixes on which the cluster's own services would find no place.
func Validate(profiles []FargateProfile, groups []NodeGroup) error {
	var faults []error
	if len(profiles) == 0 && len(groups) == 0 {
		faults = append(faults, errors.New("there are neither Fargate profiles nor node groups: nothing could run; add one"))
	}
	names := map[string]bool{}
	for _, p := range profiles {
		faults = append(faults, within("Fargate profile", p.Name, append(nameFaults(names, "Fargate profile", p.Name), p.faults()...))...)
	}
	for _, g := range groups {
		faults = append(faults, within("node group", g.Name, append(nameFaults(names, "node group", g.Name), g.WithDefaults().faults()...))...)
	}
	pods := addons.System(addons.Facts{})
	if volumes, _ := addons.PodsOf(addons.EbsCsiDriver); HasOpenNodes(groups) {
		pods = append(pods, volumes)
	}
	if err := CheckPods(profiles, groups, pods...); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func within(kind, name string, faults []error) []error {
	for i, fault := range faults {
		faults[i] = fmt.Errorf("%s %q: %w", kind, name, fault)
	}
	return faults
}

// nameFaults checks a name, which names a child resource and therefore must be unique among its kind.
func nameFaults(taken map[string]bool, kind, name string) []error {
	var faults []error
	if !groupName.MatchString(name) {
		faults = append(faults, errors.New("the name must have lower case letters, digits and hyphens only, such as system"))
	}
	if taken[kind+name] {
		faults = append(faults, fmt.Errorf("the name is taken by another %s: choose another", kind))
	}
	taken[kind+name] = true
	return faults
}

func (p FargateProfile) faults() []error {
	var faults []error
	if n := len(p.Selectors); n < 1 || n > maxSelectors {
		faults = append(faults, fmt.Errorf("it has %d selectors: use 1 to %d, with wildcards or a second profile for more", n, maxSelectors))
	}
	for _, s := range p.Selectors {
		if !aws.SelectorNamespace.MatchString(s.Namespace) {
			faults = append(faults, fmt.Errorf("the selector's namespace is %q: use at most 63 lower case letters, digits, hyphens and "+
				"the wildcards * and ?", s.Namespace))
		}
		if _, ok := s.Labels[""]; ok {
			faults = append(faults, errors.New("a selector has a label without a key: name the key"))
		}
	}
	return faults
}

func (g NodeGroup) faults() []error {
	var faults []error
	if n := len(g.InstanceTypes); n == 0 || n > maxInstanceTypes {
		faults = append(faults, fmt.Errorf("it has %d instance types: name 1 to %d, such as m6i.large", n, maxInstanceTypes))
	}
	faults = append(faults, g.imageFaults()...)
	if !slices.Contains(capacityTypes, g.CapacityType) {
		faults = append(faults, fmt.Errorf("the capacity type is %q: use %s", g.CapacityType, strings.Join(capacityTypes, " or ")))
	}
	if g.MinSize < 0 || g.MinSize > g.DesiredSize || g.DesiredSize > g.MaxSize || g.MaxSize < 1 || g.MaxSize > maxNodes {
		faults = append(faults, fmt.Errorf("the sizes are %d (minimum), %d (desired) and %d (maximum): they must rise, from 0 to at least 1 and at most %d",
			g.MinSize, g.DesiredSize, g.MaxSize, maxNodes))
	}
	if g.DiskSizeGiB < MinDiskSizeGiB || g.DiskSizeGiB > maxDiskGiB {
		faults = append(faults, fmt.Errorf("the disk has %d GiB: use %d to %d", g.DiskSizeGiB, MinDiskSizeGiB, maxDiskGiB))
	}
	return append(faults, taintFaults(g.Taints)...)
}

func taintFaults(taints []Taint) []error {
	var faults []error
	if len(taints) > maxTaints {
		faults = append(faults, fmt.Errorf("it has %d taints: EKS allows %d", len(taints), maxTaints))
	}
	for i, taint := range taints {
		if taint.Key == "" {
			faults = append(faults, errors.New("a taint has no key: name the key"))
		}
		if !slices.Contains(taintEffects, taint.Effect) {
			faults = append(faults, fmt.Errorf("the effect of taint %q is %q: use %s", taint.Key, taint.Effect, strings.Join(taintEffects, ", ")))
		}
		if slices.ContainsFunc(taints[:i], func(t Taint) bool { return t.Key == taint.Key && t.Effect == taint.Effect }) {
			faults = append(faults, fmt.Errorf("taint %q with effect %s is there twice: remove one", taint.Key, taint.Effect))
		}
	}
	return faults
}

// NameLengthFaults checks the names that Pulumi generates for Fargate profiles, which have no name prefix to shorten.
func NameLengthFaults(component string, profiles []FargateProfile) error {
	var faults []error
	for _, p := range profiles {
		name := ProfileName(component, p)
		if n := len(name) + naming.AutonameSuffix; n > naming.EKS {
			faults = append(faults, fmt.Errorf("Fargate profile %q: its generated name would have %d characters, EKS allows %d: shorten the name", p.Name, n, naming.EKS))
		}
		if strings.HasPrefix(name, "eks-") {
			faults = append(faults, fmt.Errorf("Fargate profile %q: its generated name would begin with eks-, which EKS reserves: rename the component %q", p.Name, component))
		}
	}
	return errors.Join(faults...)
}

// ProfileName is the name of a profile of a component.
func ProfileName(component string, p FargateProfile) string { return component + "-" + p.Name }
