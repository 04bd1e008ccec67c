// Package helm renders charts with the Helm of the Kubernetes provider, which is the one that installs releases.
package helm

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	sdk "github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"
)

// Helm is a running provider plugin.
type Helm struct {
	provider   pulumirpc.ResourceProviderClient
	command    *exec.Cmd
	connection *grpc.ClientConn
}

// Start runs the provider plugin, a program, for the cluster of a kubeconfig. Stop it at the end.
func Start(ctx context.Context, program, kubeconfig string) (*Helm, error) {
	// The plugin logs to the engine at this address, and renders without one.
	command := exec.CommandContext(ctx, program, "127.0.0.1:1")
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", program, err)
	}
	h := &Helm{command: command}
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		h.Stop()
		return nil, fmt.Errorf("reading the port of %s: %w", program, err)
	}
	h.connection, err = grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		h.Stop()
		return nil, err
	}
	h.provider = pulumirpc.NewResourceProviderClient(h.connection)
	_, err = h.provider.Configure(
		ctx,
		&pulumirpc.ConfigureRequest{Variables: map[string]string{"kubernetes:config:kubeconfig": kubeconfig}, AcceptSecrets: true},
	)
	if err != nil {
		h.Stop()
		return nil, fmt.Errorf("configuring %s: %w", program, err)
	}
	return h, nil
}

// Stop ends the plugin.
func (h *Helm) Stop() {
	if h.connection != nil {
		_ = h.connection.Close()
	}
	_ = h.command.Process.Kill()
	_ = h.command.Wait()
}

// Release is a release to render.
type Release struct {
	// Chart is the folder of the chart.
	Chart string
	// Name and Namespace are those of the release.
	Name, Namespace string
	// Values are merged over those of the chart.
	Values any
}

// Render returns the objects of a release, without the definitions in the chart's folder crds. It calls the function behind the Chart
// resources of the provider (https://github.com/pulumi/pulumi-kubernetes/blob/v4.25.0/provider/pkg/provider/invoke_helm_template.go).
func (h *Helm) Render(ctx context.Context, release Release) ([]any, error) {
	options, err := json.Marshal(map[string]any{
		"path": release.Chart, "release_name": release.Name, "namespace": release.Namespace, "values": release.Values, "skip_crd_rendering": true,
	})
	if err != nil {
		return nil, err
	}
	args, err := structpb.NewStruct(map[string]any{"jsonOpts": string(options)})
	if err != nil {
		return nil, err
	}
	answer, err := h.provider.Invoke(ctx, &pulumirpc.InvokeRequest{Tok: "kubernetes:helm:template", Args: args})
	if err != nil {
		return nil, err
	}
	var faults []error
	for _, failure := range answer.GetFailures() {
		faults = append(faults, errors.New(failure.GetReason()))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	properties, err := plugin.UnmarshalProperties(answer.GetReturn(), plugin.MarshalOptions{SkipNulls: true})
	if err != nil {
		return nil, err
	}
	rendered, _ := properties[sdk.PropertyKey("result")].Mappable().([]any)
	if len(rendered) == 0 {
		return nil, errors.New("the chart has no objects")
	}
	return rendered, nil
}
