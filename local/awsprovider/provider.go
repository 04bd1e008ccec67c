// Package awsprovider is the Pulumi resource provider plugin aws of the local stack. It speaks the provider protocol for the
// account of package aws and takes its schema from the types of the Pulumi AWS SDK.
package awsprovider

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/modelway/modelway/local/aws"
)

// Version is the version of the Pulumi AWS provider whose schema this plugin has.
const Version = "6.83.2"

// EnvTimeout names the environment variable that says for how long a delete that AWS refuses with DependencyViolation is
// tried again (a Go duration).
const EnvTimeout = "MODELWAY_AWS_TIMEOUT"

// DefaultTimeout is used when [EnvTimeout] is not set. The real provider tries again for up to 20 minutes.
const DefaultTimeout = 30 * time.Second

// Main runs the plugin until the engine stops it. The account is the file that [aws.EnvState] names.
func Main() error {
	return provider.Main("aws", func(*provider.HostClient) (pulumirpc.ResourceProviderServer, error) {
		return New(os.Getenv(aws.EnvState))
	})
}

// Provider is the plugin's server.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer

	account   *aws.Account
	gate      *aws.Gate
	timeout   time.Duration
	cancelled context.Context
	cancel    context.CancelFunc
}

// New returns a provider for the account in the file at path.
func New(path string) (*Provider, error) {
	account, err := aws.Open(path)
	if err != nil {
		return nil, err
	}
	gate, err := aws.NewGate(account)
	if err != nil {
		return nil, err
	}
	timeout, err := aws.Duration(EnvTimeout, DefaultTimeout)
	if err != nil {
		return nil, err
	}
	p := &Provider{account: account, gate: gate, timeout: timeout}
	p.cancelled, p.cancel = context.WithCancel(context.Background())
	return p, nil
}

// GetPluginInfo returns the version.
func (p *Provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// GetSchema returns a schema without resources: programs bring the SDK.
func (p *Provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: fmt.Sprintf(`{"name":"aws","version":%q}`, Version)}, nil
}

// Cancel ends waiting; calls under way are finished.
func (p *Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	p.cancel()
	return &emptypb.Empty{}, nil
}

// Configure takes the region: the provider's own, or that of the environment, as the AWS SDK does.
func (p *Provider) Configure(_ context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	region, _ := req.GetArgs().AsMap()["region"].(string)
	p.account.Region = cmp.Or(region, os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
	if p.account.Region == "" {
		return nil, errors.New("missing region configuration: set your AWS region, e.g. `pulumi config set aws:region us-west-2`")
	}
	return &pulumirpc.ConfigureResponse{SupportsPreview: true}, nil
}

// target is a resource that a request is about.
type target struct {
	schema
	kind *aws.Kind
	typ  string
	urn  urn.URN
}

func (p *Provider) target(raw string) (target, error) {
	u := urn.URN(raw)
	typ := string(u.Type())
	kind, err := aws.KindOf(typ)
	return target{schemas[typ], kind, typ, u}, err
}

// operation is an index of [aws.Kind.Calls].
type operation int

const (
	creating operation = iota
	updating
	deleting
)

func (o operation) String() string { return [...]string{"creating", "updating", "deleting"}[o] }

// call passes the gate and changes the account.
func (p *Provider) call(ctx context.Context, t target, op operation, change func(*aws.State) error) error {
	service, action := t.kind.Service.Name, t.kind.Calls[op]
	err := p.gate.Call(ctx, service+":"+action)
	if err == nil {
		err = p.account.Update(change)
	}
	if err != nil {
		return fmt.Errorf("%s %s %q: operation error %s: %s, %w", op, t.kind.Noun(), t.urn.Name(), strings.ToUpper(service), action, err)
	}
	return nil
}

// wait returns when a resource is no longer being created or deleted, as it is then, or nil when it has gone. The error says why it
// does not work.
func (p *Provider) wait(ctx context.Context, t target, id string) (r *aws.Resource, err error) {
	for {
		err := p.account.View(func(s *aws.State) error {
			r = s.Get(t.typ, id)
			return s.Health(t.typ, id)
		})
		if err != nil || r == nil || r.Status == aws.Active {
			return r, err
		}
		if err := p.sleep(ctx, max(time.Millisecond, time.Until(r.Until))); err != nil {
			return r, err
		}
	}
}

func (p *Provider) sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-p.cancelled.Done():
		return errors.New("cancelled")
	case <-time.After(d):
		return nil
	}
}

func toStruct(m map[string]any) (*structpb.Struct, error) {
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	s := &structpb.Struct{}
	return s, s.UnmarshalJSON(raw)
}
