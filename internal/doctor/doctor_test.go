package doctor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// now is when the facts of the tests were read.
var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// objectsOf reads a list of Kubernetes from its items, as the API server writes it.
func objectsOf[T any](t *testing.T, items ...string) []T {
	t.Helper()
	all, err := list[T]([]byte(`{"items": [` + strings.Join(items, ",") + `]}`))
	require.NoError(t, err)
	return all
}

// one is a situation: what was changed in a whole environment, and what the check says of it; nothing for one that is whole.
type one struct {
	change func(t *testing.T, f *Facts)
	want   []string
}

// requireFound compares what a check finds in an environment, changed, with what it has to.
func requireFound(t *testing.T, c Check, whole func(t *testing.T) Facts, situations map[string]one) {
	t.Helper()
	silent, broken := false, false
	for name, s := range situations {
		t.Run(name, func(t *testing.T) {
			f := whole(t)
			f.Now = now
			if s.change != nil {
				s.change(t, &f)
			}
			var told []string
			for _, found := range c.Decide(f, nil).Findings {
				require.NotEmpty(t, found.Fix)
				told = append(told, fmt.Sprintf("%s: %s: %s", found.Severity, found.Object, found.Seen))
			}
			require.Equal(t, s.want, told)
		})
		silent, broken = silent || s.want == nil, broken || s.want != nil
	}
	require.True(t, silent && broken, "check %s needs a broken situation and a whole one", c.Key)
	met.Store(c.Key, true)
}

// met are the keys of the checks that requireFound has held in this run.
var met sync.Map

// TestEveryCheckFindsAndIsSilent holds each check in a broken environment and in a whole one, as requireFound wants it.
func TestEveryCheckFindsAndIsSilent(t *testing.T) {
	for key, held := range map[string]func(*testing.T){
		"webhooks": TestWebhooksNeedEndpoints, "ca-bundles": TestBundlesVerifyWhatIsServed, "fargate-profiles": TestFargateNeedsAProfile,
		"pending-pods": TestPodsHaveAPlace, "helm-releases": TestReleasesAreDeployed, "readiness-gates": TestGatesOpenForReadyPods,
		"target-health": TestTargetsAreAsTheirPods, "addresses": TestHostsLeadToTheirLoadBalancer, "digests": TestPodsRunWhatWasDeployed,
		"database-schema": TestSchemaIsThatOfTheImage, "argo-cd": TestApplicationsAreSyncedAndHealthy, "scrapes": TestScrapesFindTargets,
		"certificates": TestCertificatesAreReady, "acm-certificates": TestACMIssuesAndRenews, "load-balancer-quotas": TestLoadBalancersHaveRoom,
		"account-quotas": TestAccountHasRoom,
	} {
		met.Delete(key)
		t.Run(key, held)
	}
	for _, key := range Keys() {
		_, held := met.Load(key)
		require.True(t, held, "nothing holds check %s", key)
	}
}

func TestTextFitsAndKeepsCommands(t *testing.T) {
	results := []Result{
		{Check: "webhooks", Title: "All is well", State: OK},
		{Check: "argo-cd", Title: "Synced", State: Absent, Note: "not in this environment"},
		{Check: "digests", Title: "Same", State: Failed, Findings: []Finding{{Severity: Error, Object: "model churn", Seen: strings.Repeat("word ", 30),
			Fix: "Deploy again and look", Command: "kubectl " + strings.Repeat("x", 90)}}},
	}
	text := Text(results, 60)
	for _, line := range strings.Split(text, "\n") {
		if !strings.Contains(line, "kubectl") {
			require.LessOrEqual(t, len(line), 60, line)
		}
		require.Equal(t, strings.TrimRight(line, " "), line)
	}
	require.Contains(t, text, "ok       webhooks  All is well\n")
	require.Contains(t, text, "absent   argo-cd   not in this environment\n")
	require.Contains(t, text, "\n           kubectl "+strings.Repeat("x", 90)+"\n")
	require.Equal(t, "3 checks: 1 ok, 1 with nothing to look at, 0 could not look; 1 error and 0 warnings", Summary(results))
	require.True(t, Broken(results))
	require.False(t, Blind(results))
	require.True(t, Blind([]Result{{State: Unread}}))
	var b bytes.Buffer
	require.NoError(t, json.NewEncoder(&b).Encode(results[2]))
	require.Contains(t, b.String(), `"severity":"error"`)
}

func TestWhatCannotBeReadIsNotWell(t *testing.T) {
	for name, test := range map[string]struct {
		missing map[Need]error
		state   State
		note    string
	}{
		"not installed":    {map[Need]error{needCertificates: fmt.Errorf("%w: x", ErrAbsent)}, Absent, "not in this environment: Certificates of cert-manager"},
		"not allowed":      {map[Need]error{needCertificates: errors.New("forbidden")}, Unread, "the Certificates of cert-manager: forbidden"},
		"of another check": {map[Need]error{needPods: errors.New("forbidden")}, OK, ""},
	} {
		r := certificates.Decide(Facts{}, test.missing)
		require.Equal(t, test.state, r.State, name)
		require.Equal(t, test.note, r.Note, name)
	}
}
