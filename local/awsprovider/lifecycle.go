package awsprovider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/modelway/modelway/local/aws"
)

// Check judges inputs and fills in generated names.
func (p *Provider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	olds, news := req.GetOlds().AsMap(), req.GetNews().AsMap()
	maps.DeleteFunc(news, func(_ string, v any) bool { return v == nil })
	var c checker
	c.object("", t.inputs, news)
	for name, ft := range fields(t.inputs) {
		if _, isText := news[name].(string); ft.String() == "interface {}" && news[name] != nil && !isText {
			news[name] = show(news[name]) // a document given as an object
		}
	}
	if err := p.autoname(t, req.RandomSeed, olds, news); err != nil {
		return nil, err
	}
	in, _ := known(news).(map[string]any)
	partlyUnknown := func(path string) bool {
		root, _, _ := strings.Cut(path, ".")
		return news[root] != nil && !sameValue(in[root], news[root])
	}
	for _, fault := range t.kind.Validate(in, partlyUnknown) {
		c.fail("", "%v", fault)
	}
	inputs, err := toStruct(news)
	return &pulumirpc.CheckResponse{Inputs: inputs, Failures: c.failures}, err
}

// autoname generates a name as Pulumi's AWS provider does, the resource's name with seven random digits, unless a name or a
// prefix is given. A resource keeps its name, also when it was created by a process that was killed before it could say so.
func (p *Provider) autoname(t target, seed []byte, olds, news map[string]any) error {
	name := t.kind.Name
	if name == "" || news[name] != nil || news[name+"Prefix"] != nil {
		return nil
	}
	news[name] = olds[name]
	err := p.account.View(func(s *aws.State) error {
		if r := s.Unacknowledged(t.typ, string(t.urn)); r != nil && news[name] == nil {
			news[name] = r.String(name)
		}
		return nil
	})
	if err == nil && news[name] == nil {
		prefix := t.kind.NamePrefix + t.urn.Name() + "-"
		if t.typ == aws.BucketV2 || t.typ == aws.Repository {
			prefix = strings.ToLower(prefix)
		}
		news[name], err = resource.NewUniqueName(seed, prefix, 7, 0, nil)
	}
	return err
}

// internal begins the keys in which Pulumi's AWS provider, and earlier versions of this one, note what is theirs, such as __defaults. They
// are no properties, and a difference in them changes nothing.
const internal = "__"

// Diff says which changes can be made in place and which need a new resource.
func (p *Provider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	olds, news := req.GetOldInputs().AsMap(), req.GetNews().AsMap()
	for _, inputs := range []map[string]any{olds, news} {
		maps.DeleteFunc(inputs, func(key string, _ any) bool { return strings.HasPrefix(key, internal) })
	}
	diff := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	for _, path := range changes("", olds, news) {
		root, _, _ := strings.Cut(path, ".")
		diff.Changes, diff.Diffs = pulumirpc.DiffResponse_DIFF_SOME, append(diff.Diffs, root)
		if t.replaces(path) {
			diff.Replaces = append(diff.Replaces, root)
		}
	}
	diff.Diffs, diff.Replaces = slices.Compact(diff.Diffs), slices.Compact(diff.Replaces)
	// A new resource cannot have the name of the old one while that exists.
	name := t.kind.Name
	sameName := name != "" && news[name] != nil && sameValue(olds[name], news[name])
	diff.DeleteBeforeReplace = len(diff.Replaces) > 0 && (t.deleteFirst || sameName)
	return diff, p.acknowledge(t, req.Id)
}

// acknowledge notes that the engine knows the id, so that the creation is never repeated.
func (p *Provider) acknowledge(t target, id string) error {
	fresh := false
	note := func(s *aws.State) error {
		if r := s.Get(t.typ, id); r != nil && !r.Acknowledged {
			r.Acknowledged, fresh = true, true
		}
		return nil
	}
	if err := p.account.View(note); err != nil || !fresh {
		return err
	}
	return p.account.Update(note)
}

// Create adds a resource and waits until it is active.
func (p *Provider) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	in := req.GetProperties().AsMap()
	if req.Preview {
		out, err := toStruct(t.unknownOutputs(in))
		return &pulumirpc.CreateResponse{Properties: out}, err
	}
	id, out, err := p.put(ctx, t, creating, req.Properties, func(s *aws.State) (*aws.Resource, error) { return s.Create(t.typ, req.Urn, in) })
	return &pulumirpc.CreateResponse{Id: id, Properties: out}, err
}

// Read returns a resource as it is in the account, and an empty id when it is not there. With an id only it is an import, for which
// the id has the form that the provider's documentation says.
func (p *Provider) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	if err := p.gate.Call(ctx, t.kind.Service.Name+":Describe"+t.kind.Noun()); err != nil {
		return nil, fmt.Errorf("reading %s %q: %w", t.kind.Noun(), req.Id, err)
	}
	response := &pulumirpc.ReadResponse{}
	err = p.account.View(func(s *aws.State) error {
		r := s.Find(t.typ, req.Id)
		if r == nil || r.Status == aws.Deleting {
			return nil
		}
		out, err := toStruct(t.only(r.Outputs()))
		in, inErr := toStruct(r.Inputs)
		response = &pulumirpc.ReadResponse{Id: r.ID, Properties: out, Inputs: in}
		return errors.Join(err, inErr)
	})
	return response, errors.Join(err, p.acknowledge(t, response.Id))
}

// Update changes a resource in place.
func (p *Provider) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	in := req.GetNews().AsMap()
	if req.Preview {
		out := req.GetOlds().AsMap()
		for _, path := range changes("", req.GetOldInputs().AsMap(), in) {
			root, _, _ := strings.Cut(path, ".")
			if out[root] = in[root]; in[root] == nil {
				delete(out, root)
			}
		}
		properties, err := toStruct(t.only(out))
		return &pulumirpc.UpdateResponse{Properties: properties}, err
	}
	_, out, err := p.put(ctx, t, updating, req.News, func(s *aws.State) (*aws.Resource, error) { return s.Update(t.typ, req.Id, in) })
	return &pulumirpc.UpdateResponse{Properties: out}, err
}

// put creates or updates a resource, waits for it and returns its outputs. When it does not become active, the error tells the engine to
// keep the resource and to try again with the next update.
func (p *Provider) put(ctx context.Context, t target, op operation, inputs *structpb.Struct, change func(*aws.State) (*aws.Resource,
	error)) (id string, out *structpb.Struct, err error) {
	err = p.call(ctx, t, op, func(s *aws.State) error {
		r, err := change(s)
		if err == nil {
			id = r.ID
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	r, err := p.wait(ctx, t, id)
	if r == nil {
		return id, nil, errors.Join(err, fmt.Errorf("%s %q has been deleted by someone else", t.kind.Noun(), id))
	}
	out, outErr := toStruct(t.only(r.Outputs()))
	if err == nil {
		return id, out, outErr
	}
	reason := fmt.Sprintf("waiting for %s (%s) to become active: %v", t.kind.Noun(), id, err)
	return id, out, rpcerror.WithDetails(rpcerror.New(codes.Unknown, reason),
		&pulumirpc.ErrorResourceInitFailed{Id: id, Properties: out, Inputs: inputs, Reasons: []string{reason}})
}

// retries are the refusals at which the real provider tries to delete again for a while: something still depends on the resource.
func (t target) retries() []string {
	if t.typ == aws.Certificate {
		return []string{"ResourceInUseException"}
	}
	return []string{"DependencyViolation"}
}

// Delete removes a resource and waits until it has gone. Like the real provider it tries again for a while when something
// still depends on the resource.
func (p *Provider) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	const pause = 100 * time.Millisecond
	for deadline := time.Now().Add(p.timeout); ; {
		err = p.call(ctx, t, deleting, func(s *aws.State) error { return s.Delete(t.typ, req.Id) })
		var refusal *aws.Error
		if !errors.As(err, &refusal) || !slices.Contains(t.retries(), refusal.Code) {
			break
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("timeout after %v: %w", p.timeout, err)
		}
		if stopped := p.sleep(ctx, pause); stopped != nil {
			return nil, errors.Join(stopped, err)
		}
	}
	if err == nil {
		_, err = p.wait(ctx, t, req.Id)
	}
	return &emptypb.Empty{}, err
}
