package schedule

import "github.com/modelway/modelway/internal/labels"

// selector picks the pods of the jobs. A model cannot have the component.
func selector() map[string]string {
	return map[string]string{labels.Name: objectName, labels.Component: labels.Schedule}
}

// all are the labels of every object.
func all() map[string]string {
	made := selector()
	made[labels.PartOf] = labels.Modelway
	return made
}

// podLabels are on the pods of the jobs.
func (a *ScheduleArgs) podLabels() map[string]string {
	made := all()
	made[labels.Compute] = a.Compute
	return made
}
