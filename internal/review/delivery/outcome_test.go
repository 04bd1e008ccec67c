package delivery_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/review/events"
)

func TestHasChanges(t *testing.T) {
	stack := func(old, new string) string {
		return done("same", "pulumi:pulumi:Stack", "modelway-prod", `,"old":{"outputs":`+old+`},"new":{"outputs":`+new+`}`)
	}
	for name, c := range map[string]struct {
		log  string
		want bool
	}{
		"nothing":              {"", false},
		"all same":             {done("same", "a:b:C", "x", "") + done("read", "a:b:C", "y", "") + done("refresh", "a:b:C", "z", ""), false},
		"an update":            {done("update", "a:b:C", "x", ""), true},
		"same outputs":         {stack(`{"a":[1,{"b":"c"}]}`, `{"a":[1,{"b":"c"}]}`), false},
		"another output":       {stack(`{"a":1}`, `{"a":2}`), true},
		"no outputs, then one": {stack(`{}`, `{"a":2}`), true},
		"no outputs at all":    {stack(`{}`, `null`), false},
		"noise between":        {"warning: {\nplugin says hello\n" + done("create", "a:b:C", "x", ""), true},
	} {
		require.Equal(t, c.want, events.ParseLog([]byte(c.log)).HasChanges(), name)
	}
}

func TestChangesCountAReplacementOnce(t *testing.T) {
	changes := events.ParseLog([]byte(done("create-replacement", "a:b:C", "x", "") + done("replace", "a:b:C", "x", "") +
		done("delete-replaced", "a:b:C", "x", ""))).Changes()
	require.Len(t, changes, 1)
	require.Equal(t, "replace", changes[0].Op)
	require.Equal(t, "x", changes[0].Name())
}

// What the engine prints for each cause, from its sources, leads to the step that helps.
func TestCauseAndNextStep(t *testing.T) {
	for log, want := range map[string]struct {
		cause delivery.Cause
		step  string
	}{
		"error: resource urn:pulumi:prod::m::a:b:C::x violates plan: properties changed: ~~tags": {delivery.CauseOutdated,
			"**Re-run all jobs**"},
		"error: update is not allowed by the plan: this resource is constrained to same": {delivery.CauseOutdated,
			"new plan, which is reviewed"},
		"error: expected resource operations for urn:pulumi:prod::m::a:b:C::x but none were seen": {delivery.CauseOutdated,
			"no longer fits prod"},
		"error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete": {delivery.CauseLocked,
			"pulumi cancel -s prod"},
		"warning: Attempting to deploy or update resources with 2 pending operations from previous deployment.": {delivery.CausePending,
			"pulumi refresh -s prod"},
		"error: operation error EKS: CreateNodegroup, api error ExpiredTokenException: The security token included": {delivery.CauseCredentials,
			"AWS_DEPLOY_ROLE_ARN"},
		"error: creating EKS Addon: ThrottlingException": {delivery.CauseOther, "nothing is rolled back"},
	} {
		outcome := delivery.Outcome{Stack: "prod", Log: log}
		require.Equal(t, want.cause, outcome.Cause(), log)
		require.Contains(t, outcome.Summary(), want.step)
		require.Contains(t, outcome.Summary(), log, "the message itself is shown")
		require.NotContains(t, outcome.Summary(), "STACK")
	}
}

func TestSummary(t *testing.T) {
	log := done("create", "aws:ec2/vpc:Vpc", "network-vpc", "") +
		strings.ReplaceAll(done("create", "aws:eks/cluster:Cluster", "cluster", ""), "resOutputsEvent", "resOpFailedEvent") +
		`{"diagnosticEvent":{"message":"creating EKS Cluster: denied","severity":"error"}}` + "\n" +
		`{"summaryEvent":{"maybeCorrupt":true}}` + "\n"
	told := events.ParseLog([]byte(log))
	failed := delivery.Outcome{Stack: "dev", Events: told, Log: "..."}.Summary()
	for _, part := range []string{"Deployment of dev failed", "saved in the state: 1.\n\n- create `network-vpc`",
		"Failed: 1.\n\n- create `cluster`", "creating EKS Cluster: denied", "doubts"} {
		require.Contains(t, failed, part)
	}
	good := delivery.Outcome{Stack: "dev", Succeeded: true, Events: events.ParseLog([]byte(strings.Repeat(done("update", "a:b:C", "x", ""),
		60)))}.Summary()
	require.Contains(t, good, "Deployment of dev is deployed")
	require.Contains(t, good, "and 10 more")
	require.NotContains(t, good, "What to do")
}
