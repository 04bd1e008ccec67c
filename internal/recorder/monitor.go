package recorder

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// wire is how property maps travel: everything the protocol can express is kept.
var wire = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: true}

// monitor is the resource monitor that a program registers with.
type monitor struct {
	pulumirpc.UnimplementedResourceMonitorServer
	options options

	mu         sync.Mutex
	recording  *Recording
	states     map[resource.URN]state
	transforms map[resource.URN][]*pulumirpc.Callback
}

// state is what the engine's state would hold of a resource.
type state struct {
	id      string
	outputs resource.PropertyMap
	record  *Resource
}

func newMonitor(o options) *monitor {
	return &monitor{
		options: o, recording: &Recording{},
		states: map[resource.URN]state{}, transforms: map[resource.URN][]*pulumirpc.Callback{},
	}
}

// GetDeploymentInfo names the features of the protocol that the monitor has; without output values, inputs hold plain
// values.
func (m *monitor) GetDeploymentInfo(context.Context, *emptypb.Empty) (*pulumirpc.DeploymentInfo, error) {
	return &pulumirpc.DeploymentInfo{
		Project: m.options.project, Stack: m.options.stack,
		SupportedFeatures: []pulumirpc.ResourceMonitorFeature{
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_SECRETS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_DELETED_WITH,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_TRANSFORMS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
		},
	}, nil
}

// RegisterResource records a resource and answers for its provider.
func (m *monitor) RegisterResource(ctx context.Context, req *pulumirpc.RegisterResourceRequest) (*pulumirpc.RegisterResourceResponse,
	error) {
	urn := m.urn(req.GetParent(), req.GetType(), req.GetName())
	if req.GetType() == string(resource.RootStackType) {
		return &pulumirpc.RegisterResourceResponse{Urn: string(urn)}, nil
	}
	called, err := m.transform(ctx, urn, req)
	if err != nil {
		return nil, err
	}
	inputs, err := plugin.UnmarshalProperties(req.GetObject(), wire)
	if err != nil {
		return nil, fmt.Errorf("reading the inputs of %s: %w", urn, err)
	}
	record := newResource(req, urn, inputs)
	record.Transforms = called
	id, outputs := m.answer(record)
	if err := m.keep(record, state{id, outputs, record}); err != nil {
		return nil, err
	}
	if req.GetRemote() {
		if outputs, err = m.construct(ctx, record); err != nil {
			return nil, err
		}
	}
	object, err := plugin.MarshalProperties(outputs, wire)
	if err != nil {
		return nil, fmt.Errorf("writing the outputs of %s: %w", urn, err)
	}
	return &pulumirpc.RegisterResourceResponse{Urn: string(urn), Id: id, Object: object}, nil
}

// keep adds a resource to the recording. The engine refuses a URN that was registered before, and so does keep.
func (m *monitor) keep(record *Resource, s state) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.states[record.URN]; ok {
		return fmt.Errorf("duplicate resource URN %s: give the second resource a name of its own", record.URN)
	}
	if parent, ok := m.states[record.Parent]; ok {
		record.Protect = record.Protect || parent.record.Protect
		record.RetainOnDelete = record.RetainOnDelete || parent.record.RetainOnDelete
	}
	record.ID, record.Outputs = s.id, s.outputs
	m.states[record.URN] = s
	m.recording.Resources = append(m.recording.Resources, record)
	if record.Custom || record.Remote {
		m.pinned(record.Type, record.Version, record.Provider)
	}
	return nil
}

// pinned notes a token that comes without a version and a provider. The engine has no plugin for what is its own, and a provider that the
// program registers is a resource of its own plugin.
func (m *monitor) pinned(token, version, provider string) {
	if version == "" && provider == "" && !strings.HasPrefix(token, "pulumi:pulumi:") {
		m.recording.Unpinned = append(m.recording.Unpinned, token)
	}
}

// RegisterResourceOutputs keeps a component's outputs, or the stack's.
func (m *monitor) RegisterResourceOutputs(_ context.Context, req *pulumirpc.RegisterResourceOutputsRequest) (*emptypb.Empty, error) {
	outputs, err := plugin.UnmarshalProperties(req.GetOutputs(), wire)
	if err != nil {
		return nil, fmt.Errorf("reading the outputs of %s: %w", req.GetUrn(), err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.states[resource.URN(req.GetUrn())]; ok {
		s.record.Outputs = outputs
		return &emptypb.Empty{}, nil
	}
	m.recording.Outputs = outputs
	return &emptypb.Empty{}, nil
}

// ReadResource answers for a resource that is looked up by id; it is not recorded as registered.
func (m *monitor) ReadResource(_ context.Context, req *pulumirpc.ReadResourceRequest) (*pulumirpc.ReadResourceResponse, error) {
	urn := m.urn(req.GetParent(), req.GetType(), req.GetName())
	inputs, err := plugin.UnmarshalProperties(req.GetProperties(), wire)
	if err != nil {
		return nil, fmt.Errorf("reading the properties of %s: %w", urn, err)
	}
	record := &Resource{Type: req.GetType(), Name: req.GetName(), URN: urn, Custom: true, Inputs: inputs}
	_, outputs := m.answer(record)
	object, err := plugin.MarshalProperties(outputs, wire)
	if err != nil {
		return nil, fmt.Errorf("writing the properties of %s: %w", urn, err)
	}
	return &pulumirpc.ReadResourceResponse{Urn: string(urn), Properties: object}, nil
}

// Invoke answers provider functions, and resolves resource references as the engine does.
func (m *monitor) Invoke(_ context.Context, req *pulumirpc.ResourceInvokeRequest) (*pulumirpc.ResourceInvokeResponse, error) {
	args, err := plugin.UnmarshalProperties(req.GetArgs(), wire)
	if err != nil {
		return nil, fmt.Errorf("reading the arguments of %s: %w", req.GetTok(), err)
	}
	result, err := m.invoke(req, args)
	if err != nil {
		return nil, err
	}
	object, err := plugin.MarshalProperties(result, wire)
	if err != nil {
		return nil, fmt.Errorf("writing the result of %s: %w", req.GetTok(), err)
	}
	return &pulumirpc.ResourceInvokeResponse{Return: object}, nil
}

func (m *monitor) invoke(req *pulumirpc.ResourceInvokeRequest, args resource.PropertyMap) (resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	token := req.GetTok()
	if token == "pulumi:pulumi:getResource" {
		urn := resource.URN(args["urn"].StringValue())
		s, ok := m.states[urn]
		if !ok {
			return nil, fmt.Errorf("a reference names %s, which is not registered", urn)
		}
		return resource.PropertyMap{
			"urn": resource.NewProperty(string(urn)), "id": resource.NewProperty(s.id), "state": resource.NewProperty(s.outputs),
		}, nil
	}
	m.recording.Invokes = append(m.recording.Invokes, token)
	m.pinned(token, req.GetVersion(), req.GetProvider())
	answer, ok := m.options.invokes[token]
	if !ok {
		return nil, fmt.Errorf("the program calls %s, which has no answer here: give one with recorder.WithInvoke", token)
	}
	return answer(args)
}

// RegisterPackage hands out a reference; packages are not recorded.
func (m *monitor) RegisterPackage(_ context.Context, req *pulumirpc.RegisterPackageRequest) (*pulumirpc.RegisterPackageResponse, error) {
	return &pulumirpc.RegisterPackageResponse{Ref: req.GetName()}, nil
}

// RegisterResourceHook accepts hooks and never calls them.
func (m *monitor) RegisterResourceHook(context.Context, *pulumirpc.RegisterResourceHookRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// SignalAndWaitForShutdown ends the run.
func (m *monitor) SignalAndWaitForShutdown(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (m *monitor) urn(parent, typ, name string) resource.URN {
	parentType := tokens.Type("")
	if p := resource.URN(parent); p != "" && p.QualifiedType() != resource.RootStackType {
		parentType = p.QualifiedType()
	}
	return resource.NewURN(tokens.QName(m.options.stack), tokens.PackageName(m.options.project), parentType, tokens.Type(typ), name)
}

func mustMarshal(properties resource.PropertyMap) *structpb.Struct {
	object, err := plugin.MarshalProperties(properties, wire)
	if err != nil {
		panic(err)
	}
	return object
}
