package certmanager

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Programs are the names of cert-manager's images that Main stands in for, as the last part of their repositories.
var Programs = []string{"cert-manager-controller", "cert-manager-cainjector", "cert-manager-webhook"}

// flags are those of cert-manager's programs that make a difference here; all others are taken and left alone.
type flags struct {
	kubeconfig, clusterNamespace string
	health, secure               int
	webhook                      Webhook
}

func parseFlags(program string, args []string) (flags, error) {
	f := flags{}
	set := pflag.NewFlagSet(program, pflag.ContinueOnError)
	set.ParseErrorsAllowlist.UnknownFlags = true
	set.StringVar(&f.kubeconfig, "kubeconfig", os.Getenv("KUBECONFIG"), "")
	set.StringVar(&f.clusterNamespace, "cluster-resource-namespace", "kube-system", "")
	set.IntVar(&f.health, "healthz-port", 6080, "")
	set.IntVar(&f.secure, "secure-port", 6443, "")
	set.StringVar(&f.webhook.Namespace, "dynamic-serving-ca-secret-namespace", "", "")
	set.StringVar(&f.webhook.Secret, "dynamic-serving-ca-secret-name", "", "")
	set.StringSliceVar(&f.webhook.DNSNames, "dynamic-serving-dns-names", nil, "")
	if err := set.Parse(args); err != nil {
		return flags{}, fmt.Errorf("%s: %w", program, err)
	}
	if program == Programs[0] {
		f.health = 9403 // the controller's, which it calls healthz too
	}
	return f, nil
}

// Main runs as one of Programs until it is told to end, with the arguments that cert-manager's chart gives it. It reaches the cluster by
// the service account of its pod, or by a kubeconfig (--kubeconfig, KUBECONFIG), and listens on BIND_ADDRESS, or everywhere.
func Main(program string, args []string) error {
	if !slices.Contains(Programs, program) {
		return fmt.Errorf("%q is not a program of cert-manager: they are %s", program, strings.Join(Programs, ", "))
	}
	f, err := parseFlags(program, args)
	if err != nil {
		return err
	}
	client, err := connection(f.kubeconfig)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	config := Config{Client: client, ClusterNamespace: f.clusterNamespace, Log: slog.New(slog.NewTextHandler(os.Stdout, nil))}
	group, ctx := errgroup.WithContext(ctx)
	switch program {
	case "cert-manager-controller":
		group.Go(func() error { return Issue(ctx, config) })
	case "cert-manager-cainjector":
		group.Go(func() error { return Inject(ctx, config) })
		return group.Wait() // the chart probes the others only
	case "cert-manager-webhook":
		if f.webhook.Listener, err = net.Listen("tcp", address(f.secure)); err != nil {
			return err
		}
		group.Go(func() error { return Admit(ctx, config, f.webhook) })
	}
	group.Go(func() error { return healthy(ctx, address(f.health)) })
	return group.Wait()
}

// connection reaches the cluster by a kubeconfig, or, without one, by the service account of the pod.
func connection(kubeconfig string) (*rest.Config, error) {
	if kubeconfig == "" {
		return rest.InClusterConfig()
	}
	return clientcmd.BuildConfigFromFlags("", kubeconfig)
}

func address(port int) string { return net.JoinHostPort(os.Getenv("BIND_ADDRESS"), strconv.Itoa(port)) }

// healthy answers the probes of the chart until ctx ends.
func healthy(ctx context.Context, address string) error {
	server := &http.Server{
		Addr: address, ReadHeaderTimeout: 5 * time.Second,
		Handler: http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) { _, _ = response.Write([]byte("ok")) }),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("cert-manager: answering probes: %w", err)
	}
	return nil
}
