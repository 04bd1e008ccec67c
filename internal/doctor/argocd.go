package doctor

import (
	"fmt"
	"slices"
	"strings"

	names "github.com/modelway/modelway/internal/argocd"
)

var argocd = Check{
	Key: "argo-cd", Title: "Every Application of Argo CD is synced and healthy",
	Needs:  []Need{needApplications},
	Uses:   []Need{needVersions},
	Breaks: "What is in Git is not what runs.",
	Find:   findApplications,
}

// Application is an Application of Argo CD
// (https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/).
type Application struct {
	Metadata Meta
	Status   struct {
		Sync           struct{ Status, Revision string }
		Health         struct{ Status, Message string }
		Conditions     []Condition
		OperationState struct {
			Phase, Message string
			SyncResult     struct{ Revision string }
		}
	}
}

// failed says that the last sync failed, and nothing after it has brought what is in Git.
func (a Application) failed() bool {
	last := a.Status.OperationState
	mended := a.Status.Sync.Status == "Synced" && a.Status.Sync.Revision != last.SyncResult.Revision
	return (last.Phase == "Failed" || last.Phase == "Error") && !mended
}

// withoutApplication are the models that Argo CD is to deliver, and knows nothing of.
func (f Facts) withoutApplication() (all []Finding) {
	for _, m := range f.Versions {
		if m.Application == "" || slices.ContainsFunc(f.Applications, func(a Application) bool {
			return a.Metadata.Namespace == names.Namespace && a.Metadata.Name == m.Application
		}) {
			continue
		}
		all = append(all, Finding{
			Severity: Error, Object: "model " + m.Name,
			Seen: fmt.Sprintf("Argo CD is to deliver it, and Application %s/%s is not in the cluster", names.Namespace, m.Application),
			Fix:  "Deploy: `pulumi refresh` sees that it is gone, and `pulumi up` makes it again.",
		})
	}
	return all
}

func findApplications(f Facts) (all []Finding) {
	all = f.withoutApplication()
	for _, a := range f.Applications {
		at := Finding{Object: "Application " + a.Metadata.Full(),
			Command: fmt.Sprintf("kubectl -n %s describe application %s", a.Metadata.Namespace, a.Metadata.Name)}
		add := func(severity Severity, seen, fix string) {
			found := at
			found.Severity, found.Seen, found.Fix = severity, seen, fix
			all = append(all, found)
		}
		for _, c := range a.Status.Conditions {
			if strings.HasSuffix(c.Type, "Error") {
				add(Error, because(c.Type, c.Message),
					"Mend what the message names: the repository's address and credentials, its path, or the project.")
			}
		}
		if a.failed() {
			add(Error, "its last sync failed: "+a.Status.OperationState.Message, "Mend what was refused in the repository, and push.")
		}
		switch health := a.Status.Health.Status; health {
		case "Degraded", "Missing":
			add(Error, strings.TrimSuffix("it is "+health+": "+a.Status.Health.Message, ": "),
				"Its resources say which of them, and their events why.")
		case "Unknown":
			add(Warning, strings.TrimSuffix("its health is not known: "+a.Status.Health.Message, ": "),
				"Look at its conditions and at the log of the application controller.")
		}
		switch sync := a.Status.Sync.Status; sync {
		case "OutOfSync":
			add(Warning, "what runs is not what is in Git",
				"Look at the difference, and sync; what has to be pruned waits for a person who confirms it.")
		case "", "Unknown":
			add(Warning, "nobody knows whether what runs is what is in Git", "Look at its conditions: the repository may be out of reach.")
		}
	}
	return all
}
