package kubelet

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Roles in which a test starts its own program, by this variable.
const (
	roleVariable = "KUBELET_TEST_ROLE"
	victimRole   = "victim" // starts a container's process below the folder that is its argument, and waits to be killed
	probeRole    = "probe"  // prints the isolation that it gets below the folder that is its argument
	attendRole   = "attend" // attends a container of the runtime that is its argument, and waits to be killed
)

// TestMain lets the test's program be the first process of containers, and play a role.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == HelperName {
		HelperMain()
	}
	switch os.Getenv(roleVariable) {
	case victimRole:
		_, err := begin(func() (*exec.Cmd, error) {
			return startHelper(launch{Root: os.Args[1], Command: []string{"sh", "-c", "sleep 271828 & sleep 271828"}, Hostname: "victim"},
				[]string{"PATH=" + os.Getenv("PATH")}, nil)
		}, func(int32) {})
		fmt.Println("begun:", err)
		select {}
	case attendRole:
		_, err := attend(os.Args[1], "attended")
		fmt.Println("begun:", err)
		select {}
	case probeRole:
		isolation, err := ProbeIsolation(os.Args[1])
		fmt.Println(isolation, err)
	default:
		os.Exit(m.Run())
	}
}
