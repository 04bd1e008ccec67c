package command

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/local/testcluster"
)

// TestDelivery takes the models of a stack from the program to Argo CD and back while one of them is asked all the time. In between it
// does to the repository and to the cluster what happens to them: no request fails, and no pod is replaced but by a new version.
func TestDelivery(t *testing.T) {
	t.Parallel()
	needGit(t)
	testcluster.Build(t, "argocd")
	d := newDelivering(t)
	d.step("the models go over to Argo CD", delivering.handOver)
	d.step("what somebody changed is put back", delivering.heals)
	d.step("a canary comes and goes by commits", delivering.canary)
	d.step("a canary that crashes gets no request, and a rollback lands", delivering.crash)
	d.step("what a stable version has goes once somebody confirms it", delivering.confirm)
	d.step("a commit gets past one that waits", delivering.overtake)
	d.step("a rewritten branch is followed where it has the models", delivering.rewrite)
	d.step("an empty rendering ends nothing", delivering.empty)
	d.step("a repository that is away ends nothing", delivering.away)
	d.step("the models come back to the program", delivering.comeBack)
	d.asked.stop()
	d.succeed("down")
	d.requireGone()
}

func (d delivering) handOver() {
	d.same("a hand-over replaces no pod", func() {
		require.Contains(d.t, d.refused(gitops.Pulumi, gitops.ArgoCD), "set it to handover, run `pulumi up`, and set it to argocd then")
		d.deliver(gitops.Pulumi, gitops.HandOver)
		d.awaitDelivery()
		d.deliver(gitops.HandOver, gitops.ArgoCD)
		d.awaitDelivery()
	})
}

func (d delivering) comeBack() {
	d.same("the way back replaces no pod", func() {
		d.deliver(gitops.ArgoCD, gitops.HandOver)
		d.deliver(gitops.HandOver, gitops.Pulumi)
	})
	d.churn("0.4.0", "")
	d.succeed("up") // fields that Argo CD wrote last are the program's again
	require.Eventually(d.t, func() bool { return d.asked.count("0.4.0") > 0 }, minutes, tick)
}

// heals changes by hand how many pods there may be.
func (d delivering) heals() {
	autoscalers := d.client().AutoscalingV2().HorizontalPodAutoscalers("models")
	before, err := autoscalers.Get(context.Background(), "churn", metav1.GetOptions{})
	require.NoError(d.t, err)
	_, err = autoscalers.Patch(context.Background(), "churn", types.MergePatchType, []byte(`{"spec": {"maxReplicas": 9}}`), metav1.PatchOptions{})
	require.NoError(d.t, err)
	require.EventuallyWithT(d.t, func(c *assert.CollectT) {
		now, err := autoscalers.Get(context.Background(), "churn", metav1.GetOptions{})
		if assert.NoError(c, err) {
			assert.Equal(c, before.Spec.MaxReplicas, now.Spec.MaxReplicas)
		}
	}, minutes, tick)
}

// canary brings a version beside the stable one, and makes it the stable one.
func (d delivering) canary() {
	d.churn(stableVersion, "canary: {image: 'ghcr.io/modelway/model-server:"+canaryVersion+"', weight: 50}\n")
	d.render("a canary")
	require.Eventually(d.t, func() bool { return d.asked.count(canaryVersion) > 20 }, minutes, tick, "the canary answers")
	d.churn(canaryVersion, "")
	d.render("the canary is the version")
	d.awaitEnd("churn-canary")
	d.awaitDelivery()
}

// crash brings a canary whose server refuses to start, and takes it back.
func (d delivering) crash() {
	const crashing = "0.3.0"
	d.churn(canaryVersion, "canary: {image: 'ghcr.io/modelway/model-server:"+crashing+"', weight: 50, env: {FAIL_PERCENT: all}}\n")
	d.render("a canary that cannot start")
	require.Eventually(d.t, d.crashes, minutes, tick, "the canary's pod crashes")
	d.awaitWord("churn", "waiting for healthy state of apps/Deployment/churn-canary")

	d.churn(canaryVersion, "")
	d.render("no canary")
	// Argo CD goes by the newest commit once the rollout has failed, which is after ten minutes: they are over.
	_, err := d.client().AppsV1().Deployments("models").Patch(context.Background(), "churn-canary", types.MergePatchType,
		[]byte(`{"spec": {"progressDeadlineSeconds": 1}}`), metav1.PatchOptions{})
	require.NoError(d.t, err)
	d.awaitEnd("churn-canary")
	d.awaitDelivery()
	require.Zero(d.t, d.asked.count(crashing))
}

// crashes reports whether the canary's container has ended.
func (d delivering) crashes() bool {
	pods, err := d.client().CoreV1().Pods("models").List(context.Background(), metav1.ListOptions{})
	require.NoError(d.t, err)
	for _, pod := range pods.Items {
		if strings.HasPrefix(pod.Name, "churn-canary-") && ended(pod.Status.ContainerStatuses) {
			return true
		}
	}
	return false
}

func ended(containers []corev1.ContainerStatus) bool {
	return len(containers) > 0 && containers[0].RestartCount > 0 && containers[0].LastTerminationState.Terminated != nil
}

// budget is the unique id of the disruption budget of the model that is asked; "" where there is none.
func (d delivering) budget() string {
	d.t.Helper()
	found, err := d.client().PolicyV1().PodDisruptionBudgets("models").List(context.Background(), metav1.ListOptions{})
	require.NoError(d.t, err)
	for _, budget := range found.Items {
		if budget.Name == "churn" {
			return string(budget.UID)
		}
	}
	return ""
}

// dropBudget commits the model without its disruption budget, and waits until Argo CD asks.
func (d delivering) dropBudget() {
	d.t.Helper()
	text, err := os.ReadFile(d.fileOf("churn"))
	require.NoError(d.t, err)
	var left []string
	for _, object := range strings.Split(string(text), "---\n") {
		if !strings.Contains(object, "kind: PodDisruptionBudget\n") {
			left = append(left, object)
		}
	}
	require.NoError(d.t, os.WriteFile(d.fileOf("churn"), []byte(strings.Join(left, "---\n")), 0o644))
	d.push("no budget")
	d.awaitWord("churn", "waiting for pruning confirmation of policy/PodDisruptionBudget/churn")
}

func (d delivering) confirm() {
	d.same("a budget is no pod", func() {
		before := d.budget()
		d.dropBudget()
		require.Equal(d.t, before, d.budget(), "it stays until somebody confirms")
		d.documented("deletion-approved")
		require.Eventually(d.t, func() bool { return d.budget() == "" }, minutes, tick)
		d.awaitDelivery()
		d.render("the budget again")
		d.awaitDelivery()
		require.NotEmpty(d.t, d.budget())
	})
}

func (d delivering) overtake() {
	before := d.budget()
	d.dropBudget()
	d.churn("0.3.0", "")
	d.render("the next version, with the budget")
	d.documented("Terminating")
	d.awaitDelivery()
	require.Equal(d.t, before, d.budget())
	require.Eventually(d.t, func() bool { return d.asked.count("0.3.0") > 0 }, minutes, tick)
}
