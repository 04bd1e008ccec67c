package delivery

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/sheet"
)

// Outcome is what became of a deployment.
type Outcome struct {
	Stack string
	// Succeeded is whether the engine ended without an error.
	Succeeded bool
	Events    events.Log
	// Log is all that the engine printed.
	Log string
}

// Cause is why a deployment failed, as far as its output tells.
type Cause string

// Causes, by what a person does about them.
const (
	// CauseOutdated: the stack or the program is no longer what the plan was made for.
	CauseOutdated Cause = "outdated"
	// CauseLocked: another run works on the stack, or one was killed and left its lock.
	CauseLocked Cause = "locked"
	// CausePending: an earlier run was killed while it waited for AWS.
	CausePending Cause = "pending"
	// CauseCredentials: AWS refused the credentials, or they ran out.
	CauseCredentials Cause = "credentials"
	// CauseOther: a resource failed.
	CauseOther Cause = "other"
)

// signs are what the engine, the backend and AWS print, by cause, the most telling first. The engine's own are in
// pkg/resource/deploy (step_generator.go, deployment_executor.go) and pkg/backend/diy/lock.go of github.com/pulumi/pulumi v3.258.0.
var signs = []struct {
	cause Cause
	texts []string
}{
	{CauseLocked, []string{"the stack is currently locked by", "Another update is currently in progress"}},
	{CauseOutdated, []string{"violates plan", "is not allowed by the plan", "expected resource operations for"}},
	{CauseCredentials, []string{"ExpiredToken", "InvalidClientTokenId", "no valid credential sources",
		"The security token included in the request is expired"}},
	{CausePending, []string{"pending operations from previous deployment"}},
}

// Cause reads the cause from what was printed; it is meaningful only where the deployment failed.
func (o Outcome) Cause() Cause {
	for _, sign := range signs {
		if slices.ContainsFunc(sign.texts, func(text string) bool { return strings.Contains(o.Log, text) }) {
			return sign.cause
		}
	}
	return CauseOther
}

// Summary says in Markdown what was applied, what was not, and what to do next.
func (o Outcome) Summary() string {
	var text strings.Builder
	applied, failed := o.Events.Changes(), o.Events.Failures()
	state := "is deployed"
	if !o.Succeeded {
		state = "failed"
	}
	fmt.Fprintf(&text, "## Deployment of %s %s\n\n", o.Stack, state)
	list(&text, "Applied, and saved in the state", applied)
	if o.Succeeded {
		return text.String()
	}
	list(&text, "Failed", failed)
	if reason := reason(o.Events, o.Log); reason != "" {
		fmt.Fprintf(&text, "%s\n\n", Fenced(reason))
	}
	if o.Events.Corrupt() {
		fmt.Fprintf(&text, "**The engine doubts that its state is complete.** Before anything else: `pulumi refresh -s %s`.\n\n", o.Stack)
	}
	fmt.Fprintf(&text, "**What to do**\n\n%s\n", strings.ReplaceAll(next[o.Cause()], "STACK", o.Stack))
	return text.String()
}

// next is what to do, by cause.
var next = map[Cause]string{
	CauseOutdated: "The plan that was reviewed no longer fits STACK: the stack or what the program reads has changed since. The engine " +
		"stopped where it noticed; " +
		"what it would do now, nobody has seen.\n\n" +
		"1. Choose **Re-run all jobs** in this run, if its commit is still the newest of main. It makes a new plan, which is reviewed and " +
		"approved again.\n" +
		"2. If there is a newer run, use that one instead.\n" +
		"3. If the new plan does not fit either, look who else changes STACK: the issue `Drift in STACK`, and `pulumi stack history -s STACK`. " +
		"If nobody does, and the plan replaces the cluster or its security groups, the engine cannot hold to it: an administrator runs `pulumi " +
		"up -s STACK`.",
	CauseLocked: "Another run holds the lock of STACK, or one was killed and left it.\n\n" +
		"1. Look whether a deployment is at work: the runs of this workflow, and `pulumi stack history -s STACK`. Wait for it, then choose " +
		"**Re-run failed jobs**.\n" +
		"2. If nothing runs: `pulumi cancel -s STACK` takes the lock away. Then `pulumi refresh -s STACK`, and **Re-run all jobs**.",
	CausePending: "An earlier run was killed while it waited for AWS; the state names resources that may or may not exist.\n\n" +
		"1. `pulumi refresh -s STACK` in a terminal asks about each of them: look in AWS, and give its id or clear it.\n" +
		"2. Choose **Re-run all jobs**: a new plan, as the state has changed.",
	CauseCredentials: "AWS refused the credentials of the run, or they ran out; a run has two hours.\n\n" +
		"1. What is listed as applied above is done. `pulumi refresh -s STACK` clears what was under way.\n" +
		"2. Check the variable AWS_DEPLOY_ROLE_ARN of the environment STACK, and that `delivery.github.environments` in Pulumi.STACK.yaml " +
		"names STACK.\n" +
		"3. Choose **Re-run all jobs**.",
	CauseOther: "1. Read the error above. What is listed as applied stays; nothing is rolled back.\n" +
		"2. If AWS failed temporarily (throttling, a time-out), choose **Re-run all jobs**: a new plan holds what is left.\n" +
		"3. If the change itself is wrong, revert or mend it in a pull request: the merge deploys again.\n" +
		"4. If the run was killed, `pulumi cancel -s STACK` and `pulumi refresh -s STACK` first.",
}

// listed is how many resources are named; the rest is counted.
const listed = 50

func list(text *strings.Builder, heading string, changes []events.Change) {
	if len(changes) == 0 {
		fmt.Fprintf(text, "%s: nothing.\n\n", heading)
		return
	}
	fmt.Fprintf(text, "%s: %d.\n\n", heading, len(changes))
	for _, c := range changes[:min(len(changes), listed)] {
		fmt.Fprintf(text, "- %s %s %s\n", c.Op, sheet.Code(c.Name()), sheet.Code(c.Type))
	}
	if more := len(changes) - listed; more > 0 {
		fmt.Fprintf(text, "- and %d more\n", more)
	}
	text.WriteString("\n")
}

// Answers is the part of a job summary about what a verification of the models of a stack printed.
func Answers(stack string, good bool, log string) string {
	state := "are not all good"
	if good {
		state = "answer as deployed"
	}
	return fmt.Sprintf("## Models of %s %s\n\n%s\n\n", stack, state, Fenced(log))
}
