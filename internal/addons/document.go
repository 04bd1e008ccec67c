package addons

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/sheet"
)

// Table describes every Helm add-on, for documents.
func Table() *sheet.Table {
	table := sheet.Of("Helm add-on", "what it does", "chart", "namespace", "pods", "installed", "component")
	for _, row := range All() {
		var pods []string
		for _, w := range row.Workloads {
			pods = append(pods, fmt.Sprintf("%d of %s CPU and %s", w.Replicas, w.CPU, w.Memory))
		}
		installed := "always"
		if row.Setting != "" {
			installed = "by " + strings.Join(append([]string{row.Setting}, row.AlsoSettings...), " or ")
		}
		chart := row.Chart.Name + " " + row.Chart.Version
		if row.Own {
			chart = "none: the platform's own objects"
		}
		table.Add(row.Title, row.Why, chart, row.Chart.Namespace, cmp.Or(strings.Join(pods, ", "), "none"),
			installed,
			strings.TrimPrefix(row.TypeToken(), "modelway:"))
	}
	return table
}

// Documents lists the policies of all rows, made with the facts.
func Documents(f Facts) []iamdoc.Named {
	var all []iamdoc.Named
	for _, row := range All() {
		for key, role := range row.Roles(f) {
			name := row.Title
			if key != row.Key {
				name += ", " + role.Name
			}
			policy := role.Policy
			if role.OnBucket != nil {
				policy = role.OnBucket("arn:" + f.Partition + ":s3:::" + f.ClusterName + "-" + row.Key)
			}
			all = append(all, iamdoc.Named{Name: name, Document: policy})
		}
	}
	return all
}

// Exception takes findings of the security baseline as they are, by check and object.
type Exception struct{ Check, Object, Reason string }

// Exceptions lists the findings of the security baseline that stay, of all rows.
func Exceptions() []Exception {
	var all []Exception
	for _, row := range All() {
		kind, name, _ := strings.Cut(cmp.Or(row.Object, "Deployment "+row.Chart.Name), " ")
		for _, check := range slices.Sorted(maps.Keys(row.Accepted)) {
			all = append(all, Exception{check, kind + " " + row.Chart.Namespace + "/" + name, row.Accepted[check]})
		}
	}
	return all
}
