package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/modelway/modelway/local/awscli"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/controlplane"
)

// kubernetes is the API that the local stack uses, its own or the user's.
type kubernetes struct {
	endpoint   string
	authority  []byte
	kubeconfig string
	external   bool
	client     *rest.Config
	credential awscli.Credential
	stop       func()
}

// embedded starts the control plane, which reaches pods through the socket.
func embedded(ctx context.Context, c checkout.Checkout, egressSocket string, log *slog.Logger) (kubernetes, error) {
	plane, err := controlplane.Start(ctx, controlplane.Options{
		Dir:          controlPlaneFolder(c),
		BinDir:       c.Bin(),
		LogDir:       c.Logs(),
		EgressSocket: egressSocket,
		Report:       func(line string) { log.Info(line) },
	})
	if err != nil {
		return kubernetes{}, err
	}
	client, err := clientcmd.BuildConfigFromFlags("", plane.Kubeconfig)
	if err != nil {
		plane.Stop()
		return kubernetes{}, err
	}
	return kubernetes{
		endpoint:   plane.Endpoint,
		authority:  plane.CertificateAuthority,
		kubeconfig: plane.Kubeconfig,
		client:     client,
		credential: awscli.Credential{Token: plane.Token},
		stop:       plane.Stop,
	}, nil
}

// external connects to the cluster of the kubeconfig's current context. Its user must authenticate with a token or a client
// certificate, as kind and Docker Desktop do: `aws eks get-token` can hand out nothing else.
func external(kubeconfig string) (kubernetes, error) {
	client, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return kubernetes{}, fmt.Errorf("reading KUBECONFIG=%s: %w", kubeconfig, err)
	}
	if err := rest.LoadTLSFiles(client); err != nil {
		return kubernetes{}, fmt.Errorf("reading the keys named by KUBECONFIG=%s: %w", kubeconfig, err)
	}
	if client.BearerToken == "" && len(client.CertData) == 0 {
		return kubernetes{}, fmt.Errorf("the current user of KUBECONFIG=%s has neither a token nor a client certificate: use a kubeconfig that "+
			"has one, such as that of kind or Docker Desktop", kubeconfig)
	}
	if len(client.CAData) == 0 {
		return kubernetes{}, errors.New(
			"the cluster of KUBECONFIG has no certificate-authority: the local stack needs it to write its own kubeconfig")
	}
	return kubernetes{
		endpoint:   client.Host,
		authority:  client.CAData,
		kubeconfig: kubeconfig,
		external:   true,
		client:     client,
		credential: awscli.Credential{
			Token:                 client.BearerToken,
			ClientCertificateData: string(client.CertData),
			ClientKeyData:         string(client.KeyData),
		},
		stop: func() {},
	}, nil
}
