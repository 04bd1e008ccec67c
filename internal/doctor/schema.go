package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/mlflowserver"
)

var schema = Check{
	Key: "database-schema", Title: "The schema of MLflow's database is that of the image that runs",
	Needs:  []Need{needDeployments, needJobs, needMLflow},
	Breaks: "MLflow does not start, or fails where it needs a column that is not there.",
	Find:   findSchema,
}

// Job is a Job.
type Job struct {
	Metadata Meta
	Spec     struct {
		Template struct {
			Spec struct {
				Containers []struct{ Name, Image string }
			}
		}
	}
	Status struct {
		Succeeded  int
		Conditions []Condition
	}
}

func findSchema(f Facts) []Finding {
	i := slices.IndexFunc(f.Deployments, func(d Deployment) bool {
		return d.Metadata.Namespace == mlflowserver.Namespace && d.Metadata.Name == mlflowserver.Name
	})
	if i < 0 {
		return nil
	}
	server := f.Deployments[i]
	var jobs []Job
	for _, j := range f.Jobs {
		if j.Metadata.Namespace == mlflowserver.Namespace && strings.HasPrefix(j.Metadata.Name, mlflowserver.Schema) {
			jobs = append(jobs, j)
		}
	}
	slices.SortFunc(jobs, func(a, b Job) int { return b.Metadata.CreationTimestamp.Compare(a.Metadata.CreationTimestamp) })
	found := Finding{Severity: Error, Object: server.object(), Fix: "Deploy again: the Job that changes the schema runs before the server."}
	if len(jobs) == 0 {
		found.Severity, found.Seen = Warning, "no Job that changes the schema is there, so that nobody can tell the schema's version"
		return []Finding{found}
	}
	newest := jobs[0]
	found.Command = fmt.Sprintf("kubectl -n %s logs -l %s=%s --tail=50", mlflowserver.Namespace, labels.Name, mlflowserver.Schema)
	failed, _ := find(newest.Status.Conditions, "Failed")
	image := ""
	for _, c := range newest.Spec.Template.Spec.Containers {
		image = c.Image
	}
	switch {
	case failed.Status == "True":
		found.Object, found.Seen = "Job "+newest.Metadata.Full(), "it failed: "+because(failed.Reason, failed.Message)
		found.Fix = "Mend what its log says, delete the Job, and deploy again. Before a second try, look whether a snapshot of the database " +
			"has to come back."
	case newest.Status.Succeeded == 0:
		found.Severity, found.Object, found.Seen = Warning, "Job "+newest.Metadata.Full(), "it has not ended: the schema is being changed"
		found.Fix = "Wait for it."
	case !slices.Contains(server.images(), image):
		found.Seen = fmt.Sprintf("the schema is that of %s, and the server runs %s", image, strings.Join(server.images(), ", "))
	default:
		return nil
	}
	return []Finding{found}
}
