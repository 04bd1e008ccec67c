//go:build !linux

package kubelet

import (
	"errors"
	"os/exec"
)

// HelperMain is for Linux.
func HelperMain() { panic("kubelet: containers have no namespaces on this system") }

// ProbeIsolation tells that this system has no mount namespaces.
func ProbeIsolation(string) (Isolation, error) {
	return Rewritten, errors.New("mount namespaces need Linux")
}

func namespaces(*exec.Cmd) {}
