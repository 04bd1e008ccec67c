package command

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/modelway/modelway/k8s/charts"
	"github.com/modelway/modelway/k8s/release"

	"github.com/modelway/modelway/local/supervisor"
)

// forgetReleases removes Helm's records of releases that the stack's state does not have: an engine killed while Helm was
// installing leaves one, and Helm refuses to use its name again. The objects of the release stay, and the next installation
// takes them over, since they carry the release's name.
func forgetReleases(status supervisor.Status) func(context.Context, func(string) bool) error {
	return func(ctx context.Context, has func(typ string) bool) error {
		if has(release.Token) {
			return nil
		}
		config, err := clientcmd.BuildConfigFromFlags("", status.Kubeconfig)
		if err != nil {
			return err
		}
		client, err := kubernetes.NewForConfig(config)
		if err != nil {
			return err
		}
		for _, chart := range charts.All() {
			err := client.CoreV1().Secrets(chart.Namespace).DeleteCollection(ctx, metav1.DeleteOptions{},
				metav1.ListOptions{LabelSelector: "owner=helm,name=" + chart.Name})
			if err != nil {
				return fmt.Errorf("removing Helm's record of the interrupted release %s/%s: %w", chart.Namespace, chart.Name, err)
			}
		}
		return nil
	}
}
