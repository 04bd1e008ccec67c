package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/modelway/modelway/internal/project"
)

// serveOwn answers the engine, which asks for the program in the project's folder to be run, until the context ends. It returns the runtime
// by which the engine finds it; nil where the program is a part of this one. The Go language host of Pulumi would do, but it is not
// everywhere, and where it is, the engine compiles the policies in each preview.
func (p Project) serveOwn(ctx context.Context) (runtime any, err error) {
	if p.Program != nil {
		return nil, nil
	}
	cancel := make(chan bool)
	context.AfterFunc(ctx, func() { close(cancel) })
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Cancel: cancel, Init: func(server *grpc.Server) error {
		pulumirpc.RegisterLanguageRuntimeServer(server, own{p: p})
		return nil
	}})
	if err != nil {
		return nil, fmt.Errorf("listening for the engine, which runs the program in %s: %w", p.Root, err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", handle.Port)
	return map[string]any{"name": "client", "options": map[string]any{"address": address}}, nil
}

// own is the language runtime of the program in a project's folder.
type own struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	p Project
}

// GetPluginInfo tells the version of the runtime, which nothing depends on.
func (own) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

// GetRequiredPackages names none: the engine finds its plugins in the folder of programs.
func (own) GetRequiredPackages(context.Context, *pulumirpc.GetRequiredPackagesRequest) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run builds the program and runs it in its folder. A program that fails tells the engine itself why.
func (o own) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	environment, err := variables(request)
	if err != nil {
		return nil, err
	}
	program, said := filepath.Join(o.p.Folder, "program"), new(strings.Builder)
	if err := (project.Project{Root: o.p.Root}).Build(ctx, said, program); err != nil {
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("%v\n%s", err, said)}, nil
	}
	printed := new(strings.Builder)
	command := exec.CommandContext(ctx, program)
	command.Dir, command.Stdout, command.Stderr = o.p.Root, printed, said
	command.Env = append(append(os.Environ(), environment...), pulumi.EnvPulumiRootDirectory+"="+o.p.Root)
	err = errors.Join(command.Run(), show(ctx, address(request), printed.String()))
	var ended *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &ended) && ended.ExitCode() == constant.ExitStatusLoggedError:
		return &pulumirpc.RunResponse{Bail: true}, nil
	}
	return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program in %s failed: %v\n%s", o.p.Root, err, said)}, nil
}

// variables are those of the environment by which a program in Go finds the engine, and what it is to do.
func variables(request *pulumirpc.RunRequest) ([]string, error) {
	config, err := json.Marshal(request.GetConfig())
	if err != nil {
		return nil, err
	}
	secret, err := json.Marshal(request.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	return []string{
		pulumi.EnvOrganization + "=" + request.GetOrganization(), pulumi.EnvProject + "=" + request.GetProject(),
		pulumi.EnvStack + "=" + request.GetStack(), pulumi.EnvConfig + "=" + string(config),
		pulumi.EnvConfigSecretKeys + "=" + string(secret), pulumi.EnvDryRun + "=" + strconv.FormatBool(request.GetDryRun()),
		pulumi.EnvParallel + "=" + strconv.Itoa(int(request.GetParallel())), pulumi.EnvMonitor + "=" + request.GetMonitorAddress(),
		pulumi.EnvEngine + "=" + address(request),
	}, nil
}

// address is that of the engine, which tells it to a runtime of this kind as an argument.
func address(request *pulumirpc.RunRequest) string {
	if args := request.GetArgs(); len(args) > 0 {
		return args[0]
	}
	return ""
}

// show has the engine show what a program printed.
func show(ctx context.Context, engine, text string) error {
	if text == "" {
		return nil
	}
	connection, err := grpc.NewClient(engine, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	_, err = pulumirpc.NewEngineClient(connection).Log(ctx, &pulumirpc.LogRequest{Severity: pulumirpc.LogSeverity_INFO, Message: text})
	return err
}
