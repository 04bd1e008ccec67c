package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/doctor"
	"github.com/modelway/modelway/internal/localstack"
	"github.com/modelway/modelway/internal/loopback"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/rollout"
)

// reach is how the programs reach an environment.
type reach struct {
	kubeconfig string
	// kubectl and aws are the programs; region is what aws is told.
	kubectl, aws, region string
	// unable says why AWS cannot be asked; empty where it can.
	unable string
}

// source finds the environment. done removes what was written for it.
func (d doctoring) source(ctx context.Context, in io.Reader) (s doctor.Source, done func(), err error) {
	done = func() {}
	if d.stack != "" {
		return d.deployed(ctx, in)
	}
	r := reach{kubeconfig: d.kubeconfig, kubectl: "kubectl", aws: "aws"}
	if d.kubeconfig == "" {
		cluster, up, err := localstack.FindCluster(".")
		if err != nil {
			return s, done, err
		}
		if !up {
			return s, done, errors.New("no environment is given, and no local stack is up in the checkout around this folder; allowed: --stack, " +
				"--kubeconfig, or a local stack; fix: write --stack prod, or run `modelway up`")
		}
		r.kubeconfig, r.kubectl, r.aws = cluster.Kubeconfig, filepath.Join(cluster.Bin, "kubectl"), filepath.Join(cluster.Bin, "aws")
		s = r.source("")
		s.Versions, err = localVersions()
		return s, done, err
	}
	found, err := readKubeconfig(r.kubeconfig)
	if err != nil {
		return s, done, err
	}
	return r.of(found).source(found.cluster), done, nil
}

// deployed is the environment of a stack, as its outputs have it.
func (d doctoring) deployed(ctx context.Context, in io.Reader) (s doctor.Source, done func(), err error) {
	done = func() {}
	text, err := verification{stack: d.stack, outputs: d.outputs}.stackOutputs(ctx, in)
	if err != nil {
		return s, done, err
	}
	r := reach{kubeconfig: d.kubeconfig, kubectl: "kubectl", aws: "aws"}
	if r.kubeconfig == "" {
		if r.kubeconfig, done, err = writeKubeconfig(text); err != nil {
			return s, func() {}, err
		}
	}
	found, err := readKubeconfig(r.kubeconfig)
	if err != nil {
		return s, done, err
	}
	var named map[string]any
	_ = json.Unmarshal(text, &named) // writeKubeconfig has read it
	name, _ := named[outputs.ClusterName].(string)
	s = r.of(found).source(cmp.Or(name, found.cluster))
	if s.Versions, err = rollout.Models(text, rollout.URLsNone); err == nil && s.Versions == nil {
		s.Versions = []rollout.Model{}
	}
	return s, done, err
}

// localVersions are the models that `modelway up` deployed.
func localVersions() ([]rollout.Model, error) {
	models, _, err := localstack.Find(".")
	all := []rollout.Model{}
	for name, m := range models {
		all = append(all, rollout.Model{Name: name, Versions: m.Versions, Application: m.Application})
	}
	slices.SortFunc(all, func(a, b rollout.Model) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// found is what a kubeconfig says of its cluster.
type found struct{ cluster, region, server string }

// endpoint is the form of the endpoints of EKS clusters.
var endpoint = regexp.MustCompile(`^https://[0-9A-Fa-f]{32}\.[a-z0-9]+\.([a-z0-9-]+)\.eks\.amazonaws\.com`)

// readKubeconfig reads what a kubeconfig says of the cluster of its current context.
func readKubeconfig(path string) (found, error) {
	wrong := func(what string) (found, error) {
		return found{}, fmt.Errorf("kubeconfig: %s %s; allowed: a file that `kubectl --kubeconfig` takes; fix: write it with `pulumi stack output "+
			"kubeconfig --show-secrets -s STACK > FILE`", path, what)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return wrong("cannot be read: " + err.Error())
	}
	var config struct {
		CurrentContext string `json:"current-context"`
		Contexts       []struct {
			Name    string
			Context struct{ Cluster, User string }
		}
		Clusters []struct {
			Name    string
			Cluster struct{ Server string }
		}
		Users []struct {
			Name string
			User struct{ Exec struct{ Args []string } }
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		return wrong("is not YAML of a kubeconfig: " + err.Error())
	}
	var at found
	for _, c := range config.Contexts {
		if c.Name != config.CurrentContext {
			continue
		}
		for _, cluster := range config.Clusters {
			if cluster.Name == c.Context.Cluster {
				at.server = cluster.Cluster.Server
			}
		}
		for _, user := range config.Users {
			if user.Name == c.Context.User {
				at.region, at.cluster = following(user.User.Exec.Args, "--region"), following(user.User.Exec.Args, "--cluster-name")
			}
		}
	}
	if at.server == "" {
		return wrong(fmt.Sprintf("has no cluster for its current context %q", config.CurrentContext))
	}
	if match := endpoint.FindStringSubmatch(at.server); match != nil {
		at.region = cmp.Or(at.region, match[1])
	}
	return at, nil
}

// following is the argument behind another one.
func following(args []string, flag string) string {
	if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

// of completes a reach with what the kubeconfig says.
func (r reach) of(at found) reach {
	if r.region = at.region; r.region == "" {
		r.unable = "the kubeconfig names no cluster of EKS, so that its account and region are not known"
	}
	return r
}

// probeTimeout is how long an API server may take to say its version.
const probeTimeout = 10 * time.Second

// probe refuses a cluster that does not answer, of which every check would say the same after its time is up. One that does not tell its
// version answers.
func probe(ctx context.Context, s doctor.Source, kubeconfig string) error {
	bounded, stop := context.WithTimeout(ctx, probeTimeout)
	defer stop()
	_, err := s.Get(bounded, "/version")
	switch {
	case err == nil || strings.Contains(err.Error(), "(Forbidden)") || errors.Is(err, doctor.ErrAbsent):
		return nil
	case bounded.Err() != nil && ctx.Err() == nil:
		err = fmt.Errorf("no answer within %s", probeTimeout)
	}
	return fmt.Errorf("kubeconfig: the cluster of %s does not answer: %w; allowed: a cluster that `kubectl` reaches; fix: let `kubectl "+
		"get --raw /version` answer with it: by its credentials, and by a network that reaches the API server", kubeconfig, err)
}

// notThere begins what kubectl says of kinds and objects that do not exist.
const notThere = "(NotFound)"

// source asks the programs.
func (r reach) source(cluster string) doctor.Source {
	kubectl := func(ctx context.Context, args ...string) ([]byte, error) {
		text, err := outputOf(ctx, r.kubectl, append(args, "--kubeconfig", r.kubeconfig)...)
		if err != nil && strings.Contains(err.Error(), notThere) {
			err = fmt.Errorf("%w: %w", doctor.ErrAbsent, err)
		}
		return text, err
	}
	return doctor.Source{
		Cluster: cluster,
		Get:     func(ctx context.Context, path string) ([]byte, error) { return kubectl(ctx, "get", "--raw", path) },
		Table: func(ctx context.Context, args ...string) ([]byte, error) {
			return kubectl(ctx, append([]string{"get", "--all-namespaces", "--no-headers"}, args...)...)
		},
		AWS: func(ctx context.Context, args ...string) ([]byte, error) {
			if r.unable != "" {
				return nil, fmt.Errorf("%w: %s", doctor.ErrUnable, r.unable)
			}
			if r.region != "" {
				args = append(args, "--region", r.region)
			}
			return outputOf(ctx, r.aws, args...)
		},
		Resolve: func(ctx context.Context, name string) ([]string, error) {
			if loopback.Is(name) {
				return []string{"127.0.0.1"}, nil
			}
			return net.DefaultResolver.LookupHost(ctx, name)
		},
	}
}
