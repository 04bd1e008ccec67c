package delivery

import (
	"errors"
	"fmt"

	"github.com/modelway/modelway/internal/delivery"
	"github.com/modelway/modelway/internal/rule"
)

// validate reports every fault of the arguments together.
func (a *RepositoriesArgs) validate() error {
	if a == nil {
		return errors.New("RepositoriesArgs is nil: name the repositories")
	}
	faults := []error{rule.Join(delivery.Spec{Repositories: a.Names}.CheckRepositories())}
	untagged, tagged := a.kept()
	if untagged < 1 {
		faults = append(faults, fmt.Errorf("UntaggedDays is %d: use 1 or more, or leave it out for %d", untagged, DefaultUntaggedDays))
	}
	if tagged < 1 {
		faults = append(faults, fmt.Errorf("KeepTagged is %d: use 1 or more, or leave it out for %d", tagged, DefaultKeepTagged))
	}
	return errors.Join(faults...)
}
