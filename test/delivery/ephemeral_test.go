package delivery

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// stacks answers as Pulumi does: a list of stacks, and the tag of each, of which pr-3 has none.
const stacks = `case "$*" in
"stack ls --json") echo '[{"name": "pr-1"}, {"name": "pr-2", "current": true}, {"name": "pr-3"}, {"name": "dev"}, {"name": "prod"}]' ;;
"stack tag get modelway:expires --stack pr-1") echo 2020-01-01T00:00:00Z ;;
"stack tag get modelway:expires --stack pr-2") echo 2999-01-01T00:00:00Z ;;
"stack tag get"*) echo "error: stack tag not found" >&2; exit 1 ;;
esac`

func TestOnlyExpiredStacksAreDestroyed(t *testing.T) {
	w := newWorld(t).live("", stacks)
	out, err := w.ci("ephemeral-destroy")
	require.Error(t, err, "pr-3 has no expiry")
	require.Contains(t, out, "STACK=pr-3 HOURS=24 modelway ci ephemeral-keep")
	require.Contains(t, w.called(), "pulumi destroy --stack pr-1 --yes --skip-preview --non-interactive --remove\n")
	for _, kept := range []string{"pr-2", "pr-3", "dev", "prod"} {
		require.NotContains(t, w.called(), "destroy --stack "+kept)
	}
	require.NotContains(t, w.called(), "--stack prod")
}

func TestTheStackOfAClosedPullRequestIsDestroyed(t *testing.T) {
	w := newWorld(t).live("pr-2", stacks)
	out, err := w.ci("ephemeral-destroy")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "pulumi destroy --stack pr-2 ")
	require.NotContains(t, w.called(), "pr-1")

	w.env["STACK"] = "pr-44"
	out, err = w.ci("ephemeral-destroy")
	require.NoError(t, err, out)
	require.Contains(t, out, "No stack to destroy", "most pull requests have none")
}

func TestStacksOfClosedPullRequestsAreDue(t *testing.T) {
	w := newWorld(t).live("", stacks)
	w.program("gh", `case "$*" in
*"pulls/2 --jq .state") echo closed ;;
*pulls/3*) exit 1 ;;
*) echo open ;;
esac`)
	w.env["GH_TOKEN"], w.env["GITHUB_REPOSITORY"] = "token", "company/modelway"
	out, err := w.ci("ephemeral-destroy")
	require.Error(t, err, "nothing is known of pr-3")
	require.Contains(t, out, "STACK=pr-3 HOURS=24 modelway ci ephemeral-keep")
	require.Contains(t, w.called(), "gh api repos/company/modelway/pulls/2 --jq .state\n")
	require.Contains(t, w.called(), "pulumi destroy --stack pr-2 ")
	require.NotContains(t, w.called(), "pulumi destroy --stack pr-3 ")
}

func TestEnvironmentsAreNotEphemeral(t *testing.T) {
	for _, stack := range []string{"prod", "dev", "pr-", "pr-1 prod", "pr-1;prod", "local"} {
		for _, target := range []string{"ephemeral-destroy", "ephemeral-keep"} {
			w := newWorld(t).live(stack, stacks)
			w.env["HOURS"] = "5"
			out, err := w.ci(target)
			require.Error(t, err)
			require.Contains(t, out, "is not ephemeral")
			require.Empty(t, w.called(), "pulumi is not even asked")
		}
	}
}

func TestAFailedDestroyDoesNotKeepTheOthers(t *testing.T) {
	w := newWorld(t).live("", `case "$*" in
"stack ls --json") echo '[{"name": "pr-1"}, {"name": "pr-2"}]' ;;
"stack tag get"*) echo 2020-01-01T00:00:00Z ;;
*pr-1*) exit 255 ;;
esac`)
	out, err := w.ci("ephemeral-destroy")
	require.Error(t, err)
	require.Contains(t, out, "The destroy of pr-1 failed")
	require.Contains(t, w.called(), "pulumi destroy --stack pr-2 ")
}

func TestKeep(t *testing.T) {
	w := newWorld(t).live("pr-7", "")
	w.env["HOURS"] = "48"
	out, err := w.ci("ephemeral-keep")
	require.NoError(t, err, out)
	require.Regexp(t, `pulumi stack tag set modelway:expires \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ --stack pr-7\n`, w.called())
	w.env["HOURS"] = "1000"
	out, err = w.ci("ephemeral-keep")
	require.Error(t, err)
	require.Contains(t, out, "HOURS is 1000: use 1 to 336")
}
