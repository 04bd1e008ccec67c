package engine

import (
	"errors"
	"strings"
	"syscall"
)

// FullDisk says whether an error tells of a full disk, as a value or in the words of another program.
func FullDisk(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), syscall.ENOSPC.Error())
}

// unsaved ends the engine when it could not save the state on a full disk: it would try that again for half a minute after each step that
// is under way, one after the other (saveCheckpoint in https://github.com/pulumi/pulumi/blob/v3.258.0/pkg/backend/diy/state.go). The next
// run reads what those steps did.
func (p *Progress) unsaved(fault string) {
	if p.stop != nil && strings.Contains(fault, "failed to save snapshot") && FullDisk(errors.New(fault)) {
		p.full = true
		p.stop()
	}
}
