package residue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Deleter deletes things. The error of one that something else holds may go away; it is nil for one that is not there.
type Deleter interface {
	Delete(ctx context.Context, t Thing) error
}

// Deletion is how things are deleted.
type Deletion struct {
	// Deleter deletes one thing.
	Deleter Deleter
	// Known is what a state knows: none of that is deleted.
	Known State
	// Cluster is that of the environment: things of others are not deleted.
	Cluster string
	// Data deletes things that hold data, too.
	Data bool
	// Pause is the time before things that were held are tried again, and Rounds how often that is done without any progress.
	Pause  time.Duration
	Rounds int
	// Tell is called with each thing that is gone.
	Tell func(Thing)
}

// Left is a thing that was not deleted, and why.
type Left struct {
	Thing
	Why error
}

// Kept reports whether it stays on purpose, since it may hold data.
func (l Left) Kept() bool { return errors.Is(l.Why, errData) }

// errData is why things with data stay.
var errData = errors.New("it may hold data; --data deletes it")

// Run deletes things in order. What something else holds is tried again, as long as other things go, or Rounds times. It returns what is
// left; the error is that of a context that ended.
func (d Deletion) Run(ctx context.Context, things []Thing) (left []Left, err error) {
	var open, along []Thing
	networks := parentsOf(d.Cluster, things)
	for _, t := range things {
		switch why := d.keep(t, networks); {
		case why != nil:
			left = append(left, Left{t, why})
		case t.Kind().With != "":
			along = append(along, t)
		default:
			open = append(open, t)
		}
	}
	held, err := d.rounds(ctx, open)
	if left = append(left, held...); slices.ContainsFunc(left, func(l Left) bool { return l.Type == clusterType }) {
		for _, t := range along {
			left = append(left, Left{t, errors.New("it goes with " + t.Kind().With)})
		}
		return left, err
	}
	for _, t := range along {
		d.Tell(t)
	}
	return left, err
}

// rounds deletes things until all are gone, or nothing goes any more.
func (d Deletion) rounds(ctx context.Context, open []Thing) (held []Left, err error) {
	for idle := 0; len(open) > 0; {
		held = nil
		for _, t := range open {
			if err := ctx.Err(); err != nil {
				held = append(held, Left{t, err})
			} else if err := d.Deleter.Delete(ctx, t); err != nil {
				held = append(held, Left{t, err})
			} else {
				d.Tell(t)
			}
		}
		if idle++; len(held) < len(open) {
			idle = 0
		}
		if ctx.Err() != nil || len(held) > 0 && idle > d.Rounds {
			return held, ctx.Err()
		}
		open = nil
		for _, h := range held {
			open = append(open, h.Thing)
		}
		select {
		case <-ctx.Done():
		case <-time.After(d.Pause):
		}
	}
	return held, nil
}

// clusterType is the type of a cluster.
const clusterType = "AWS::EKS::Cluster"

// keep says why a thing is not deleted at all; nil where it is.
func (d Deletion) keep(t Thing, networks map[string]bool) error {
	kind := t.Kind()
	switch {
	case t.owner(d.Cluster, networks) == "":
		return fmt.Errorf("it is not of cluster %s", d.Cluster)
	case d.Known.Knows(t):
		return errors.New("the state of the stack has it: pulumi destroy deletes it")
	case t.Type == "":
		return errors.New("nothing is known of its kind: delete it by hand")
	case kind.Data && !d.Data:
		return errData
	case kind.Command != "":
		return fmt.Errorf("Cloud Control cannot delete it: "+kind.Command, t.ID) //nolint:staticcheck // a proper name
	}
	return nil
}
