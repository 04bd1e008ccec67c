package engine

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
)

func violation(level apitype.EnforcementLevel, policy, message string) apitype.EngineEvent {
	return apitype.EngineEvent{PolicyEvent: &apitype.PolicyEvent{PolicyName: policy, EnforcementLevel: string(level), Message: message}}
}

// TestViolationsOfAPolicyStandTogether requires what the policy wants, and the fix, once, and a line for each resource.
func TestViolationsOfAPolicyStandTogether(t *testing.T) {
	p, out := feed(false,
		violation(apitype.Mandatory, "image-tag", "<{%reset%}>Images are pinned\nchurn: image is \"a\".\nFix: pin it.<{%reset%}>"),
		violation(apitype.Mandatory, "image-tag", "Images are pinned\nfraud: image is \"b\".\nFix: pin it."),
		violation(apitype.Advisory, "cannot-tell-yet", "Rules that wait for values\nbudget of c: name is known only at up"),
	)
	require.Equal(t, `  [mandatory] image-tag: Images are pinned
      Fix: pin it.
    - churn: image is "a".
    - fraud: image is "b".
  [advisory] cannot-tell-yet: Rules that wait for values
    - budget of c: name is known only at up
`, out)
	require.Equal(t, []string{"image-tag"}, p.Broken)
	require.Equal(t, []string{"cannot-tell-yet"}, p.Advised)
}

// TestViolationsOfOtherPacks have a message of one line.
func TestViolationsOfOtherPacks(t *testing.T) {
	_, out := feed(false, violation(apitype.Advisory, "other", "something is wrong"))
	require.Equal(t, "  [advisory] other: other\n    - something is wrong\n", out)
}
