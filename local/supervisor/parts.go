package supervisor

import (
	"log/slog"
	"net/http"

	corev1 "k8s.io/api/core/v1"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/identity"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/loadbalancer"
	"github.com/modelway/modelway/local/nodes"
	"github.com/modelway/modelway/local/programs"
	"github.com/modelway/modelway/local/store"
)

func nodesConfig(c checkout.Checkout, k kubernetes, account *aws.Account, objects *store.Server, log *slog.Logger,
	isolation kubelet.Isolation) nodes.Config {
	admit := func(pod *corev1.Pod, annotations map[string]string) *corev1.Pod {
		state, err := account.Snapshot()
		if err != nil {
			log.Warn("a pod starts without its role in AWS", "pod", pod.Namespace+"/"+pod.Name, "error", err)
			return pod
		}
		return identity.Inject(pod, annotations, state, objects.Endpoints())
	}
	return nodes.Config{
		Client: k.client, Account: account, Log: log, Admit: admit,
		Programs: programs.Of(c), Isolation: isolation, PodDir: podDir(c), LogDir: c.Logs(),
	}
}

// podDir is the folder for the files of running pods.
func podDir(c checkout.Checkout) string { return c.State("pods") }

func loadBalancerConfig(c checkout.Checkout, k kubernetes, account *aws.Account, page http.Handler, log *slog.Logger) loadbalancer.Config {
	return loadbalancer.Config{
		Client: k.client, Account: account, Log: log, Page: page,
		Ports: func() []int { return ports(c) }, Held: holder(c, log),
	}
}
