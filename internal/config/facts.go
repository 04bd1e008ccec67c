package config

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/serving"
)

// Facts are what the choice of add-ons depends on, without the account.
func (c Config) Facts() addons.Facts {
	return addons.Facts{
		Partition:         aws.Partition(c.Region),
		Region:            c.Region,
		ClusterName:       c.Cluster.Name,
		KubernetesVersion: c.Cluster.KubernetesVersion,
		On:                c.switches(),
		Resizable:         c.Compute.Resizable(),
		Monitoring:        c.measured(),
		Mlflow:            c.Mlflow,
		Argocd:            c.Argocd,
		ToolsDomain:       c.toolsDomain(),
		NoInternet:        c.Network.NatGateways == network.NatNone,
		Certificates:      c.certificates(),
		WebAcls: slices.ContainsFunc(slices.Collect(maps.Values(c.LoadBalancers)), func(lb LoadBalancer) bool {
			return lb.WebAclArn != "" && lb.WebAclArn != serving.WebAclNone
		}),
	}
}

// certificates are those of ACM that the load balancers have.
func (c Config) certificates() addons.Certificates {
	var all addons.Certificates
	for _, lb := range c.LoadBalancers {
		all.Requested = all.Requested || lb.RequestCertificate
		all.Arns = append(all.Arns, lb.CertificateArns...)
	}
	slices.Sort(all.Arns)
	all.Arns = slices.Compact(all.Arns)
	return all
}

// switches are the settings that are true or false, by key.
func (c Config) switches() map[string]bool {
	on := map[string]bool{}
	var walk func(prefix string, values map[string]any)
	walk = func(prefix string, values map[string]any) {
		for key, value := range values {
			switch value := value.(type) {
			case bool:
				on[prefix+key] = value
			case map[string]any:
				walk(prefix+key+".", value)
			}
		}
	}
	var plain map[string]any
	text, _ := json.Marshal(c)       // plain values have a JSON form
	_ = json.Unmarshal(text, &plain) // which is an object
	walk("", plain)
	return on
}
