//go:build unix && !linux

package command

import "errors"

func mount(string, string) error { return errors.New("only Linux has them") }

func unmount(string) error { return nil }
