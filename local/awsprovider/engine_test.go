package awsprovider

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/modelway/modelway/local/aws"
)

type object = map[string]any

// engine talks to a provider as Pulumi's engine does, over gRPC.
type engine struct {
	t      *testing.T
	client pulumirpc.ResourceProviderClient
}

func start(t *testing.T, path string, config object) engine {
	t.Helper()
	t.Setenv(aws.EnvDelay, "1ms")
	t.Setenv(EnvTimeout, "1ms")
	p, err := New(path)
	require.NoError(t, err)
	server := grpc.NewServer()
	pulumirpc.RegisterResourceProviderServer(server, p)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go server.Serve(listener) //nolint:errcheck // ends with Stop
	t.Cleanup(server.Stop)
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { connection.Close() })
	e := engine{t, pulumirpc.NewResourceProviderClient(connection)}
	if config == nil {
		config = object{"region": "us-east-1"}
	}
	_, err = e.client.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: e.pack(config)})
	require.NoError(t, err)
	return e
}

func account(t *testing.T) string { return filepath.Join(t.TempDir(), "account.json") }

func (e engine) pack(m object) *structpb.Struct {
	s, err := structpb.NewStruct(m)
	require.NoError(e.t, err)
	return s
}

func urnOf(typ, name string) string {
	return "urn:pulumi:local::modelway::modelway:network:Network$" + typ + "::" + name
}

func (e engine) check(typ, name string, olds, news object) (object, []string) {
	e.t.Helper()
	r, err := e.client.Check(context.Background(), &pulumirpc.CheckRequest{Urn: urnOf(typ, name), Olds: e.pack(olds), News: e.pack(news),
		RandomSeed: []byte("seed")})
	require.NoError(e.t, err)
	var reasons []string
	for _, f := range r.Failures {
		reasons = append(reasons, f.Reason)
	}
	return r.Inputs.AsMap(), reasons
}

// create checks and creates a resource.
func (e engine) create(typ, name string, in object) (id string, out object, err error) {
	e.t.Helper()
	in, failures := e.check(typ, name, nil, in)
	require.Empty(e.t, failures)
	r, err := e.client.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urnOf(typ, name), Properties: e.pack(in)})
	return r.GetId(), r.GetProperties().AsMap(), err
}

func (e engine) must(typ, name string, in object) (id string, out object) {
	e.t.Helper()
	id, out, err := e.create(typ, name, in)
	require.NoError(e.t, err)
	return id, out
}

func (e engine) diff(typ, id string, olds, news object) *pulumirpc.DiffResponse {
	e.t.Helper()
	r, err := e.client.Diff(context.Background(), &pulumirpc.DiffRequest{Id: id, Urn: urnOf(typ, "x"), OldInputs: e.pack(olds),
		News: e.pack(news)})
	require.NoError(e.t, err)
	return r
}

func (e engine) read(typ, id string) *pulumirpc.ReadResponse {
	e.t.Helper()
	r, err := e.client.Read(context.Background(), &pulumirpc.ReadRequest{Id: id, Urn: urnOf(typ, "x")})
	require.NoError(e.t, err)
	return r
}

func (e engine) remove(typ, id string) error {
	_, err := e.client.Delete(context.Background(), &pulumirpc.DeleteRequest{Id: id, Urn: urnOf(typ, "x")})
	return err
}

func (e engine) invoke(token string, args object) (object, error) {
	r, err := e.client.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: token, Args: e.pack(args)})
	return r.GetReturn().AsMap(), err
}
