package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/internal/localcli"
)

// Lender is where a project finds the checkout whose local stack it uses: a link. A clone of Modelway has none.
func (p Project) Lender() string { return p.State("modelway") }

// Lend gives a project the local stack of the checkout, by links. Only the program that runs the commands is a file of the project, since
// it finds the project by where it lies.
func (c Checkout) Lend(p Project) error {
	programs, err := os.ReadDir(c.Bin())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.State("bin"), 0o755); err != nil {
		return err
	}
	for _, program := range programs {
		from, to := filepath.Join(c.Bin(), program.Name()), p.State("bin", program.Name())
		switch {
		case strings.HasPrefix(program.Name(), "."): // the bootstrap's lock and stamps
		case program.Name() == localcli.Program:
			err = errors.Join(err, same(from, to))
		case program.Type()&os.ModeSymlink != 0: // another name of one that lies beside it
			if leads, readErr := os.Readlink(from); readErr == nil {
				err = errors.Join(err, symlink(leads, to))
			}
		default:
			err = errors.Join(err, symlink(from, to))
		}
	}
	for _, folder := range []string{"node", "python"} {
		err = errors.Join(err, symlink(Project(c).State(folder), p.State(folder)))
	}
	return errors.Join(err, symlink(c.Root, p.Lender()))
}

// Build makes the project's own program.
func (p Project) Build(ctx context.Context, out io.Writer, program string) error {
	err := goCommand(ctx, p.Root, out, out, "build", "-o", program, ".")
	if errors.As(err, new(*exec.ExitError)) {
		return fmt.Errorf("the program in %s does not build; fix: `go build` there says what is wrong", p.Root)
	}
	return err
}

// same makes a file the one at another path; on another file system, a copy of it.
func same(from, to string) error {
	is, err := os.Stat(from)
	if err != nil {
		return err
	}
	was, err := os.Lstat(to)
	if err == nil && (os.SameFile(is, was) || is.Size() == was.Size() && is.ModTime().Equal(was.ModTime())) {
		return nil
	}
	return replace(to, func(fresh string) error {
		if os.Link(from, fresh) == nil {
			return nil
		}
		source, err := os.Open(from)
		if err != nil {
			return err
		}
		defer source.Close()
		target, err := os.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, is.Mode().Perm())
		if err != nil {
			return err
		}
		_, err = io.Copy(target, source)
		return errors.Join(err, target.Close(), os.Chtimes(fresh, is.ModTime(), is.ModTime()))
	})
}

func symlink(leads, path string) error {
	if is, err := os.Readlink(path); err == nil && is == leads {
		return nil
	}
	return replace(path, func(fresh string) error { return os.Symlink(leads, fresh) })
}

// replace makes a file beside another one, and puts it in its place.
func replace(path string, make func(fresh string) error) error {
	fresh := fmt.Sprintf("%s.%d.new", path, os.Getpid())
	err := make(fresh)
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		_ = os.Remove(fresh) // where it was made
	}
	return err
}
