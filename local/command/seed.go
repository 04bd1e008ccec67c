package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/engine"
)

// seed puts into the simulated account of a project what its settings say is there already: a VPC with its subnets, hosted zones, the log
// group of an earlier cluster, a permissions boundary, the bucket for models' files; and the buckets that models' files are said to be in.
// What is there stays. Settings with faults seed nothing: the program reports them.
func seed(p engine.Project) error {
	cfg, err := settings(p)
	var faults *config.Error
	if errors.As(err, &faults) || os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the settings of stack %s: %w", p.Stack, err)
	}
	account, err := aws.Open(p.Env[aws.EnvState])
	if err != nil {
		return err
	}
	account.Region = cfg.Region
	there := existing(cfg)
	there.Buckets = append(there.Buckets, bucketsOfModels(p.Root, cfg)...)
	return account.Update(func(s *aws.State) error { return s.Seed(there) })
}

// bucketsOfModels are the buckets that the model files of a project name, without those of files with faults, which the program
// reports.
func bucketsOfModels(root string, cfg config.Config) (names []string) {
	set, _ := modelspec.Read(os.DirFS(root), cfg.Models.Directory, cfg.Models.Overrides)
	for _, m := range set.Models {
		for _, folder := range m.Folders() {
			names = append(names, folder.Bucket)
		}
	}
	return names
}

// settings is the configuration of a project's stack, as its program will load it.
func settings(p engine.Project) (config.Config, error) {
	document, err := stackfile.Document(filepath.Join(p.Root, stackfile.Name(p.Stack)))
	if err != nil {
		return config.Config{}, err
	}
	if p.Settings != nil {
		if err := p.Settings(document); err != nil {
			return config.Config{}, err
		}
	}
	given, err := stackfile.Of(document)
	if err != nil {
		return config.Config{}, err
	}
	return config.Load(config.Values{StackName: p.Stack, Settings: given.Config})
}

// existing is what an environment refers to and does not make.
func existing(cfg config.Config) aws.Existing {
	e := aws.Existing{
		VpcID: cfg.Network.Existing.VpcId, PrivateSubnetIDs: cfg.Network.Existing.PrivateSubnetIds,
		PublicSubnetIDs: cfg.Network.Existing.PublicSubnetIds,
		ClusterName:     cfg.Cluster.Name, Zones: map[string]string{},
	}
	for _, balancer := range cfg.LoadBalancers {
		switch id := balancer.HostedZoneId; {
		case id == "":
		case e.Zones[id] == "":
			e.Zones[id] = balancer.Domain
		default:
			e.Zones[id] = parent(e.Zones[id], balancer.Domain)
		}
	}
	if boundary := cfg.Delivery.GitHub.PermissionsBoundaryArn; boundary != "" {
		e.Policies = []string{boundary}
	}
	if bucket := cfg.ModelStore.ExistingBucket; bucket != "" {
		e.Buckets = []string{bucket}
	}
	if cfg.Cluster.AdoptLogGroup {
		e.LogGroups = []string{aws.ControlPlaneLogGroup(cfg.Cluster.Name)}
	}
	return e
}

// parent is the longest name that two domains are, or are below of: company.com for a.company.com and b.company.com.
func parent(a, b string) string {
	for name := a; ; {
		if name == b || strings.HasSuffix(b, "."+name) {
			return name
		}
		_, rest, more := strings.Cut(name, ".")
		if !more {
			return name
		}
		name = rest
	}
}
