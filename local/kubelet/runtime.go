package kubelet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// removeTimeout bounds how long a container runtime may take to remove a container.
const removeTimeout = 30 * time.Second

// allAddresses is what a program listens on that has a network of its own.
const allAddresses = "0.0.0.0"

// runtimeName is the name of a container for its runtime.
func (p *Pod) runtimeName(c *container) string {
	return fmt.Sprintf("modelway-%s-%s", p.object.UID, c.Name)
}

// runtimeLaunch makes a container's process that of its runtime's client, which runs the image: at the pod's address and ports, with its
// variables and volumes, and as the user and with the rights that the container asks for. It is Docker's command line, which Podman
// understands (https://docs.docker.com/reference/cli/docker/container/run/).
func (p *Pod) runtimeLaunch(c *container, variables map[string]string, mounts []mount) {
	if variables["PATH"] == os.Getenv("PATH") {
		delete(variables, "PATH") // the image has its own
	}
	delete(variables, "HOSTNAME")
	variables["BIND_ADDRESS"] = allAddresses
	for name, value := range c.program.Environment { // it wins over the container's
		variables[name] = expand(value, variables)
	}
	given, environment := clientVariables(variables)
	words := slices.Concat([]string{c.program.Runtime, "run", "--rm", "--name", p.runtimeName(c), "--hostname", p.object.Name},
		pull(c.ImagePullPolicy), published(c.Ports, Loopback(p.ip)), given)
	for _, m := range mounts {
		if m.Source != p.own(c, "tmp") { // the container has a folder for temporary files of its own
			words = append(words, "--mount", bindMount(m))
		}
	}
	words = append(words, confined(p.object.Spec.SecurityContext, c.SecurityContext)...)
	if c.WorkingDir != "" {
		words = append(words, "--workdir", expand(c.WorkingDir, variables))
	}
	command := mapped(slices.Concat(c.Command, c.Args), func(word string) string { return expand(word, variables) })
	if len(c.Command) > 0 {
		words, command = append(words, "--entrypoint", command[0]), command[1:]
	}
	c.environment = environment
	c.launch = launch{Command: slices.Concat(words, []string{c.Image}, command), Directories: []string{p.own(c, homeName)}}
}

// clientVariables are the arguments that give a container its variables, and the environment of the runtime's client. By its name alone a
// variable is taken from there, so that its value is in no list of processes; one that the client itself reads is written out.
func clientVariables(variables map[string]string) (words, environment []string) {
	environment = os.Environ()
	for _, pair := range pairs(variables) {
		name, _, _ := strings.Cut(pair, "=")
		_, has := os.LookupEnv(name)
		if has || strings.HasPrefix(name, "DOCKER_") || strings.HasPrefix(name, "CONTAINER") {
			words = append(words, "--env", pair)
			continue
		}
		words, environment = append(words, "--env", name), append(environment, pair)
	}
	return words, environment
}

// pull says when the runtime gets the image from its registry: as the API server has filled in, only where it is missing.
func pull(policy corev1.PullPolicy) []string {
	when := map[corev1.PullPolicy]string{corev1.PullAlways: "always", corev1.PullNever: "never"}[policy]
	if when == "" {
		when = "missing"
	}
	return []string{"--pull", when}
}

// published opens the ports of a container at an address of this machine.
func published(ports []corev1.ContainerPort, address string) (words []string) {
	for _, port := range ports {
		protocol := strings.ToLower(string(port.Protocol))
		if protocol == "" {
			protocol = "tcp"
		}
		words = append(words, "--publish", fmt.Sprintf("%s:%d:%d/%s", address, port.ContainerPort, port.ContainerPort, protocol))
	}
	return words
}

// bindMount is a mount as a list of values divided by commas, in quotes where one has a comma.
func bindMount(m mount) string {
	fields := []string{"type=bind", "source=" + m.Source, "target=" + m.Path}
	if m.ReadOnly {
		fields = append(fields, "readonly")
	}
	for i, field := range fields {
		if strings.ContainsAny(field, `,"`) {
			fields[i] = `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
		}
	}
	return strings.Join(fields, ",")
}

// confined are the arguments for the user and the rights that a container asks for, or else its pod.
func confined(pod *corev1.PodSecurityContext, own *corev1.SecurityContext) (words []string) {
	if pod == nil {
		pod = &corev1.PodSecurityContext{}
	}
	if own == nil {
		own = &corev1.SecurityContext{}
	}
	user, group := own.RunAsUser, own.RunAsGroup
	if user == nil {
		user = pod.RunAsUser
	}
	if group == nil {
		group = pod.RunAsGroup
	}
	if user != nil && group != nil {
		words = append(words, "--user", fmt.Sprintf("%d:%d", *user, *group))
	} else if user != nil {
		words = append(words, "--user", fmt.Sprint(*user))
	}
	if isTrue(own.ReadOnlyRootFilesystem) {
		words = append(words, "--read-only")
	}
	if own.AllowPrivilegeEscalation != nil && !*own.AllowPrivilegeEscalation {
		words = append(words, "--security-opt", "no-new-privileges")
	}
	if own.Capabilities != nil {
		for _, capability := range own.Capabilities.Drop {
			words = append(words, "--cap-drop", string(capability))
		}
		for _, capability := range own.Capabilities.Add {
			words = append(words, "--cap-add", string(capability))
		}
	}
	return words
}

// attend starts a process that removes a container of a runtime once the returned function is called, or the local stack has ended, however
// it did. The function returns when that is done. A client that was killed leaves its container running.
func attend(runtime, name string) (remove func() error, err error) {
	command := exec.Command("sh", "-c", `read -r _; exec "$0" rm --force --volumes "$1"`, runtime, name)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.WaitDelay = removeTimeout
	alive, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting what removes the container %s at its end: %w", name, err)
	}
	return func() error {
		late := time.AfterFunc(removeTimeout, func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) })
		defer late.Stop()
		_ = alive.Close() // which tells it
		var failed *exec.ExitError
		if err := command.Wait(); errors.As(err, &failed) && failed.Exited() {
			return nil // there is no such container any more: it was run with --rm
		} else if err != nil {
			return fmt.Errorf("%s did not remove the container %s within %s: run `%s rm --force %s`", filepath.Base(runtime), name, removeTimeout,
				filepath.Base(runtime), name)
		}
		return nil
	}, nil
}

// attended is attend for a container; there is nothing to remove of a program of this machine.
func (p *Pod) attended(c *container, log io.Writer) (remove func(), err error) {
	if c.program.Runtime == "" {
		return func() {}, nil
	}
	end, err := attend(c.program.Runtime, p.runtimeName(c))
	if err != nil {
		return nil, err
	}
	return func() {
		if err := end(); err != nil {
			fmt.Fprintln(log, err)
		}
	}, nil
}
