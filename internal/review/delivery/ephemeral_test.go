package delivery_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/review/delivery"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestExpired(t *testing.T) {
	names, err := delivery.Expired([]delivery.Stack{
		{Name: "pr-7", PullRequest: "closed"},
		{Name: "pr-8", Expires: "2026-11-24T12:00:01Z", PullRequest: "closed"},
		{Name: "pr-9", Expires: "2026-11-24T12:00:01Z", PullRequest: "open"},
		{Name: "prod", PullRequest: "closed"},
		{Name: "pr-1", Expires: "2026-11-24T11:59:59Z"},
		{Name: "pr-2", Expires: "2026-11-24T12:00:00Z"},
		{Name: "pr-3", Expires: "2026-11-24T12:00:01Z"},
		{Name: "pr-4", Expires: "2026-11-24T14:30:00+03:00"},
		{Name: "pr-5"},
		{Name: "pr-6", Expires: "tomorrow"},
		{Name: "dev", Expires: "2020-01-01T00:00:00Z"},
		{Name: "prod", Expires: "2020-01-01T00:00:00Z"},
		{Name: "pr-prod", Expires: "2020-01-01T00:00:00Z"},
	}, now)
	require.Equal(t, []string{"pr-7", "pr-8", "pr-1", "pr-2", "pr-4"}, names)
	require.ErrorContains(t, err, "pr-5")
	require.ErrorContains(t, err, `pr-6 has the tag modelway:expires="tomorrow"`)
	require.NotContains(t, err.Error(), "dev")
}

// Whatever the stacks, only those of pull requests are destroyed, and only after their time.
func TestOnlyEphemeralStacksExpire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stacks := rapid.SliceOf(rapid.Custom(func(t *rapid.T) delivery.Stack {
			hours := rapid.IntRange(-50, 50).Draw(t, "hours")
			return delivery.Stack{
				Name: rapid.OneOf(rapid.StringMatching(`pr-[0-9]{1,4}`), rapid.SampledFrom([]string{"dev", "prod", "local", "state", "pr-", "pr-1x",
					"xpr-1", "pr-1 prod"}), rapid.String()).Draw(t, "name"),
				Expires: now.Add(time.Duration(hours) * time.Hour).Format(time.RFC3339),
			}
		})).Draw(t, "stacks")
		names, err := delivery.Expired(stacks, now)
		require.NoError(t, err)
		for _, name := range names {
			require.Regexp(t, `^pr-[1-9][0-9]*$`, name)
			require.NoError(t, delivery.RefuseLasting(name))
		}
		for _, stack := range stacks {
			expires, _ := time.Parse(time.RFC3339, stack.Expires)
			if expires.After(now) {
				continue
			}
			if delivery.IsEphemeral(stack.Name) {
				require.Contains(t, names, stack.Name)
			} else {
				require.Error(t, delivery.RefuseLasting(stack.Name))
			}
		}
	})
}

func TestExpiry(t *testing.T) {
	for hours, want := range map[int]string{1: "2026-11-24T13:00:00Z", 336: "2026-12-08T12:00:00Z", 0: "", -1: "", 337: ""} {
		got, err := delivery.Expiry(now, hours)
		require.Equal(t, want, got)
		require.Equal(t, want == "", err != nil)
	}
}
