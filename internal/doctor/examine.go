package doctor

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/modelway/modelway/internal/rollout"
)

// Source is where facts are read. Its functions may be called at the same time; their error is ErrAbsent where what they ask for is not
// there.
type Source struct {
	// Get returns what the API server answers at a path.
	Get func(ctx context.Context, path string) ([]byte, error)
	// Table returns objects of all namespaces as kubectl prints them, without a head.
	Table func(ctx context.Context, args ...string) ([]byte, error)
	// AWS returns the JSON that the AWS CLI answers.
	AWS func(ctx context.Context, args ...string) ([]byte, error)
	// Resolve returns the addresses of a name.
	Resolve func(ctx context.Context, name string) ([]string, error)
	// Cluster is the name of the EKS cluster. Default the only one of the region.
	Cluster string
	// Versions are the models that the stack deployed; nil where nobody knows.
	Versions []rollout.Model
}

// examination reads each need once, whichever checks ask for it.
type examination struct {
	ctx    context.Context
	source Source
	lock   sync.Mutex
	begun  map[Need]*fact
}

// fact is a need that is read, or was.
type fact struct {
	done  chan struct{}
	facts Facts // with what was read, and nothing else
	err   error
}

// Examine runs checks at the same time and returns their outcomes in their order. Each has a time of its own: one that is not done by then
// says what it waits for. told is called with every outcome as it comes.
func Examine(ctx context.Context, s Source, checks []Check, within time.Duration, told func(Result)) []Result {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	e := &examination{ctx: ctx, source: s, begun: map[Need]*fact{}}
	all := make([]Result, len(checks))
	var wait sync.WaitGroup
	var lock sync.Mutex
	for i, c := range checks {
		wait.Go(func() {
			facts, missing := e.collect(c, within)
			r := c.Decide(facts, missing)
			lock.Lock()
			defer lock.Unlock()
			all[i] = r
			told(r)
		})
	}
	wait.Wait()
	return all
}

// collect reads what a check needs.
func (e *examination) collect(c Check, within time.Duration) (Facts, map[Need]error) {
	bounded, stop := context.WithTimeout(e.ctx, within)
	defer stop()
	facts, missing := Facts{Now: time.Now()}, map[Need]error{}
	for _, need := range slices.Concat(c.Needs, c.Uses) {
		e.begin(need) // all at once
	}
	for _, need := range slices.Concat(c.Needs, c.Uses) {
		if err := e.await(bounded, need, within, &facts); err != nil {
			missing[need] = err
		}
	}
	return facts, missing
}

// await waits for a need, and adds what was read to facts.
func (e *examination) await(ctx context.Context, need Need, within time.Duration, facts *Facts) error {
	it := e.begin(need)
	select {
	case <-it.done:
	case <-ctx.Done():
		select {
		case <-it.done:
		default:
			return fmt.Errorf("no answer within %s", within)
		}
	}
	if it.err == nil {
		facts.add(it.facts)
	}
	return it.err
}

// begin starts to read a need, unless somebody did. What it reads itself from comes first.
func (e *examination) begin(need Need) *fact {
	e.lock.Lock()
	defer e.lock.Unlock()
	if it, known := e.begun[need]; known {
		return it
	}
	it := &fact{done: make(chan struct{})}
	e.begun[need] = it
	r := readings()[need]
	go func() {
		defer close(it.done)
		before := Facts{}
		for _, other := range r.after {
			first := e.begin(other)
			select {
			case <-first.done:
			case <-e.ctx.Done():
				it.err = e.ctx.Err()
				return
			}
			if it.err = first.err; it.err != nil {
				return
			}
			before.add(first.facts)
		}
		it.facts = before
		it.err = r.read(e.ctx, e.source, &it.facts)
	}()
	return it
}
