// Package recorder runs a Pulumi program without an engine, in tests and to look ahead, and keeps what it registered.
//
// The program talks over the engine's own protocol to a resource monitor in the same process. The monitor computes URNs,
// applies transforms, inherits protect and retainOnDelete and follows resource references as the Pulumi engine does, and
// answers with ids and outputs of plausible shape instead of calling a provider. Tests then assert on types, names,
// inputs, parents and options, and walk the dependency graph by the engine's rules.
package recorder

import (
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/stackfile"
)

// What the stand-in answers use when an option does not say otherwise.
const (
	// DefaultProject is the Pulumi project name.
	DefaultProject = stackfile.DefaultProject
	// DefaultStack is the Pulumi stack name.
	DefaultStack = "test"
	// DefaultRegion is the AWS region in ARNs and host names.
	DefaultRegion = "us-east-1"
	// Account is the AWS account in ARNs.
	Account = "123456789012"
)

// TB is the part of testing.TB that the recorder uses; *testing.T and *rapid.T both have it.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Invoke answers a provider function.
type Invoke func(args resource.PropertyMap) (resource.PropertyMap, error)

// Amend changes the answer of a provider function.
type Amend func(args, answer resource.PropertyMap)

type options struct {
	project, stack, region string
	config                 map[string]string
	secretKeys             []string
	preview                bool
	invokes                map[string]Invoke
	amended                map[string]Amend
}

// Option changes how a program is run.
type Option func(*options)

// WithProject names the project; the default is DefaultProject.
func WithProject(name string) Option { return func(o *options) { o.project = name } }

// WithStack names the stack; the default is DefaultStack.
func WithStack(name string) Option { return func(o *options) { o.stack = name } }

// WithConfig sets stack configuration by full key, for example aws:region. The region also appears in ARNs. Values of
// object keys are JSON, as the engine passes them.
func WithConfig(config map[string]string) Option {
	return func(o *options) {
		for key, value := range config {
			o.config[key] = value
			if key == "aws:region" {
				o.region = value
			}
		}
	}
}

// WithPreview runs the program as a preview: ids and provider outputs are unknown.
func WithPreview() Option { return func(o *options) { o.preview = true } }

// WithInvoke answers the provider function with the given token, for example aws:ec2/getVpc:getVpc. Availability zones, the
// region, the partition and the caller's identity have answers already.
func WithInvoke(token string, answer Invoke) Option {
	return func(o *options) { o.invokes[token] = answer }
}

// WithAmended changes what the provider function with the given token answers, whichever option or default answers it.
func WithAmended(token string, amend Amend) Option {
	return func(o *options) { o.amended[token] = amend }
}

// Run runs the program and returns what it registered. A program that fails ends the test.
func Run(t TB, program func(*pulumi.Context) error, opts ...Option) *Recording {
	t.Helper()
	recording, err := RunErr(program, opts...)
	if err != nil {
		t.Fatalf("running the program: %v", err)
	}
	return recording
}

// RunErr runs the program and returns what it registered until it ended, and its error.
func RunErr(program func(*pulumi.Context) error, opts ...Option) (*Recording, error) {
	o := options{
		project: DefaultProject, stack: DefaultStack, region: DefaultRegion,
		config: map[string]string{}, invokes: map[string]Invoke{}, amended: map[string]Amend{},
	}
	for _, opt := range opts {
		opt(&o)
	}
	invokes := standardInvokes(o.region)
	maps.Copy(invokes, o.invokes)
	for token, amend := range o.amended {
		invokes[token] = amended(invokes[token], amend)
	}
	o.invokes = invokes
	m := newMonitor(o)
	address, stop, err := serve(m)
	if err != nil {
		return nil, fmt.Errorf("serving the resource monitor: %w", err)
	}
	defer stop()
	err = pulumi.RunErr(program, func(info *pulumi.RunInfo) {
		*info = pulumi.RunInfo{
			Project: o.project, Stack: o.stack, Config: o.config, ConfigSecretKeys: o.secretKeys, DryRun: o.preview,
			MonitorAddr: address, EngineAddr: address, Parallel: 8,
		}
	})
	return m.recording, err
}

func amended(invoke Invoke, amend Amend) Invoke {
	return func(args resource.PropertyMap) (resource.PropertyMap, error) {
		answer, err := invoke(args)
		if err == nil {
			answer = answer.Copy()
			amend(args, answer)
		}
		return answer, err
	}
}
