package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/strict"
)

// checkCharts wants charts that the platform installs, at places that there can be: a copy of another one would be left out without a word.
func checkCharts(c Config) []Fault {
	var known []string
	for _, row := range addons.Charted() {
		known = append(known, row.Chart.Name)
	}
	slices.Sort(known)
	var faults []Fault
	for _, name := range sortedKeys(c.Charts) {
		if slices.Contains(known, name) {
			faults = append(faults, checkChartPlace(c, name)...)
			continue
		}
		at := path{"charts", name}
		fault := Fault{Problem: "not a chart of the platform", Allowed: strings.Join(known, ", "), Fix: removeFix(c.Environment, at)}
		if meant, found := strict.Suggest(name, known); found {
			fault.Problem += fmt.Sprintf("; did you mean %q?", meant)
			fault.Fix = editFix(c.Environment, fmt.Sprintf("rename %s to %s", name, meant))
		}
		faults = append(faults, newFault(at, c.Charts[name], fault))
	}
	return faults
}

// checkChartPlace wants an address or a path: Helm takes anything else for the name of a repository on the machine that it runs on.
func checkChartPlace(c Config, name string) []Fault {
	at, place := path{"charts", name}, c.Charts[name]
	if place == "" || chartPlace.MatchString(place) {
		return nil
	}
	host, _, _ := strings.Cut(place, "/")
	fix := setFix(c.Environment, at, "./"+place)
	switch {
	case strings.Contains(place, "://"):
		fix = removeFix(c.Environment, at)
	case strings.Contains(host, "."):
		fix = setFix(c.Environment, at, "oci://"+place)
	}
	return []Fault{newFault(at, place, Fault{Problem: "neither an address nor a path that starts with a dot",
		Allowed: "oci://<registry>/<path>, https://<host>/<path>, or a path such as ./charts/" + name, Fix: fix})}
}

// chartPlace is where a copy of a chart is.
var chartPlace = regexp.MustCompile(`^(oci://.+|https://.+|[./].*)$`)

// checkAddonVersions wants add-ons that the platform installs, in versions that can exist.
func checkAddonVersions(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.Cluster.AddonVersions) {
		at, version := path{"cluster", "addonVersions", name}, c.Cluster.AddonVersions[name]
		switch {
		case !slices.Contains(addons.Names(), name):
			fault := Fault{Problem: "not an add-on of the platform", Allowed: strings.Join(addons.Names(), ", "), Fix: removeFix(c.Environment, at)}
			if meant, found := strict.Suggest(name, addons.Names()); found {
				fault.Problem += fmt.Sprintf("; did you mean %q?", meant)
				fault.Fix = editFix(c.Environment, fmt.Sprintf("rename %s to %s", name, meant))
			}
			faults = append(faults, newFault(at, version, fault))
		case !addons.Version.MatchString(version):
			faults = append(faults, newFault(at, version, Fault{
				Problem: "not the version of an EKS add-on",
				Allowed: "v<major>.<minor>.<patch>-eksbuild.<build>, as `aws eks describe-addon-versions --addon-name " + name + "` lists them",
				Fix:     remark(removeFix(c.Environment, at), "the version that EKS recommends then holds"),
			}))
		}
	}
	return faults
}
