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

	account     *aws.Account
	gate        *aws.Gate
	timeout     time.Duration
	region      string
	defaultTags map[string]any
	cancelled   context.Context
	cancel      context.CancelFunc
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
	p := &Provider{account: account, gate: gate, timeout: DefaultTimeout}
	if v := os.Getenv(EnvTimeout); v != "" {
		if p.timeout, err = time.ParseDuration(v); err != nil {
			return nil, fmt.Errorf("%s is %q: want a duration such as 30s", EnvTimeout, v)
		}
	}
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

// CheckConfig requires a region.
func (p *Provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	config := req.GetNews().AsMap()
	if region, _ := config["region"].(string); region == "" && environmentRegion() == "" {
		return &pulumirpc.CheckResponse{Failures: []*pulumirpc.CheckFailure{{Property: "region",
			Reason: "missing region configuration: set your AWS region, e.g. `pulumi config set aws:region us-west-2`"}}}, nil
	}
	return &pulumirpc.CheckResponse{Inputs: req.News}, nil
}

func environmentRegion() string {
	return cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
}

// DiffConfig replaces the provider, and so everything in it, when the region changes.
func (p *Provider) DiffConfig(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	s := schema{replace: []string{"region"}}
	return s.diff(req.GetOldInputs().AsMap(), req.GetNews().AsMap()), nil
}

// Configure takes the region and the default tags.
func (p *Provider) Configure(_ context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	config := req.GetArgs().AsMap()
	region, _ := config["region"].(string)
	if unknown(region) {
		region = ""
	}
	p.region = cmp.Or(region, environmentRegion())
	p.account.Region = cmp.Or(p.region, p.account.Region)
	defaults := config["defaultTags"]
	if raw, ok := defaults.(string); ok && !unknown(raw) && raw != "" { // objects in a provider's configuration travel as JSON
		if err := json.Unmarshal([]byte(raw), &defaults); err != nil {
			return nil, fmt.Errorf("defaultTags is %q: want an object with tags: %w", raw, err)
		}
	}
	if object, ok := defaults.(map[string]any); ok {
		p.defaultTags, _ = object["tags"].(map[string]any)
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
	t := target{typ: string(u.Type()), urn: u}
	var err error
	if t.kind, err = aws.KindOf(t.typ); err != nil {
		return t, err
	}
	var ok bool
	if t.schema, ok = schemas[t.typ]; !ok {
		return t, fmt.Errorf("resource type %q has no schema in the simulated AWS", t.typ)
	}
	return t, nil
}

// call passes the gate and changes the account.
func (p *Provider) call(ctx context.Context, t target, verb string, op int, change func(*aws.State) error) error {
	action := t.kind.Calls[op]
	err := p.gate.Call(ctx, t.kind.Service+":"+action)
	if err == nil {
		err = p.account.Update(change)
	}
	if err != nil {
		return fmt.Errorf("%s %s %q: operation error %s: %s, %w", verb, t.kind.Noun(), t.urn.Name(), strings.ToUpper(t.kind.Service), action, err)
	}
	return nil
}

// wait returns when a resource is no longer being created or deleted, as it is then, or nil when it has gone.
func (p *Provider) wait(ctx context.Context, t target, id string) (r *aws.Resource, health error, err error) {
	for {
		err := p.account.View(func(s *aws.State) error {
			r, health = s.Get(t.typ, id), s.Health(t.typ, id)
			return nil
		})
		if err != nil || r == nil || r.Status == aws.Active {
			return r, health, err
		}
		if err := p.sleep(ctx, max(time.Millisecond, time.Until(r.Until))); err != nil {
			return r, nil, fmt.Errorf("waiting for %s %s: %w", t.kind.Noun(), id, err)
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
