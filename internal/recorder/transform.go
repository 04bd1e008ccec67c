package recorder

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

// transform calls the resource's own transforms, then those of its ancestors from the nearest on, as the engine does. It
// rewrites the request in place and returns how many were called.
func (m *monitor) transform(ctx context.Context, urn resource.URN, req *pulumirpc.RegisterResourceRequest) (int, error) {
	m.mu.Lock()
	m.transforms[urn] = req.GetTransforms()
	callbacks := append([]*pulumirpc.Callback(nil), req.GetTransforms()...)
	for parent := resource.URN(req.GetParent()); parent != ""; {
		callbacks = append(callbacks, m.transforms[parent]...)
		s, ok := m.states[parent]
		if !ok {
			break
		}
		parent = s.record.Parent
	}
	m.mu.Unlock()
	for _, callback := range callbacks {
		if err := call(ctx, callback, req); err != nil {
			return 0, fmt.Errorf("transforming %s: %w", urn, err)
		}
	}
	return len(callbacks), nil
}

func call(ctx context.Context, callback *pulumirpc.Callback, req *pulumirpc.RegisterResourceRequest) error {
	conn, err := grpc.NewClient(callback.GetTarget(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	body, err := proto.Marshal(&pulumirpc.TransformRequest{
		Type: req.GetType(), Name: req.GetName(), Custom: req.GetCustom(), Parent: req.GetParent(), Properties: req.GetObject(),
		Options: &pulumirpc.TransformResourceOptions{
			DependsOn: req.GetDependencies(), Protect: req.Protect, IgnoreChanges: req.GetIgnoreChanges(),
			ReplaceOnChanges: req.GetReplaceOnChanges(), Version: req.GetVersion(), Aliases: req.GetAliases(),
			Provider: req.GetProvider(), CustomTimeouts: req.GetCustomTimeouts(), RetainOnDelete: req.RetainOnDelete,
			DeletedWith: req.GetDeletedWith(), AdditionalSecretOutputs: req.GetAdditionalSecretOutputs(),
			Providers: req.GetProviders(), Import: req.GetImportId(),
		},
	})
	if err != nil {
		return err
	}
	answer, err := pulumirpc.NewCallbacksClient(conn).Invoke(ctx, &pulumirpc.CallbackInvokeRequest{Token: callback.GetToken(), Request: body})
	if err != nil {
		return err
	}
	var result pulumirpc.TransformResponse
	if err := proto.Unmarshal(answer.GetResponse(), &result); err != nil {
		return err
	}
	apply(&result, req)
	return nil
}

// apply writes a transform's answer into the request; an answer without properties or options changes nothing.
func apply(result *pulumirpc.TransformResponse, req *pulumirpc.RegisterResourceRequest) {
	if result.GetProperties() != nil {
		req.Object = result.GetProperties()
	}
	o := result.GetOptions()
	if o == nil {
		return
	}
	req.Dependencies, req.IgnoreChanges = o.GetDependsOn(), o.GetIgnoreChanges()
	req.ReplaceOnChanges, req.AdditionalSecretOutputs = o.GetReplaceOnChanges(), o.GetAdditionalSecretOutputs()
	req.Version, req.Aliases, req.CustomTimeouts = o.GetVersion(), o.GetAliases(), o.GetCustomTimeouts()
	if o.Protect != nil {
		req.Protect = o.Protect
	}
	if o.RetainOnDelete != nil {
		req.RetainOnDelete = o.RetainOnDelete
	}
	if o.DeleteBeforeReplace != nil {
		req.DeleteBeforeReplace, req.DeleteBeforeReplaceDefined = o.GetDeleteBeforeReplace(), true
	}
	if o.GetProvider() != "" {
		req.Provider = o.GetProvider()
	}
}
