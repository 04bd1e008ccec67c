package doctor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/addons"
)

var releases = Check{
	Key: "helm-releases", Title: "Every Helm release is deployed, and none was left in the middle of a change",
	Needs:  []Need{needReleases},
	Breaks: "The next deployment of the release fails with \"another operation is in progress\", or builds upon half a change.",
	Find:   findReleases,
}

// Release is one revision of a Helm release, as the labels of its Secret tell
// (https://helm.sh/docs/topics/advanced/#storage-backends).
type Release struct {
	Namespace, Name, Status string
	Revision                int
	// Age is that of the Secret, which Helm makes when it begins with the revision.
	Age time.Duration
}

// readReleases reads the table of `kubectl get secrets -A --no-headers -L name,status,version`, which has no content of the Secrets.
func readReleases(text []byte) (all []Release, err error) {
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 8 {
			return nil, fmt.Errorf("reading Helm releases: %q has %d columns, and 8 are expected", strings.TrimSpace(line), len(fields))
		}
		revision, err := strconv.Atoi(fields[7])
		if err != nil {
			return nil, fmt.Errorf("reading Helm releases: %q is not a revision", fields[7])
		}
		age, err := readAge(fields[4])
		if err != nil {
			return nil, fmt.Errorf("reading Helm releases: %w", err)
		}
		all = append(all, Release{Namespace: fields[0], Name: fields[5], Status: fields[6], Revision: revision, Age: age})
	}
	return all, nil
}

// ageUnits are the letters that kubectl writes ages with.
var ageUnits = map[byte]time.Duration{'y': 365 * 24 * time.Hour, 'd': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute, 's': time.Second}

// readAge reads an age as kubectl writes it, such as 45s, 3h20m or 2y30d. One that is invalid is of a clock that is ahead of this one: 0.
func readAge(text string) (age time.Duration, err error) {
	if text == "<invalid>" {
		return 0, nil
	}
	for rest := text; rest != ""; {
		end := strings.IndexAny(rest, "ydhms")
		if end < 1 {
			return 0, fmt.Errorf("%q is not an age", text)
		}
		number, err := strconv.Atoi(rest[:end])
		if err != nil {
			return 0, fmt.Errorf("%q is not an age", text)
		}
		age, rest = age+time.Duration(number)*ageUnits[rest[end]], rest[end+1:]
	}
	return age, nil
}

func findReleases(f Facts) (all []Finding) {
	newest, good := map[string]Release{}, map[string]Release{}
	for _, r := range f.Releases {
		key := r.Namespace + "/" + r.Name
		if r.Revision > newest[key].Revision {
			newest[key] = r
		}
		if (r.Status == "deployed" || r.Status == "superseded") && r.Revision > good[key].Revision {
			good[key] = r
		}
	}
	for key, r := range newest {
		found := Finding{Severity: Error, Object: "Helm release " + key}
		before, known := good[key]
		rollback := "helm -n " + r.Namespace + " rollback " + r.Name + " " + strconv.Itoa(before.Revision)
		switch {
		case strings.HasPrefix(r.Status, "pending-"):
			if found.Severity = lateness(r.Age, addons.HelmTimeout); found.Severity == Warning {
				found.Seen = fmt.Sprintf("revision %d is %s for %s: a change of it runs", r.Revision, r.Status, r.Age)
				found.Fix = fmt.Sprintf("Wait for it: Helm gives up after %s.", addons.HelmTimeout)
				found.Command = "helm -n " + r.Namespace + " history " + r.Name
				break
			}
			found.Seen = fmt.Sprintf("revision %d is %s for %s, longer than Helm waits (%s): a change of it was killed", r.Revision, r.Status, r.Age,
				addons.HelmTimeout)
			found.Fix = "If no deployment runs now, go back to the revision before, and deploy again."
			if found.Command = rollback; !known {
				found.Fix = "If no deployment runs now, have Helm forget the revision, and deploy again. An uninstall would remove what stands, " +
					"such as definitions with all their objects."
				found.Command = fmt.Sprintf("kubectl -n %s delete secret sh.helm.release.v1.%s.v%d", r.Namespace, r.Name, r.Revision)
			}
		case r.Status == "failed":
			found.Seen = fmt.Sprintf("revision %d failed", r.Revision)
			found.Fix = "Look at what it waited for, mend that, and deploy again; or go back to the revision before."
			if found.Command = rollback; !known {
				found.Command = "helm -n " + r.Namespace + " status " + r.Name
			}
		case r.Status == "uninstalling":
			found.Severity, found.Seen = Warning, fmt.Sprintf("revision %d is being uninstalled, or its removal was killed", r.Revision)
			found.Fix = "If no deployment runs now, and it is to go with all that it made, finish its removal."
			found.Command = "helm -n " + r.Namespace + " uninstall " + r.Name
		default:
			continue
		}
		all = append(all, found)
	}
	slices.SortFunc(all, func(a, b Finding) int { return strings.Compare(a.Object, b.Object) })
	return all
}

// until says how long something has, in days, or that its time is over.
func until(end, now time.Time) string {
	if left := end.Sub(now); left > 0 {
		return fmt.Sprintf("ends in %d days", int(left.Hours()/24))
	}
	return "has ended"
}
