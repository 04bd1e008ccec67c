package pipelines_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/pipelines"
)

// rights are what a Role allows, each as group/resource/verb.
func rights(t *testing.T, role pipelines.Object) (all []string) {
	t.Helper()
	for _, item := range role["rules"].([]any) {
		rule := item.(map[string]any)
		for _, group := range rule["apiGroups"].([]any) {
			for _, resource := range rule["resources"].([]any) {
				for _, verb := range rule["verbs"].([]any) {
					all = append(all, fmt.Sprintf("%s/%s/%s", group, resource, verb))
				}
			}
		}
	}
	return all
}

// TestStepsMayDoWhatTheirProgramsAskFor, and nothing by which they would read the password of the database: neither read a Secret, nor make a
// pod that has it, nor look into one.
func TestStepsMayDoWhatTheirProgramsAskFor(t *testing.T) {
	require.ElementsMatch(t, []string{
		"/configmaps/get", "/pods/get", "/persistentvolumeclaims/get", "/persistentvolumeclaims/create", "/persistentvolumeclaims/delete",
		"argoproj.io/workflows/get", "argoproj.io/workflowtaskresults/create", "argoproj.io/workflowtaskresults/patch",
	}, rights(t, overlay(t, install())["Role pipeline-runner"]))
}

// TestThePageReadsNoSecret, since it would for everybody who asks it, and steps can.
func TestThePageReadsNoSecret(t *testing.T) {
	found := rights(t, overlay(t, install())["Role ml-pipeline-ui"])
	require.NotContains(t, strings.Join(found, " "), "secrets")
	require.Contains(t, found, "/configmaps/list", "the rest of the rule stays")
	require.Contains(t, found, "argoproj.io/workflows/get", "other rules stay")
}

// TestRightsOfAnotherRelease are reported, so that nobody trusts a change that changed nothing.
func TestRightsOfAnotherRelease(t *testing.T) {
	for _, name := range []string{pipelines.Runner, pipelines.UI} {
		objects := release(t)
		for _, o := range objects {
			if o.String() == "Role "+name {
				o["rules"] = o["rules"].([]any)[1:]
			}
		}
		_, err := pipelines.Overlay(objects, install())
		require.ErrorContains(t, err, "Role "+name+" has no rule about secrets, which is to be taken away")
	}
}
