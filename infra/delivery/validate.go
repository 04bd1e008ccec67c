package delivery

import (
	"errors"
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/aws"
)

// validate reports every fault of the arguments together.
func (a *RepositoriesArgs) validate() error {
	if a == nil {
		return errors.New("RepositoriesArgs is nil: name the repositories")
	}
	var faults []error
	for i, name := range a.Names {
		if len(name) < 2 || len(name) > 256 || !aws.RepositoryName.MatchString(name) {
			faults = append(faults, fmt.Errorf("Names has %q, which is not a repository name in ECR: use 2 to 256 lower case letters and digits, with single . _ - or / between them", name))
		}
		if slices.Contains(a.Names[:i], name) {
			faults = append(faults, fmt.Errorf("Names has %q twice: name each repository once", name))
		}
	}
	untagged, tagged := a.kept()
	if untagged < 1 {
		faults = append(faults, fmt.Errorf("UntaggedDays is %d: use 1 or more, or leave it out for %d", untagged, DefaultUntaggedDays))
	}
	if tagged < 1 {
		faults = append(faults, fmt.Errorf("KeepTagged is %d: use 1 or more, or leave it out for %d", tagged, DefaultKeepTagged))
	}
	return errors.Join(faults...)
}
