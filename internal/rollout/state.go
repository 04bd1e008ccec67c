package rollout

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The parts of Kubernetes objects that are looked at, by their names in JSON.
type (
	metadata struct {
		Name              string            `json:"name"`
		Namespace         string            `json:"namespace"`
		Generation        int64             `json:"generation"`
		Labels            map[string]string `json:"labels"`
		Annotations       map[string]string `json:"annotations"`
		DeletionTimestamp *string           `json:"deletionTimestamp"`
		OwnerReferences   []struct {
			Name string `json:"name"`
		} `json:"ownerReferences"`
	}
	// Deployment of a version.
	Deployment struct {
		Metadata metadata `json:"metadata"`
		Spec     struct {
			Replicas *int `json:"replicas"`
			Template struct {
				Metadata metadata `json:"metadata"`
				Spec     struct {
					Containers []struct {
						Image string `json:"image"`
					} `json:"containers"`
				} `json:"spec"`
			} `json:"template"`
		} `json:"spec"`
		Status struct {
			ObservedGeneration int64 `json:"observedGeneration"`
			Replicas           int   `json:"replicas"`
			UpdatedReplicas    int   `json:"updatedReplicas"`
			AvailableReplicas  int   `json:"availableReplicas"`
			Conditions         []struct {
				Type, Status, Reason, Message string
			} `json:"conditions"`
		} `json:"status"`
	}
	replicaSet struct {
		Metadata metadata `json:"metadata"`
	}
	// Pod of a version.
	Pod struct {
		Metadata metadata `json:"metadata"`
		Status   struct {
			Phase      string `json:"phase"`
			Conditions []struct {
				Type, Status, Reason, Message string
			} `json:"conditions"`
			InitContainerStatuses []containerStatus `json:"initContainerStatuses"`
			ContainerStatuses     []containerStatus `json:"containerStatuses"`
		} `json:"status"`
		// endedBefore says that its containers have ended before anybody looked, and not since: the cause may be mended, and shows when they
		// start again.
		endedBefore bool
	}
	containerStatus struct {
		Name         string `json:"name"`
		Ready        bool   `json:"ready"`
		RestartCount int    `json:"restartCount"`
		State        state  `json:"state"`
		LastState    state  `json:"lastState"`
	}
	state struct {
		Waiting    *struct{ Reason, Message string } `json:"waiting"`
		Terminated *struct {
			Reason, Message string
			ExitCode        int
		} `json:"terminated"`
	}
	// Event about an object.
	Event struct {
		Type           string                                 `json:"type"`
		Reason         string                                 `json:"reason"`
		Last           time.Time                              `json:"lastTimestamp"`
		Message        string                                 `json:"message"`
		InvolvedObject struct{ Kind, Name, Namespace string } `json:"involvedObject"`
	}
)

// Cluster is what is seen of all models.
type Cluster struct {
	// Deployments by name.
	Deployments map[string]Deployment
	// Pods of the revision that each Deployment wrote last, by the Deployment's name.
	Pods map[string][]Pod
	// InferenceServices by name; none where KServe is not installed.
	InferenceServices map[string]InferenceService
	// Applications of Argo CD by name; read where it delivers models.
	Applications map[string]Application
	// Events that warn.
	Events []Event
}

// Answer is what a URL said.
type Answer struct {
	// Asked says that an answer was waited for.
	Asked bool
	// Status is the code of the answer; 0 where there was none.
	Status int
	// Number is the value of the header X-Model-Version; empty where there was none.
	Number string
	// Lineage is the value of the header X-Model-Lineage; empty where there was none.
	Lineage string
	// Err says why there was no answer.
	Err error
}

// revisionAnnotation numbers the revisions of a Deployment, on it and on its ReplicaSets
// (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status).
const revisionAnnotation = "deployment.kubernetes.io/revision"

// read makes a Cluster from lists of objects in JSON. One that is nil is empty.
func read(deployments, replicaSets, pods, events, services []byte) (Cluster, error) {
	c := Cluster{Deployments: map[string]Deployment{}, Pods: map[string][]Pod{}, InferenceServices: map[string]InferenceService{}}
	all, err := items[Deployment](deployments, nil)
	sets, err := items[replicaSet](replicaSets, err)
	running, err := items[Pod](pods, err)
	warnings, err := items[Event](events, err)
	filed, err := items[InferenceService](services, err)
	if err != nil {
		return c, err
	}
	for _, d := range all {
		c.Deployments[d.Metadata.Name] = d
	}
	for _, service := range filed {
		c.InferenceServices[service.Metadata.Name] = service
	}
	newest := map[string]string{} // Deployments by the name of their newest ReplicaSet
	for _, set := range sets {
		for _, owner := range set.Metadata.OwnerReferences {
			if d, found := c.Deployments[owner.Name]; found &&
				d.Metadata.Annotations[revisionAnnotation] == set.Metadata.Annotations[revisionAnnotation] {
				newest[set.Metadata.Name] = owner.Name
			}
		}
	}
	for _, p := range running {
		for _, owner := range p.Metadata.OwnerReferences {
			if name := newest[owner.Name]; name != "" && p.Metadata.DeletionTimestamp == nil {
				c.Pods[name] = append(c.Pods[name], p)
			}
		}
	}
	for _, e := range warnings {
		if e.Type == "Warning" {
			c.Events = append(c.Events, e)
		}
	}
	return c, nil
}

func items[T any](text []byte, before error) ([]T, error) {
	var list struct{ Items []T }
	if before != nil {
		return nil, before
	}
	if text == nil {
		return nil, nil
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("reading a list of Kubernetes objects: %w", err)
	}
	return list.Items, nil
}

// crashes is how many restarts of a container that is waiting for the next one make a crash loop.
const crashes = 3

// loops says that the container ends again and again.
func (c containerStatus) loops() bool {
	waiting := c.State.Waiting
	return waiting != nil && waiting.Reason == "CrashLoopBackOff" && c.RestartCount >= crashes
}

// crashLoop says that a container of the pod ends again and again.
func (p Pod) crashLoop() bool {
	return !p.endedBefore && slices.ContainsFunc(p.Status.ContainerStatuses, containerStatus.loops)
}

// downloadLoop says that an init container of the pod, which loads files, fails again and again.
func (p Pod) downloadLoop() bool {
	return !p.endedBefore && slices.ContainsFunc(p.Status.InitContainerStatuses, containerStatus.loops)
}

// restarts of all containers of the pod.
func (p Pod) restarts() (sum int) {
	for _, c := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
		sum += c.RestartCount
	}
	return sum
}

// restarts of pods by name.
func (c Cluster) restarts() map[string]int {
	all := map[string]int{}
	for _, pods := range c.Pods {
		for _, pod := range pods {
			all[pod.Metadata.Name] = pod.restarts()
		}
	}
	return all
}

// since marks the pods that have not ended again since they had so many restarts.
func (c Cluster) since(before map[string]int) {
	for _, pods := range c.Pods {
		for i, pod := range pods {
			pods[i].endedBefore = pod.restarts() > 0 && pod.restarts() == before[pod.Metadata.Name]
		}
	}
}

// loading says that an init container has failed, so that nothing after it has started.
func (p Pod) loading() bool {
	return slices.ContainsFunc(p.Status.InitContainerStatuses, func(c containerStatus) bool { return !c.Ready && c.failure() != "" })
}

// loops says that a container of the pod, or one before it, ends again and again.
func (p Pod) loops() bool { return p.crashLoop() || p.downloadLoop() }

// failure is what the last run of the container left as its message, or why it ended; empty for one that has not failed.
func (c containerStatus) failure() string {
	for _, s := range []state{c.State, c.LastState} {
		if end := s.Terminated; end != nil && end.ExitCode != 0 {
			return fmt.Sprintf("%s (exit code %d, %d restarts)", cmp.Or(strings.TrimSpace(end.Message), end.Reason), end.ExitCode, c.RestartCount)
		}
	}
	return ""
}

// trouble is why a pod is not ready; empty for one that is, or that gives no reason. An init container comes first, since nothing starts
// after one that fails.
func (p Pod) trouble() string {
	for _, c := range p.Status.InitContainerStatuses {
		if failure := c.failure(); failure != "" && !c.Ready {
			return fmt.Sprintf("init container %s: %s", c.Name, failure)
		}
	}
	for _, c := range p.Status.ContainerStatuses {
		if waiting := c.State.Waiting; waiting != nil && waiting.Reason != "ContainerCreating" {
			return fmt.Sprintf("%s: %s (%d restarts)", waiting.Reason, strings.TrimSpace(waiting.Message), c.RestartCount)
		}
	}
	for _, c := range p.Status.Conditions {
		if c.Type == "PodScheduled" && c.Status == "False" {
			return c.Reason + ": " + c.Message
		}
	}
	for _, c := range p.Status.ContainerStatuses {
		if !c.Ready {
			return fmt.Sprintf("container %s runs, but is not ready: its readiness probe fails", c.Name)
		}
	}
	return ""
}
