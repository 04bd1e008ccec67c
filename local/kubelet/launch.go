package kubelet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// prepareLaunch decides what a container's process is: its files, environment and command.
func (p *Pod) prepareLaunch(ctx context.Context, c *container) error {
	variables, err := p.variables(ctx, c)
	if err != nil {
		return err
	}
	if err := p.prepareOwn(c); err != nil {
		return err
	}
	mounts, err := p.mounts(c, variables)
	if err != nil {
		return err
	}
	if c.program.Runtime != "" {
		p.runtimeLaunch(c, variables, mounts)
		return nil
	}
	own, given := commandLine(c.program, c.Command, c.Args)
	dir, home := c.WorkingDir, p.own(c, homeName)
	expanded := func(words []string) []string {
		return mapped(words, func(word string) string { return expand(word, variables) })
	}
	given = expanded(given)
	if p.Isolation == Mounted {
		setDefault(variables, "TMPDIR", temporaryPath)
	} else {
		temporary := rewrite(temporaryPath, mounts)
		if temporary == temporaryPath {
			temporary = p.own(c, "tmp")
		}
		if err := linkTemporary(mounts, temporary); err != nil {
			return err
		}
		for name, value := range variables {
			if value != os.Getenv("PATH") {
				variables[name] = rewrite(value, mounts)
			}
		}
		given = mapped(given, func(word string) string { return rewrite(word, mounts) })
		dir = rewrite(dir, mounts)
		setDefault(variables, "TMPDIR", temporary)
	}
	setDefault(variables, "HOME", home)
	for name, value := range c.program.Environment { // it wins over the container's
		variables[name] = expand(value, variables)
	}
	c.environment = pairs(variables)
	c.launch = launch{Mounts: mounts, Root: p.own(c, "root"), Hostname: p.object.Name, Command: slices.Concat(expanded(own), given)}
	for _, candidate := range []string{dir, c.program.Directory, home} {
		if candidate != "" {
			c.launch.Directories = append(c.launch.Directories, candidate)
		}
	}
	c.launch.Keep = append(kept(c.program), home)
	return nil
}

// kept are the files of this machine that a program needs, wherever they are: its folder, and the files that its command names, with what
// is beside them. Of a program in a folder bin, the folder above belongs to it.
func kept(program Program) (paths []string) {
	for i, word := range program.Command {
		if !filepath.IsAbs(word) {
			continue
		}
		dir := filepath.Dir(word)
		if i == 0 && filepath.Base(dir) == "bin" {
			paths = append(paths, filepath.Dir(dir))
		}
		paths = append(paths, dir, word)
	}
	if program.Directory != "" {
		paths = append(paths, program.Directory)
	}
	return paths
}

func mapped(words []string, change func(string) string) (all []string) {
	for _, word := range words {
		all = append(all, change(word))
	}
	return all
}

func setDefault(variables map[string]string, name, value string) {
	if _, set := variables[name]; !set {
		variables[name] = value
	}
}

// begin starts a command of a container. One of a container runtime's client has nothing of the container's.
func (p *Pod) begin(c *container, l launch, environment []string, output io.Writer) (*exec.Cmd, error) {
	if p.Isolation == Mounted && c.program.Runtime == "" {
		return startHelper(l, environment, output)
	}
	return startPlain(l, environment, output)
}

// launchProcess starts the container's process, its hook and its probes.
func (p *Pod) launchProcess(ctx context.Context, c *container) error {
	log, err := openLog(ContainerLogFile(p.LogDir, p.object, c.Name), logLimit)
	if err != nil {
		return err
	}
	c.log = log
	remove, err := p.attended(c, log)
	if err != nil {
		return errors.Join(err, log.Close())
	}
	observing, end := context.WithCancel(ctx)
	started, err := begin(
		func() (*exec.Cmd, error) {
			l := c.launch
			if c.program.Relay.of(c.Container) {
				argument, err := c.program.Relay.open(observing, Loopback(p.ip))
				if err != nil {
					return nil, err
				}
				l.Command = append(slices.Clone(l.Command), argument)
			}
			return p.begin(c, l, c.environment, log)
		},
		func(code int32) {
			end()
			remove()
			_ = log.Close()
			p.events <- func() { p.exited(c, code) }
		})
	if err != nil {
		end()
		remove()
		fmt.Fprintf(log, "%v (image %s)\n", err, c.Image)
		return errors.Join(err, log.Close())
	}
	c.process, c.stopping, c.killedFor = started, false, ""
	t := p.target(c)
	go t.live(observing, c.Container, func(o observation) {
		select {
		case p.events <- func() { p.observed(ctx, c, started, o) }:
		case <-observing.Done():
		}
	})
	return nil
}

// live performs the postStart hook, and then the probes.
func (t target) live(ctx context.Context, c corev1.Container, tell func(observation)) {
	if c.Lifecycle != nil && c.Lifecycle.PostStart != nil {
		if err := t.hook(ctx, *c.Lifecycle.PostStart); err != nil {
			tell(observation{fault: fmt.Errorf("its postStart hook failed: %w", err)})
			return
		}
	}
	t.observe(ctx, probes{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe}, tell)
}

// probeFault says which probe failed, and how.
func probeFault(name string, err error) error {
	return fmt.Errorf("its %s probe failed: %w", name, err)
}

// target is how probes and hooks reach a container.
func (p *Pod) target(c *container) target {
	main, environment, program, name := c.launch, c.environment, c.program, p.runtimeName(c)
	return target{address: Loopback(p.ip), ports: c.Ports, exec: func(ctx context.Context, command []string) (string, error) {
		var output bytes.Buffer
		l := main
		l.Command = slices.Clone(command)
		if program.Runtime != "" {
			l.Command = slices.Concat([]string{program.Runtime, "exec", name}, command)
		} else if p.Isolation != Mounted {
			for i := range l.Command {
				l.Command[i] = rewrite(l.Command[i], l.Mounts)
			}
		}
		ended := make(chan int32, 1)
		run, err := begin(func() (*exec.Cmd, error) { return p.begin(c, l, environment, &output) }, func(code int32) { ended <- code })
		if err != nil {
			return "", err
		}
		select {
		case code := <-ended:
			if code != 0 {
				err = fmt.Errorf("it ends with exit code %d", code)
			}
			return output.String(), err
		case <-ctx.Done():
			run.kill()
			<-ended
			return output.String(), ctx.Err()
		}
	}}
}
