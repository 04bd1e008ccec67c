package addons

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/modelway/modelway/internal/addons"
)

// addonName is the form of add-on names in the EKS API.
var addonName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// validate reports every fault of the arguments together.
func (a *AddonsArgs) validate() error {
	var faults []error
	if a.ClusterName == nil {
		faults = append(faults, errors.New("ClusterName is missing: pass the name of the EKS cluster"))
	}
	if a.KubernetesVersion == "" && len(a.Addons) > 0 {
		faults = append(faults, errors.New("KubernetesVersion is missing: pass the cluster's minor version, such as 1.36"))
	}
	var names []string
	for _, addon := range a.Addons {
		if !addonName.MatchString(addon.Name) {
			faults = append(faults, fmt.Errorf("Addons has the name %q: use the add-on's name in EKS, such as %s", addon.Name, addons.VpcCni))
		}
		if slices.Contains(names, addon.Name) {
			faults = append(faults, fmt.Errorf("Addons has %q twice: name each add-on once", addon.Name))
		}
		names = append(names, addon.Name)
		if addon.Configuration != "" && !json.Valid([]byte(addon.Configuration)) {
			faults = append(faults, fmt.Errorf("the Configuration of add-on %q is not JSON: %s", addon.Name, addon.Configuration))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Versions)) {
		if version := a.Versions[name]; !addons.Version.MatchString(version) {
			faults = append(faults, fmt.Errorf("Versions has %q for add-on %q: use a version that `aws eks describe-addon-versions` lists, such "+
				"as v1.20.4-eksbuild.2", version, name))
		}
	}
	faults = append(faults, strangers("Versions", a.Versions, names)...)
	faults = append(faults, strangers("Configurations", a.Configurations, names)...)
	faults = append(faults, strangers("Roles", a.Roles, names)...)
	return errors.Join(append(faults, a.roleFaults()...)...)
}

// strangers reports settings for add-ons that are not installed here.
func strangers[V any](field string, settings map[string]V, names []string) []error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if !slices.Contains(names, name) {
			faults = append(faults, fmt.Errorf("%s has %q, which is not among Addons: use one of %q", field, name, names))
		}
	}
	return faults
}

func (a *AddonsArgs) roleFaults() []error {
	var faults []error
	for _, addon := range a.Addons {
		role, given := a.Roles[addon.Name]
		switch {
		case given && role.Arn == nil:
			faults = append(faults, fmt.Errorf("the role of add-on %q has no Arn: pass the ARN of an IAM role", addon.Name))
		case given && addon.ServiceAccount == "":
			faults = append(faults, fmt.Errorf("Roles has %q, which does not call AWS: remove the role, or name the add-on's ServiceAccount",
				addon.Name))
		}
	}
	return faults
}
