package recorder

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// serve makes the monitor, and an engine that only keeps logs and the root resource, reachable on loopback.
func serve(m *monitor) (address string, stop func(), err error) {
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterResourceMonitorServer(server, m)
			pulumirpc.RegisterEngineServer(server, &engine{monitor: m})
			return nil
		},
	})
	if err != nil {
		return "", nil, err
	}
	stop = func() {
		close(cancel)
		<-handle.Done
	}
	return fmt.Sprintf("127.0.0.1:%d", handle.Port), stop, nil
}

// engine answers what a program asks of the engine rather than of the resource monitor.
type engine struct {
	pulumirpc.UnimplementedEngineServer
	monitor *monitor
	root    string
}

func (e *engine) Log(_ context.Context, req *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	if req.GetSeverity() >= pulumirpc.LogSeverity_WARNING {
		e.monitor.mu.Lock()
		defer e.monitor.mu.Unlock()
		e.monitor.recording.Warnings = append(e.monitor.recording.Warnings, req.GetMessage())
	}
	return &emptypb.Empty{}, nil
}

func (e *engine) GetRootResource(context.Context, *pulumirpc.GetRootResourceRequest) (*pulumirpc.GetRootResourceResponse, error) {
	return &pulumirpc.GetRootResourceResponse{Urn: e.root}, nil
}

func (e *engine) SetRootResource(_ context.Context, req *pulumirpc.SetRootResourceRequest) (*pulumirpc.SetRootResourceResponse, error) {
	e.root = req.GetUrn()
	return &pulumirpc.SetRootResourceResponse{}, nil
}

func (e *engine) RequirePulumiVersion(context.Context, *pulumirpc.RequirePulumiVersionRequest) (*pulumirpc.RequirePulumiVersionResponse,
	error) {
	return &pulumirpc.RequirePulumiVersionResponse{}, nil
}
