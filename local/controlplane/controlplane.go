// Package controlplane runs a Kubernetes control plane on this machine: etcd, kube-apiserver, kube-controller-manager and
// kube-scheduler as children of the calling process, all on loopback.
//
// Everything that outlives the process (keys, ports, etcd data) is in one folder, so a control plane that is started again on that
// folder is the same cluster: same endpoint, same certificate authority, same objects. On Linux the children end with the calling
// process however it ends. A child that ends on its own is started again.
package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/modelway/modelway/local/process"
)

// Options say where a control plane lives and how it is set up.
type Options struct {
	// Dir holds the cluster's state and keys; it is created with mode 0700. Required.
	Dir string
	// BinDir holds the programs etcd, kube-apiserver, kube-controller-manager and kube-scheduler. Required.
	BinDir string
	// LogDir receives one log per program, and the log of the run before as <name>.log.1. Default: Dir/logs.
	LogDir string
	// ServiceAccountIssuer is the `iss` claim of service account tokens: the OIDC issuer URL that EKS reports for the cluster.
	// Default: https://kubernetes.default.svc.
	ServiceAccountIssuer string
	// ServiceCidr is the range of cluster IPs. Default: 172.20.0.0/16, one of the two that EKS picks from
	// (https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html).
	ServiceCidr string
	// EgressSocket is a unix socket that answers HTTP CONNECT for the addresses of pods, and stands before the start: the API server
	// calls webhooks and aggregated APIs through it. Default: none, and it dials the addresses of pods itself.
	EgressSocket string
	// Timeout bounds the start, until the API server and the controllers answer. Default: 2 minutes.
	Timeout time.Duration
	// Report receives what a user should know, one line without a newline, possibly from several goroutines. Default: nothing.
	Report func(string)
}

// ControlPlane is a running control plane.
type ControlPlane struct {
	// Endpoint is the API server's URL, https://127.0.0.1:<port>.
	Endpoint string
	// CertificateAuthority signs the API server's certificate, PEM.
	CertificateAuthority []byte
	// Token authenticates as a member of system:masters.
	Token string
	// Kubeconfig is the path of a kubeconfig with Endpoint, CertificateAuthority and Token.
	Kubeconfig string

	options  Options
	lock     *flock.Flock
	children []*process.Process
	ended    chan error // a child ended before the start was over
	settled  chan struct{}
	stop     sync.Once
}

// Start starts the programs and returns when the API server is ready and the controllers work. It fails when ctx is cancelled, when
// a program ends, or after Options.Timeout, with the last lines of the program's log; nothing is left running then.
func Start(ctx context.Context, options Options) (*ControlPlane, error) {
	options = withDefaults(options)
	for _, dir := range []string{options.Dir, options.LogDir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("creating the control plane's folder: %w", err)
		}
	}
	cluster := &ControlPlane{
		options: options,
		lock:    flock.New(filepath.Join(options.Dir, "lock")),
		ended:   make(chan error, len(programs)),
		settled: make(chan struct{}),
	}
	if locked, err := cluster.lock.TryLock(); err != nil || !locked {
		return nil, errors.Join(fmt.Errorf("the control plane in %s is already running; stop it first", options.Dir), err)
	}
	if err := cluster.start(ctx); err != nil {
		cluster.Stop()
		return nil, fmt.Errorf("starting the control plane: %w", err)
	}
	close(cluster.settled)
	return cluster, nil
}

func withDefaults(options Options) Options {
	if options.LogDir == "" {
		options.LogDir = filepath.Join(options.Dir, "logs")
	}
	if options.ServiceAccountIssuer == "" {
		options.ServiceAccountIssuer = "https://kubernetes.default.svc"
	}
	if options.ServiceCidr == "" {
		options.ServiceCidr = "172.20.0.0/16"
	}
	if options.Timeout == 0 {
		options.Timeout = 2 * time.Minute
	}
	if options.Report == nil {
		options.Report = func(string) {}
	}
	return options
}

func (c *ControlPlane) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()

	keys, err := loadKeys(c.options.Dir, c.options.ServiceCidr)
	if err != nil {
		return fmt.Errorf("preparing keys: %w", err)
	}
	if err := prepareEgress(c.options); err != nil {
		return fmt.Errorf("preparing the way to pods: %w", err)
	}
	ports, err := choosePorts(ctx, c.options.Dir, c.options.Report)
	if err != nil {
		return fmt.Errorf("choosing ports: %w", err)
	}
	c.Endpoint = fmt.Sprintf("https://127.0.0.1:%d", ports.APIServer)
	c.CertificateAuthority, c.Token = keys.authority, keys.tokens[administrator]
	if c.Kubeconfig, err = writeKubeconfigs(c.options.Dir, c.Endpoint, keys); err != nil {
		return fmt.Errorf("writing kubeconfigs: %w", err)
	}

	api := newAPI(c)
	begin := time.Now()
	for _, program := range programs {
		if program.name == controllerManager {
			if err := c.await(ctx, apiServer, api.ready); err != nil {
				return err
			}
			c.options.Report(fmt.Sprintf("kube-apiserver ready at %s after %.1f s", c.Endpoint, time.Since(begin).Seconds()))
		}
		if err := c.launch(program, program.args(c.options, ports)); err != nil {
			return err
		}
	}
	return c.await(ctx, controllerManager, api.controllersWork)
}

// launch starts a program and watches over it: until the control plane has settled, its end is an error of the start.
func (c *ControlPlane) launch(program program, args []string) error {
	started, err := process.Start(process.Program{
		Name: program.name, Path: filepath.Join(c.options.BinDir, program.name), Args: args,
		Log: filepath.Join(c.options.LogDir, program.name+".log"),
	}, process.Supervision{Settled: c.settled, Ended: c.ended, Report: c.options.Report})
	if err != nil {
		return err
	}
	c.children = append(c.children, started)
	return nil
}

// logTail is the end of the log of a program that was launched.
func (c *ControlPlane) logTail(name string) string {
	for _, child := range c.children {
		if child.Name == name {
			return child.LogTail()
		}
	}
	return ""
}

// await polls until the check passes, a child ends or time is up.
func (c *ControlPlane) await(ctx context.Context, name string, check func(context.Context) error) error {
	for {
		err := check(ctx)
		if err == nil {
			return nil
		}
		select {
		case err := <-c.ended:
			return err
		case <-ctx.Done():
			return fmt.Errorf("%s does not work after %s: %w (last answer: %w)%s", name, c.options.Timeout, context.Cause(ctx), err,
				c.logTail(name))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends the programs, each within 15 seconds: first those that use the API server, then the server, then etcd.
// It may be called more than once and returns when all have ended.
func (c *ControlPlane) Stop() {
	c.stop.Do(func() {
		for i := len(c.children) - 1; i >= 0; i-- {
			c.children[i].Stop(15 * time.Second)
		}
		_ = c.lock.Unlock()
	})
}
