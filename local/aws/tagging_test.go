package aws

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTaggedResources pages through what has a tag: everything once, nothing else, and never more than a page.
func TestTaggedResources(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.Account.Update(func(s *State) error {
		for i := range 7 {
			_, err := s.Create(LogGroup, "", Properties{"name": fmt.Sprintf("/own/%d", i), "tags": map[string]any{"team": "ml", "n": fmt.Sprint(i)}})
			require.NoError(t, err)
		}
		_, err := s.Create(LogGroup, "", Properties{"name": "/other", "tags": map[string]any{"team": "web"}})
		require.NoError(t, err)
		_, err = s.Create(LogGroup, "", Properties{"name": "/untagged"})
		return err
	}))
	require.NoError(t, w.Account.View(func(s *State) error {
		filters := []TagFilter{{Key: "team", Values: []string{"ml", "data"}}}
		seen := map[string]bool{}
		for token, pages := "", 0; pages == 0 || token != ""; pages++ {
			page, next, err := s.TaggedResources(filters, 3, token)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page), 3)
			for _, r := range page {
				require.False(t, seen[r.Arn], r.Arn)
				require.Equal(t, "ml", r.Tags["team"])
				seen[r.Arn] = true
			}
			token = next
		}
		require.Len(t, seen, 7)
		both, _, err := s.TaggedResources(append(filters, TagFilter{Key: "n", Values: []string{"3"}}), 0, "")
		require.NoError(t, err)
		require.Len(t, both, 1, "all filters have to fit")
		any, _, err := s.TaggedResources([]TagFilter{{Key: "team"}}, 0, "")
		require.NoError(t, err)
		require.Len(t, any, 8)
		for _, size := range []int{-1, 101} {
			_, _, err = s.TaggedResources(filters, size, "")
			refused(t, err, "InvalidParameterException", "between 1 and 100")
		}
		_, _, err = s.TaggedResources(filters, 1, "no token!")
		refused(t, err, "PaginationTokenExpiredException", "token")
		return nil
	}))
	err := w.Account.Update(func(s *State) error { return s.DeleteControlled("AWS::EC2::VPC", "vpc-0") })
	refused(t, err, "ResourceNotFoundException", "vpc-0")
	err = w.Account.Update(func(s *State) error { return s.DeleteControlled("AWS::EC2::Snapshot", "snap-0") })
	refused(t, err, "UnsupportedActionException", "AWS::EC2::Snapshot")
}
