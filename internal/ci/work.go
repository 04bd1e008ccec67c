package ci

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// work is a step at work.
type work struct {
	Workplace
	// ctx ends when a person stops the step. A program that runs then is not killed: it gets the signal itself, and ends as it should.
	ctx context.Context
}

// call is a run of another program.
type call struct {
	program string
	args    []string
	// env are variables beside those of the step, as in A=b.
	env []string
	// out and err take what it prints; nil is what the step prints to.
	out, err io.Writer
	// quiet leaves the command out of what is printed: it asks, and changes nothing.
	quiet bool
}

// String is the command as a person could type it.
func (c call) String() string {
	words := []string{c.program}
	for _, arg := range c.args {
		if arg == "" || strings.ContainsFunc(arg, unsafe) {
			arg = strconv.Quote(arg)
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// unsafe says whether a character may not stand in a command without quotes; a line break would begin a command of GitHub's log.
func unsafe(r rune) bool {
	return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@^%~", r)
}

// do runs a program, and waits for it.
func (w *work) do(c call) error {
	if err := context.Cause(w.ctx); err != nil {
		return fmt.Errorf("stopped before %s: %w", c, err)
	}
	if !c.quiet {
		fmt.Fprintf(w.Err, "$ %s\n", c)
	}
	command := exec.Command(c.program, c.args...)
	command.Env = append(os.Environ(), c.env...)
	command.Stdout, command.Stderr = w.Out, w.Err
	if c.out != nil {
		command.Stdout = c.out
	}
	if c.err != nil {
		command.Stderr = c.err
	}
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	return nil
}

// ask runs a program that changes nothing, and returns what it prints, without the line break at its end.
func (w *work) ask(program string, args ...string) (string, error) {
	var out bytes.Buffer
	err := w.do(call{program: program, args: args, out: &out, quiet: true})
	return strings.TrimRight(out.String(), "\n"), err
}

// self is a call of another command of this program.
func (w *work) self(args ...string) call { return call{program: w.Self, args: args} }

// logged runs a program, prints what it prints, and keeps it in a file. What it prints to c.out, where that is set, is neither.
func (w *work) logged(c call, file string) error {
	log, err := os.Create(file)
	if err != nil {
		return err
	}
	c.err = io.MultiWriter(w.Out, log)
	if c.out == nil {
		c.out = c.err
	}
	return errors.Join(w.do(c), log.Close())
}

// git changes a checkout, in a line of the log.
func (w *work) git(checkout string, args ...string) error {
	return w.do(call{program: "git", args: append([]string{"-C", checkout}, args...)})
}

// folderOf makes a folder for what a step leaves about a stack, without what an earlier run left.
func folderOf(stack string) (string, error) {
	folder := filepath.Join(delivered, stack)
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	return folder, os.MkdirAll(folder, 0o755)
}

// delivered is the folder of what steps leave.
const delivered = ".modelway/delivery"

// write writes a file of a folder that is there.
func write(file, text string) error { return os.WriteFile(file, []byte(text), 0o644) }

// contents is the text of a file; "" where there is none.
func contents(file string) (string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return string(text), err
}
