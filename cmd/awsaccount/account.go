// Package awsaccount finds what is in an AWS account by its tags and names, and deletes it. Both go through APIs that know every kind of
// resource: Resource Groups Tagging and Cloud Control.
package awsaccount

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol/types"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/smithy-go"

	facts "github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/residue"
)

// Account is an AWS account in one region.
type Account struct {
	region string
	// tags are the regions that are asked for tags: its own, and the one where resources of no region have theirs, such as IAM policies.
	tags    []region
	control *cloudcontrol.Client
	// Poll is the time between two looks at a deletion under way. Default 5 s.
	Poll time.Duration
}

// Open connects with a configuration.
func Open(loaded aws.Config) *Account {
	a := &Account{region: loaded.Region, control: cloudcontrol.NewFromConfig(loaded), Poll: 5 * time.Second}
	for _, name := range slices.Compact([]string{loaded.Region, facts.GlobalRegion(loaded.Region)}) {
		a.tags = append(a.tags, region{name, tagging.NewFromConfig(loaded, func(o *tagging.Options) { o.Region = name })})
	}
	return a
}

// region is a region that tells what has a tag.
type region struct {
	name string
	*tagging.Client
}

// OpenLocal connects to the account of the local stack.
func OpenLocal(c localstore.Connection) *Account {
	a := Open(aws.Config{Region: c.Region, BaseEndpoint: &c.Endpoint, RetryMaxAttempts: 3,
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, "")})
	a.Poll = 20 * time.Millisecond
	return a
}

// Find lists what has one of the tags, each with all values where none is given, and what has no tags, or none that the tagging API shows:
// roles whose name has one of the prefixes, log groups, aliases of keys, addresses and attachments of gateways.
func (a *Account) Find(ctx context.Context, tags map[string]string, roles []string) ([]residue.Thing, error) {
	var all []residue.Thing
	for key, value := range tags {
		for _, from := range a.tags {
			found, err := a.tagged(ctx, from, key, value)
			if err != nil {
				return nil, explain(err, "tag:GetResources")
			}
			all = append(all, found...)
		}
	}
	for _, typ := range []string{residue.LogGroup, residue.Alias, residue.Attachment} {
		ids, err := a.list(ctx, typ)
		if err != nil {
			return nil, explain(err, "cloudformation:ListResources for "+typ)
		}
		for _, id := range ids {
			_, network, _ := strings.Cut(id, "|")
			all = append(all, residue.Thing{Type: typ, ID: id, Parent: network})
		}
	}
	named, err := a.roles(ctx, roles)
	if err != nil {
		return nil, explain(err, "cloudformation:ListResources and iam:GetRole")
	}
	rules, err := a.rules(ctx, all)
	if err != nil {
		return nil, explain(err, "cloudformation:ListResources and ec2:DescribeSecurityGroupRules")
	}
	all, err = a.addresses(ctx, slices.Concat(all, named, rules))
	return all, explain(err, "cloudformation:ListResources for "+residue.Address)
}

// explain words an error of AWS.
func explain(err error, action string) error {
	if err == nil {
		return nil
	}
	var answered smithy.APIError
	fix := "correct credentials and region, or let the caller do " + action
	switch {
	case throttled.IsErrorThrottle(err) == aws.TrueTernary:
		fix = "wait a minute, and run it again: AWS takes fewer calls of " + action
	case !errors.As(err, &answered):
		fix = "let this machine reach AWS in the region, and leave variables such as AWS_ENDPOINT_URL and HTTPS_PROXY out where they mislead"
	}
	return fmt.Errorf("asking AWS what is in the account: %w; fix: %s", err, fix)
}

// throttled tells errors of too many calls.
var throttled = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

func (a *Account) tagged(ctx context.Context, from region, key, value string) (all []residue.Thing, err error) {
	filter := tagtypes.TagFilter{Key: &key}
	if value != "" {
		filter.Values = []string{value}
	}
	pages := tagging.NewGetResourcesPaginator(from, &tagging.GetResourcesInput{TagFilters: []tagtypes.TagFilter{filter}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range page.ResourceTagMappingList {
			tags := map[string]string{}
			for _, t := range m.Tags {
				tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
			}
			if arn := aws.ToString(m.ResourceARN); residue.InRegion(arn, a.region, from.name) {
				all = append(all, residue.OfArn(arn, tags))
			}
		}
	}
	return all, nil
}

func (a *Account) list(ctx context.Context, typ string) (ids []string, err error) {
	pages := cloudcontrol.NewListResourcesPaginator(a.control, &cloudcontrol.ListResourcesInput{TypeName: &typ})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, d := range page.ResourceDescriptions {
			ids = append(ids, aws.ToString(d.Identifier))
		}
	}
	return ids, nil
}

// roles are those with a prefix, each with its tags, which only the role itself shows.
func (a *Account) roles(ctx context.Context, prefixes []string) (all []residue.Thing, err error) {
	ids, err := a.list(ctx, residue.Role)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		for _, prefix := range prefixes {
			if strings.HasPrefix(id, prefix) {
				found, err := a.read(ctx, residue.Role, id)
				if err != nil {
					return nil, err
				}
				all = append(all, residue.Thing{Type: residue.Role, ID: id, Tags: found.tags()})
				break
			}
		}
	}
	return all, nil
}

// rules are those of security groups. Only a rule itself says of which group it is.
func (a *Account) rules(ctx context.Context, of []residue.Thing) (all []residue.Thing, err error) {
	if !slices.ContainsFunc(of, func(t residue.Thing) bool { return t.Type == residue.Group }) {
		return nil, nil
	}
	for _, typ := range []string{residue.Ingress, residue.Egress} {
		ids, err := a.list(ctx, typ)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			found, err := a.read(ctx, typ, id)
			if err != nil {
				return nil, err
			}
			all = append(all, residue.Thing{Type: typ, ID: id, Parent: found.GroupID})
		}
	}
	return all, nil
}

// properties are what is read of a resource.
type properties struct {
	Tags    []struct{ Key, Value string }
	GroupID string `json:"GroupId"`
	State   any
}

func (p properties) tags() map[string]string {
	tags := map[string]string{}
	for _, t := range p.Tags {
		tags[t.Key] = t.Value
	}
	return tags
}

// read reads a resource; one that is gone has no properties.
func (a *Account) read(ctx context.Context, typ, id string) (found properties, err error) {
	got, err := a.control.GetResource(ctx, &cloudcontrol.GetResourceInput{TypeName: &typ, Identifier: &id})
	var gone *types.ResourceNotFoundException
	if errors.As(err, &gone) {
		return found, nil
	}
	if err != nil {
		return found, err
	}
	return found, json.Unmarshal([]byte(aws.ToString(got.ResourceDescription.Properties)), &found)
}

// addresses gives public addresses the identifier that Cloud Control has for them, which begins with the address itself.
func (a *Account) addresses(ctx context.Context, all []residue.Thing) ([]residue.Thing, error) {
	var ids []string
	for i, t := range all {
		if t.Type != residue.Address {
			continue
		}
		if ids == nil {
			var err error
			if ids, err = a.list(ctx, residue.Address); err != nil {
				return nil, err
			}
		}
		for _, id := range ids {
			if _, allocation, _ := strings.Cut(id, "|"); allocation == t.ID {
				all[i].ID = id
			}
		}
	}
	return all, nil
}

// Delete deletes a thing, and waits until it is gone or AWS refuses. One that is not there is no error.
func (a *Account) Delete(ctx context.Context, t residue.Thing) error {
	out, err := a.control.DeleteResource(ctx, &cloudcontrol.DeleteResourceInput{TypeName: &t.Type, Identifier: &t.ID})
	var gone *types.ResourceNotFoundException
	if errors.As(err, &gone) {
		return nil
	}
	if err != nil {
		return said(err)
	}
	event := out.ProgressEvent
	for {
		switch event.OperationStatus {
		case types.OperationStatusSuccess:
			return nil
		case types.OperationStatusFailed, types.OperationStatusCancelComplete:
			if event.ErrorCode == types.HandlerErrorCodeNotFound {
				return nil
			}
			return fmt.Errorf("%s: %s", event.ErrorCode, aws.ToString(event.StatusMessage))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("its deletion has not ended: %w", ctx.Err())
		case <-time.After(a.Poll):
		}
		status, err := a.control.GetResourceRequestStatus(ctx, &cloudcontrol.GetResourceRequestStatusInput{RequestToken: event.RequestToken})
		if err != nil {
			return said(err)
		}
		event = status.ProgressEvent
	}
}

// said is what AWS says, without the request around it.
func said(err error) error {
	var answered smithy.APIError
	if errors.As(err, &answered) {
		return fmt.Errorf("%s: %s", answered.ErrorCode(), answered.ErrorMessage())
	}
	return err
}
