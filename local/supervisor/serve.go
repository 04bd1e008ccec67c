package supervisor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/awscli"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/loadbalancer"
	"github.com/modelway/modelway/local/nodes"
)

// Serve runs the cluster, the nodes, the load balancers and S3 until ctx ends or one of them fails. The page is what this machine's own
// names lead to, on the ports of the load balancers.
func Serve(ctx context.Context, c checkout.Checkout, kubeconfig string, page http.Handler) error {
	unlock, err := daemonOf(c).Lock()
	if err != nil {
		return err
	}
	defer unlock()
	log := slog.New(slog.NewTextHandler(os.Stdout, nil))
	account, err := aws.Open(c.Account())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	k, err := connect(ctx, group, c, kubeconfig, account, log)
	if err != nil {
		return err
	}
	defer k.stop()
	if err := awscli.Save(c, k.credential); err != nil {
		return err
	}
	if err := writeHeld(c, nil); err != nil {
		return err
	}
	defer os.Remove(heldFile(c))
	isolation, why := kubelet.ProbeIsolation(podDir(c))
	if why != nil {
		log.Warn("volumes of pods are not at their real paths: " + why.Error())
	}
	objects, err := openStore(c, k, account, log)
	if err != nil {
		return err
	}
	group.Go(func() error { return objects.Serve(ctx) })
	group.Go(func() error { return nodes.Run(ctx, nodesConfig(c, k, account, objects, log, isolation)) })
	group.Go(func() error { return loadbalancer.Run(ctx, loadBalancerConfig(c, k, account, page, log)) })
	if err := publish(c, k, isolation, why); err != nil {
		return err
	}
	defer os.Remove(daemonOf(c).StatusFile())
	log.Info("ready", "endpoint", k.endpoint)
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	log.Info("stopped")
	return nil
}

func publish(c checkout.Checkout, k kubernetes, isolation kubelet.Isolation, why error) error {
	reason := ""
	if why != nil {
		reason = why.Error()
	}
	data, err := json.Marshal(Status{
		Isolation:            isolation,
		NotIsolated:          reason,
		Pid:                  os.Getpid(),
		Endpoint:             k.endpoint,
		CertificateAuthority: base64.StdEncoding.EncodeToString(k.authority),
		External:             k.external,
		Kubeconfig:           k.kubeconfig,
	})
	if err != nil {
		return err
	}
	return durable.WriteFile(daemonOf(c).StatusFile(), data, 0o644)
}
