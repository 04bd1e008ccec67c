package kubelet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/image"
)

// Program is what runs in place of an image.
type Program struct {
	// Command is the program and its first arguments, in place of the image's entrypoint. In it, $(NAME) stands for a variable of the
	// container's environment, as in Kubernetes.
	Command []string
	// Runtime is the path of docker or podman, which runs the image itself: Command, Last and Directory have no part in it. Default none.
	Runtime string `json:",omitempty"`
	// Last are arguments after the container's own: of two equal flags, most programs take the last.
	Last []string
	// Replace says what stands in the container's command and arguments in place of a text, in pairs: the text, and what replaces it, with
	// variables as in Command. It is for programs that listen on all addresses, or call localhost, and refuse a flag that is given twice.
	Replace []string
	// Directory is where it starts unless the container has a workingDir. Default: a folder of its own.
	Directory string
	// Environment has further variables, which win over the container's.
	Environment map[string]string
	// Relay has it listen at a port of its own in place of one that it takes on all addresses. Default none.
	Relay Relay
}

// Programs knows the programs that images stand for.
type Programs interface {
	// Find returns the program of an image, or why there is none.
	Find(image string) (program Program, why string)
	// Revision is another number once what Find returns may have changed.
	Revision() uint64
}

// Table is programs by image repository, without tag and digest.
type Table map[string]Program

// Find looks an image's repository up.
func (t Table) Find(name string) (Program, string) {
	repository, _, _ := image.Split(name)
	program, known := t[repository]
	if !known {
		return Program{}, fmt.Sprintf("no program here stands for image %s", repository)
	}
	return program, ""
}

// Revision is always the same: a table does not change.
func (Table) Revision() uint64 { return 0 }

// shells are commands that a container runs as they are. Every other command that it has in place of its image's entrypoint is a path in
// the image: its first word stands for the program.
var shells = map[string]bool{"sh": true, "bash": true, "/bin/sh": true, "/bin/bash": true, "/usr/bin/env": true}

// commandLine is the program of a container with its arguments, not yet expanded: the words of the program, and those of the container.
func commandLine(program Program, command, args []string) (own, given []string) {
	replaced := strings.NewReplacer(program.Replace...).Replace
	command, args = mapped(command, replaced), mapped(args, replaced)
	switch {
	case len(command) > 0 && shells[command[0]]:
		return nil, slices.Concat(command, args)
	case len(command) > 0:
		return program.Command, slices.Concat(command[1:], args, program.Last)
	}
	return program.Command, slices.Concat(args, program.Last)
}
