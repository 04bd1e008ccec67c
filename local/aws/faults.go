package aws

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"
)

// EnvFaults names the environment variable that holds the faults to inject: a JSON object as in [Faults], or the path of
// a file with one. Default none.
const EnvFaults = "MODELWAY_AWS_FAULTS"

// Faults are what goes wrong on purpose.
type Faults struct {
	// Throttle is the share of calls, 0 to 1, that are answered with ThrottlingException.
	Throttle float64 `json:"throttle"`
	// Seed makes the throttling of one process repeatable.
	Seed uint64 `json:"seed"`
	// Fail makes calls fail by action, such as CreateCluster or eks:CreateCluster.
	Fail map[string]Failure `json:"fail"`
}

// Failure is how an action fails.
type Failure struct {
	// Times is how often, over all processes that share the account. 0 means always.
	Times int `json:"times"`
	// Code and Message are the answer. Default InternalFailure.
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Gate is passed by every API call.
type Gate struct {
	account *Account
	faults  Faults
	mutex   sync.Mutex
	random  *rand.Rand
}

// NewGate reads the faults of [EnvFaults].
func NewGate(account *Account) (*Gate, error) {
	g := &Gate{account: account}
	raw := cmp.Or(os.Getenv(EnvFaults), "{}")
	if !strings.HasPrefix(raw, "{") {
		content, err := os.ReadFile(raw)
		if err != nil {
			return nil, fmt.Errorf("reading the file that %s names: %w", EnvFaults, err)
		}
		raw = string(content)
	}
	decoder := json.NewDecoder(strings.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&g.faults); err != nil {
		return nil, fmt.Errorf(`reading %s: %w; want {"throttle":0.2,"seed":1,"fail":{"CreateCluster":{"times":1,"code":"...","message":"..."}}}`,
			EnvFaults, err)
	}
	g.random = rand.New(rand.NewPCG(g.faults.Seed, 0))
	return g, nil
}

// Call asks for an action, such as ec2:CreateVpc: it retries while the call is throttled, as often as the Terraform AWS provider, and
// returns any other injected failure.
func (g *Gate) Call(ctx context.Context, action string) error {
	const attempts, longest = 25, 200 * time.Millisecond
	for attempt := range attempts {
		if !g.throttled() {
			return g.failure(action)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(min(longest, 5*time.Millisecond<<attempt))):
		}
	}
	return fmt.Errorf("exceeded maximum number of attempts, %d: %w", attempts, refuse("ThrottlingException", "Rate exceeded"))
}

func (g *Gate) throttled() bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.random.Float64() < g.faults.Throttle
}

func (g *Gate) failure(action string) error {
	_, name, _ := strings.Cut(action, ":")
	f, ok := g.faults.Fail[name]
	if !ok {
		name = action
		if f, ok = g.faults.Fail[name]; !ok {
			return nil
		}
	}
	err := g.account.Update(func(s *State) error {
		s.Failed[name]++
		ok = f.Times == 0 || s.Failed[name] <= f.Times
		return nil
	})
	if err != nil || !ok {
		return err
	}
	return &Error{cmp.Or(f.Code, "InternalFailure"), cmp.Or(f.Message, "injected failure of "+action)}
}
