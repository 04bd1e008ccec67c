package kubelet

import (
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/image"
)

// singles are the pods that have the programs of which one runs at a time, by the program's path.
type singles struct {
	mutex   sync.Mutex
	holders map[string]types.UID
	freed   uint64 // how often a pod has given one back
}

// take gives a program to a pod, unless another pod has it.
func (s *singles) take(path string, pod types.UID) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if holder, held := s.holders[path]; held {
		return holder == pod
	}
	if s.holders == nil {
		s.holders = map[string]types.UID{}
	}
	s.holders[path] = pod
	return true
}

// release takes back what a pod has.
func (s *singles) release(pod types.UID) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for path, holder := range s.holders {
		if holder == pod {
			delete(s.holders, path)
			s.freed++
		}
	}
}

func (s *singles) revision() uint64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.freed
}

// StandInAnnotation on a pod says that nothing of it runs here, and why: its chart stands in for the published one, and lacks what the
// programs of its images need.
const StandInAnnotation = "modelway.dev/stand-in"

// program returns what an image of a pod stands for, or why it runs nothing.
func (k *Kubelet) program(pod *corev1.Pod, name string) (Program, string) {
	if why := pod.Annotations[StandInAnnotation]; why != "" {
		return Program{}, why
	}
	return k.Programs.Find(name)
}

// find is program, for a pod that is going to run it.
func (k *Kubelet) find(pod *corev1.Pod, name string) (Program, string) {
	program, why := k.program(pod, name)
	if why == "" && program.Single && !k.singles.take(program.Command[0], pod.UID) {
		repository, _, _ := image.Split(name)
		return Program{}, fmt.Sprintf("image %s stands by: another pod of it listens on all addresses of this machine", repository)
	}
	return program, why
}
