package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/k8s/release"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
)

// removeLeftovers removes what a killed engine created without noting it: Kubernetes objects, resources in the simulated
// account, and Helm's record of a release, whose name Helm would refuse to use again. The objects of such a release stay, and
// the next installation takes them over, since they carry the release's name.
func removeLeftovers(c checkout.Checkout, status supervisor.Status) func(context.Context, []apitype.ResourceV3,
	[]apitype.ResourceV3) error {
	return func(ctx context.Context, pending, known []apitype.ResourceV3) error {
		if err := deleteObjects(ctx, c, status, pending); err != nil {
			return err
		}
		ids := map[string]bool{}
		for _, r := range known {
			ids[string(r.Type)+" "+string(r.ID)] = true
		}
		account, err := aws.Open(c.Account())
		if err != nil {
			return err
		}
		err = account.Update(func(state *aws.State) error {
			state.Sweep(func(typ, id string) bool { return ids[typ+" "+id] })
			return nil
		})
		if err != nil {
			return err
		}
		// The id of a release is its namespace and name.
		return forgetReleases(ctx, status, "", func(chart addons.Chart) bool {
			return ids[release.Token+" "+release.ID(chart.Namespace,
				chart.Name)]
		})
	}
}

// patchSuffix ends the types of resources that change an object of somebody else
// (https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/). They create none.
const patchSuffix = "Patch"

// deleteObjects deletes Kubernetes objects and waits until they are gone; the controllers that remove their finalizers are
// still there.
func deleteObjects(ctx context.Context, c checkout.Checkout, status supervisor.Status, pending []apitype.ResourceV3) error {
	items := []any{}
	for _, r := range pending {
		module, kind, ok := strings.Cut(strings.TrimPrefix(string(r.Type), "kubernetes:"), ":")
		if !ok || r.Inputs["metadata"] == nil || strings.HasSuffix(kind, patchSuffix) {
			continue
		}
		items = append(items, map[string]any{"apiVersion": strings.TrimPrefix(module, "core/"), "kind": kind, "metadata": r.Inputs["metadata"]})
	}
	if len(items) == 0 {
		return nil
	}
	list, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(c.Bin(), "kubectl"), "--kubeconfig", status.Kubeconfig,
		"delete", "--filename=-", "--ignore-not-found", "--timeout=2m")
	cmd.Stdin = bytes.NewReader(list)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("deleting what the interrupted run created: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// clearReleases removes Helm's record of every release that the state does not know, since Helm refuses to use its name again: one that was
// under way when the cluster or the plugin was killed, which the engine outlived. In a cluster of the user's own, only records of
// releases that are pending or failed go; others may be somebody else's.
func clearReleases(status supervisor.Status) func(context.Context, []apitype.ResourceV3) error {
	return func(ctx context.Context, known []apitype.ResourceV3) error {
		ids := map[string]bool{}
		for _, r := range known {
			ids[string(r.Type)+" "+string(r.ID)] = true
		}
		only := ""
		if status.External {
			only = ",status in (pending-install,pending-upgrade,pending-rollback,failed)"
		}
		return forgetReleases(ctx, status, only, func(chart addons.Chart) bool {
			return ids[release.Token+" "+release.ID(chart.Namespace,
				chart.Name)]
		})
	}
}

// forgetReleases removes Helm's records of the releases that are not known, of those that the selector leaves.
func forgetReleases(ctx context.Context, status supervisor.Status, only string, known func(addons.Chart) bool) error {
	client, err := status.Client()
	if err != nil {
		return err
	}
	for _, row := range addons.Charted() {
		chart := row.Chart
		if known(chart) {
			continue
		}
		err := client.CoreV1().Secrets(chart.Namespace).DeleteCollection(ctx, metav1.DeleteOptions{},
			metav1.ListOptions{LabelSelector: "owner=helm,name=" + chart.Name + only})
		if err != nil {
			return fmt.Errorf("removing Helm's record of the interrupted release %s/%s: %w", chart.Namespace, chart.Name, err)
		}
	}
	return nil
}
