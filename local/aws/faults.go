package aws

import (
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
	raw := []byte(os.Getenv(EnvFaults))
	if len(raw) > 0 && raw[0] != '{' {
		var err error
		if raw, err = os.ReadFile(string(raw)); err != nil {
			return nil, fmt.Errorf("reading the file that %s names: %w", EnvFaults, err)
		}
	}
	if len(raw) > 0 {
		decoder := json.NewDecoder(strings.NewReader(string(raw)))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&g.faults); err != nil {
			return nil, fmt.Errorf(`reading %s: %w; want {"throttle":0.2,"seed":1,"fail":{"CreateCluster":{"times":1,"code":"...","message":"..."}}}`, EnvFaults, err)
		}
	}
	g.random = rand.New(rand.NewPCG(g.faults.Seed, 0))
	return g, nil
}

// The retries of the AWS SDK for Go in the Terraform AWS provider: 25 attempts, exponential backoff with jitter. The times are those of a
// service that answers in milliseconds.
const (
	maxAttempts = 25
	minBackoff  = 5 * time.Millisecond
	maxBackoff  = 200 * time.Millisecond
)

// Call asks for an action, such as ec2:CreateVpc: it retries while the call is throttled and returns any other injected
// failure.
func (g *Gate) Call(ctx context.Context, action string) error {
	for attempt := 1; ; attempt++ {
		if !g.throttled() {
			return g.failure(action)
		}
		if attempt == maxAttempts {
			return fmt.Errorf("exceeded maximum number of attempts, %d: %w", maxAttempts, refuse("ThrottlingException", "Rate exceeded"))
		}
		backoff := min(maxBackoff, minBackoff<<min(attempt, 10))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(rand.Int64N(int64(backoff)))):
		}
	}
}

func (g *Gate) throttled() bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.faults.Throttle > 0 && g.random.Float64() < g.faults.Throttle
}

func (g *Gate) failure(action string) error {
	_, short, _ := strings.Cut(action, ":")
	for _, name := range []string{action, short} {
		f, ok := g.faults.Fail[name]
		if !ok {
			continue
		}
		err := g.account.Update(func(s *State) error {
			ok = f.Times == 0 || s.Failed[name] < f.Times
			s.Failed[name]++
			return nil
		})
		if err != nil || !ok {
			return err
		}
		if f.Code == "" {
			f.Code, f.Message = "InternalFailure", "injected failure of "+action
		}
		return &Error{Code: f.Code, Message: f.Message}
	}
	return nil
}
