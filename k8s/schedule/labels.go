package schedule

const (
	// computeLabel on a pod says what it runs on. The selectors of the Fargate profiles match it.
	computeLabel = "modelway.dev/compute"

	nameLabel      = "app.kubernetes.io/name"
	componentLabel = "app.kubernetes.io/component"
	partOfLabel    = "app.kubernetes.io/part-of"

	// modelSelector picks the Deployments of all models, in both versions, and nothing of the schedule itself.
	modelSelector = partOfLabel + "=modelway," + componentLabel + " in (model,canary)"
)

// selector picks the pods of the jobs. A model cannot have the component.
func selector() map[string]string {
	return map[string]string{nameLabel: objectName, componentLabel: "schedule"}
}

// labels are on every object.
func labels() map[string]string {
	all := selector()
	all[partOfLabel] = "modelway"
	return all
}

// podLabels are on the pods of the jobs.
func (a *ScheduleArgs) podLabels() map[string]string {
	all := labels()
	all[computeLabel] = a.Compute
	return all
}
