package doctor

import (
	"fmt"
	"slices"
	"time"

	"github.com/modelway/modelway/internal/machine"
)

var profiles = Check{
	Key: "fargate-profiles", Title: "Every pod that waits for Fargate is selected by a profile",
	Needs:  []Need{needPods, needNodes, needProfiles},
	Breaks: "The pod waits forever: nothing but a profile brings a pod to Fargate.",
	Find:   findProfiles,
}

// Profile is a Fargate profile.
type Profile struct {
	FargateProfileName, Status string
	Selectors                  []struct {
		Namespace string
		Labels    map[string]string
	}
}

func (p Profile) selects(of Pod) bool {
	for _, s := range p.Selectors {
		if machine.Selects(s.Namespace, s.Labels, of.Metadata.Namespace, of.Metadata.Labels) {
			return true
		}
	}
	return false
}

// fargateScheduler takes the pods that a profile selected when they were made
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
const fargateScheduler = "fargate-scheduler"

func (f Facts) strandedOnFargate(p Pod) bool {
	return p.Status.Phase == "Pending" && !p.going() && p.Spec.NodeName == "" && p.Spec.SchedulerName != fargateScheduler && f.wantsFargate(p)
}

func findProfiles(f Facts) (all []Finding) {
	for _, p := range f.Pods {
		if !f.strandedOnFargate(p) {
			continue
		}
		if i := slices.IndexFunc(f.Profiles, func(profile Profile) bool { return profile.selects(p) }); i >= 0 {
			all = append(all, Finding{
				Severity: Error, Object: p.object(),
				Seen: fmt.Sprintf("it was made before Fargate profile %s selected it, and waits forever", f.Profiles[i].FargateProfileName),
				Fix:  "Delete it, so that it is replaced: a profile takes pods only when they are created.", Command: again(p),
			})
			continue
		}
		all = append(all, Finding{
			Severity: Error, Object: p.object(), Seen: fmt.Sprintf("none of the %d Fargate profiles selects namespace %s with the pod's labels",
				len(f.Profiles), p.Metadata.Namespace),
			Fix: fmt.Sprintf("Add {namespace: %s} to the selectors of a profile in modelway:compute.fargateProfiles, deploy, and delete the pod, "+
				"or give the environment a node group", p.Metadata.Namespace),
			Command: describe(p),
		})
	}
	return all
}

var pending = Check{
	Key: "pending-pods", Title: "Every pod has a place and its containers start",
	Needs:  []Need{needPods, needNodes},
	Breaks: "Fewer replicas answer than are wanted, or none.",
	Find:   findPending,
}

const (
	// placePatience is how long a new node may take, and startPatience how long images and volumes may.
	placePatience = 5 * time.Minute
	startPatience = 2 * time.Minute
)

// stuckReasons are what a container waits for that does not come by itself
// (https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff).
var stuckReasons = []string{"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError",
	"CrashLoopBackOff", "ErrImageNeverPull"}

func findPending(f Facts) (all []Finding) {
	for _, p := range f.Pods {
		if p.going() || p.Status.Phase == "Succeeded" {
			continue
		}
		found := Finding{Object: p.object(), Command: describe(p)}
		age := f.Now.Sub(p.Metadata.CreationTimestamp)
		scheduled, told := find(p.Status.Conditions, "PodScheduled")
		stuck, why := p.stuck()
		switch {
		case stuck:
			found.Severity, found.Seen = Error, "its containers cannot start: "+why
			found.Fix = "Mend what the reason names: the image, a Secret or ConfigMap, or the program itself."
		case p.Status.Phase != "Pending" || f.strandedOnFargate(p):
			continue // the check of profiles tells
		case told && scheduled.Status == "False":
			found.Severity, found.Seen = lateness(age, placePatience), "it has no place: "+because(scheduled.Reason, scheduled.Message)
			found.Fix = "Raise the maxSize of a node group that fits, lower the pod's requests, or correct what it selects nodes by."
		case age > startPatience:
			found.Severity, found.Seen = Warning, fmt.Sprintf("it has not started for %s%s", age.Round(time.Second), p.waits())
			found.Fix = "Its events say what it waits for."
		default:
			continue
		}
		all = append(all, found)
	}
	return all
}

// lateness is a warning until something has had the time that it may take.
func lateness(age, patience time.Duration) Severity {
	if age > patience {
		return Error
	}
	return Warning
}

// stuck reports whether a container waits for what does not come by itself, and for what.
func (p Pod) stuck() (bool, string) {
	for _, c := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
		if w := c.State.Waiting; w != nil && slices.Contains(stuckReasons, w.Reason) {
			return true, c.Name + ": " + because(w.Reason, w.Message)
		}
	}
	return false, ""
}

// waits says what containers wait for, with a comma before it.
func (p Pod) waits() string {
	for _, c := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
		if w := c.State.Waiting; w != nil {
			return ", " + c.Name + ": " + because(w.Reason, w.Message)
		}
	}
	return ""
}
