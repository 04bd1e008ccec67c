package awsaccount

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/modelway/modelway/internal/residue"
)

// reads is how many things are looked at, at once: Cloud Control refuses many more.
const reads = 8

// ended are states of what goes, or is gone, by the words of EC2.
var ended = []string{"shutting-down", "terminated", "deleting", "deleted"}

// Settle marks what is gone, or goes by itself: tags of it are found for an hour, and those of a key that waits for its deletion for as
// long as that takes. What was found by its name is there, and what AWS refuses to show counts as there.
func (a *Account) Settle(ctx context.Context, things []residue.Thing) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(reads)
	for i, t := range things {
		if kind := t.Kind(); t.Arn == "" || t.Type == "" || kind.Command != "" || kind.With != "" {
			continue
		}
		group.Go(func() error {
			going, err := a.going(ctx, t)
			things[i].Going = going
			return explain(err, "cloudformation:GetResource for "+t.Type)
		})
	}
	err := group.Wait()
	if !slices.ContainsFunc(things, func(t residue.Thing) bool { return t.IsCluster() && !t.Going }) {
		for i, t := range things {
			things[i].Going = t.Going || t.Kind().With != ""
		}
	}
	return err
}

// going reports whether a thing goes, or is gone. Cloud Control does not find a key that waits for its deletion
// (https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms).
func (a *Account) going(ctx context.Context, t residue.Thing) (bool, error) {
	got, err := a.control.GetResource(ctx, &cloudcontrol.GetResourceInput{TypeName: &t.Type, Identifier: &t.ID})
	var gone *types.ResourceNotFoundException
	var answered smithy.APIError
	switch {
	case errors.As(err, &gone):
		return true, nil
	case err != nil && errors.As(err, &answered) && throttled.IsErrorThrottle(err) != aws.TrueTernary:
		return false, nil
	case err != nil:
		return false, err
	}
	var found properties
	_ = json.Unmarshal([]byte(aws.ToString(got.ResourceDescription.Properties)), &found) // of what does not read no state is known
	state, _ := found.State.(string)
	if named, is := found.State.(map[string]any); is {
		state, _ = named["Name"].(string)
	}
	return slices.Contains(ended, strings.ToLower(state)), nil
}
