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

// Check judges inputs and fills in generated names and the provider's default tags.
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
		if _, isText := news[name].(string); name == "tags" && len(p.defaultTags) > 0 {
			tags := maps.Clone(p.defaultTags)
			given, _ := news[name].(map[string]any)
			maps.Copy(tags, given)
			news[name] = tags
		} else if ft.String() == "interface {}" && news[name] != nil && !isText {
			news[name] = show(news[name]) // a document given as an object
		}
	}
	if err := p.autoname(t, req, olds, news); err != nil {
		return nil, err
	}
	in, _ := known(news).(map[string]any)
	for _, fault := range t.kind.Validate(in, func(name string) bool { return hasUnknown(news, name) }) {
		c.fail("", "%v", fault)
	}
	inputs, err := toStruct(news)
	return &pulumirpc.CheckResponse{Inputs: inputs, Failures: c.failures}, err
}

// hasUnknown says whether the value at path, something in it or an object on the way to it is unknown.
func hasUnknown(v any, path string) bool {
	head, rest, nested := strings.Cut(path, ".")
	object, ok := v.(map[string]any)
	if !ok {
		return unknown(v)
	}
	if nested {
		return hasUnknown(object[head], rest)
	}
	return object[head] != nil && !sameValue(known(object[head]), object[head])
}

// autoname generates a name as Pulumi's AWS provider does, the resource's name with seven random digits, unless a name or a
// prefix is given. A resource keeps its name, also when it was created by a process that was killed before it could say so.
func (p *Provider) autoname(t target, req *pulumirpc.CheckRequest, olds, news map[string]any) error {
	name := t.kind.Name
	if name == "" || news[name] != nil || news[name+"Prefix"] != nil {
		return nil
	}
	news["__defaults"] = []any{name}
	if sameValue(olds["__defaults"], news["__defaults"]) && olds[name] != nil {
		news[name] = olds[name]
		return nil
	}
	err := p.account.View(func(s *aws.State) error {
		if r := s.Unacknowledged(t.typ, string(t.urn)); r != nil && sameValue(r.Inputs["__defaults"], news["__defaults"]) {
			news[name] = r.String(name)
		}
		return nil
	})
	if err == nil && news[name] == nil {
		news[name], err = resource.NewUniqueName(req.RandomSeed, t.kind.NamePrefix+t.urn.Name()+"-", 7, 0, nil)
	}
	return err
}

// Diff says which changes can be made in place and which need a new resource.
func (p *Provider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	if err := p.acknowledge(t, req.Id); err != nil {
		return nil, err
	}
	olds, news := req.GetOldInputs().AsMap(), req.GetNews().AsMap()
	diff := t.diff(olds, news)
	// A new resource cannot have the name of the old one while that exists.
	name := t.kind.Name
	diff.DeleteBeforeReplace = len(diff.Replaces) > 0 && name != "" && news[name] != nil && sameValue(olds[name], news[name])
	return diff, nil
}

func (s schema) diff(olds, news map[string]any) *pulumirpc.DiffResponse {
	out := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE, DetailedDiff: map[string]*pulumirpc.PropertyDiff{}, HasDetailedDiff: true}
	for _, c := range changes("", olds, news) {
		kind := c.kind
		root, _, _ := strings.Cut(c.path, ".")
		if s.replaces(c) {
			kind++ // each kind is followed by the same with replacement
			out.Replaces = append(out.Replaces, root)
		}
		path := c.path
		if tag, ok := strings.CutPrefix(path, "tags."); ok {
			path = fmt.Sprintf("tags[%q]", tag)
		}
		out.Changes = pulumirpc.DiffResponse_DIFF_SOME
		out.Diffs = append(out.Diffs, root)
		out.DetailedDiff[path] = &pulumirpc.PropertyDiff{Kind: kind, InputDiff: true}
	}
	out.Diffs, out.Replaces = slices.Compact(out.Diffs), slices.Compact(out.Replaces)
	return out
}

// acknowledge notes that the engine knows the id, so that the creation is never repeated.
func (p *Provider) acknowledge(t target, id string) error {
	fresh := false
	err := p.account.View(func(s *aws.State) error {
		r := s.Get(t.typ, id)
		fresh = r != nil && !r.Acknowledged
		return nil
	})
	if err != nil || !fresh {
		return err
	}
	return p.account.Update(func(s *aws.State) error {
		if r := s.Get(t.typ, id); r != nil {
			r.Acknowledged = true
		}
		return nil
	})
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
	var id string
	err = p.call(ctx, t, "creating", 0, func(s *aws.State) error {
		r, err := s.Create(t.typ, req.Urn, in)
		if err == nil {
			id = r.ID
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := p.settled(ctx, t, id, req.Properties)
	return &pulumirpc.CreateResponse{Id: id, Properties: out}, err
}

// settled waits for a resource and returns its outputs. When it does not become active, the error tells the engine to keep
// the resource and to try again with the next update.
func (p *Provider) settled(ctx context.Context, t target, id string, inputs *structpb.Struct) (*structpb.Struct, error) {
	r, health, err := p.wait(ctx, t, id)
	if r == nil {
		return nil, errors.Join(err, fmt.Errorf("%s %q has been deleted by someone else", t.kind.Noun(), id))
	}
	out, outErr := toStruct(t.only(r.Outputs()))
	if failed := errors.Join(err, health); failed != nil {
		failed = fmt.Errorf("waiting for %s (%s) to become active: %w", t.kind.Noun(), id, failed)
		return nil, rpcerror.WithDetails(rpcerror.New(codes.Unknown, failed.Error()),
			&pulumirpc.ErrorResourceInitFailed{Id: id, Properties: out, Inputs: inputs, Reasons: []string{failed.Error()}})
	}
	return out, outErr
}

// Read returns a resource as it is in the account, and an empty id when it is not there.
func (p *Provider) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	if err := p.gate.Call(ctx, t.kind.Service+":Describe"+t.kind.Noun()); err != nil {
		return nil, fmt.Errorf("reading %s %q: %w", t.kind.Noun(), req.Id, err)
	}
	if err := p.acknowledge(t, req.Id); err != nil {
		return nil, err
	}
	var response *pulumirpc.ReadResponse
	err = p.account.View(func(s *aws.State) error {
		r := s.Get(t.typ, req.Id)
		if r == nil || r.Status == aws.Deleting {
			response = &pulumirpc.ReadResponse{}
			return nil
		}
		out, err := toStruct(t.only(r.Outputs()))
		if err != nil {
			return err
		}
		in, err := toStruct(r.Inputs)
		response = &pulumirpc.ReadResponse{Id: r.ID, Properties: out, Inputs: in}
		return err
	})
	return response, err
}

// Update changes a resource in place.
func (p *Provider) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	t, err := p.target(req.Urn)
	if err != nil {
		return nil, err
	}
	in := req.GetNews().AsMap()
	if req.Preview {
		out := t.only(req.GetOlds().AsMap())
		for _, c := range changes("", req.GetOldInputs().AsMap(), in) {
			root, _, _ := strings.Cut(c.path, ".")
			if out[root] = in[root]; in[root] == nil {
				delete(out, root)
			}
		}
		properties, err := toStruct(out)
		return &pulumirpc.UpdateResponse{Properties: properties}, err
	}
	err = p.call(ctx, t, "updating", 1, func(s *aws.State) error {
		_, err := s.Update(t.typ, req.Id, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := p.settled(ctx, t, req.Id, req.News)
	return &pulumirpc.UpdateResponse{Properties: out}, err
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
		err = p.call(ctx, t, "deleting", 2, func(s *aws.State) error { return s.Delete(t.typ, req.Id) })
		var refusal *aws.Error
		if !errors.As(err, &refusal) || refusal.Code != "DependencyViolation" {
			break
		}
		if time.Now().After(deadline) {
			err = fmt.Errorf("timeout after %v: %w", p.timeout, err)
			break
		}
		if stopped := p.sleep(ctx, pause); stopped != nil {
			err = errors.Join(stopped, err)
			break
		}
	}
	if err == nil {
		_, _, err = p.wait(ctx, t, req.Id)
	}
	return &emptypb.Empty{}, err
}
