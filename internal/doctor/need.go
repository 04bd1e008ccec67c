package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	names "github.com/modelway/modelway/internal/argocd"
	"github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/monitoring"
)

// Need is something that checks need to know, in the words in which it is waited for.
type Need string

// What there is to know.
const (
	needWebhooks     Need = "the webhook configurations"
	needServices     Need = "the Services"
	needSlices       Need = "the endpoints"
	needPods         Need = "the pods"
	needNodes        Need = "the nodes"
	needDeployments  Need = "the Deployments"
	needJobs         Need = "the Jobs"
	needIngresses    Need = "the Ingresses"
	needClasses      Need = "the IngressClasses"
	needParams       Need = "the IngressClassParams"
	needBindings     Need = "the TargetGroupBindings"
	needSecrets      Need = "the certificates in Secrets"
	needCertificates Need = "the Certificates of cert-manager"
	needApplications Need = "the Applications of Argo CD"
	needReleases     Need = "the Helm releases"
	needMLflow       Need = "the Deployment of MLflow"
	needPools        Need = "the targets of Prometheus"
	needVersions     Need = "the models that the stack deployed"
	needResolved     Need = "the addresses of hosts"
	needProfiles     Need = "the Fargate profiles"
	needBalancers    Need = "the load balancers"
	needHealth       Need = "the health of targets"
	needACM          Need = "the certificates of ACM"
	needElasticIPs   Need = "the Elastic IP addresses"
	needLimits       Need = "the limits of Elastic Load Balancing"
	needQuotas       Need = "the quotas of EC2"
)

// Errors of a [Source].
var (
	// ErrAbsent says that what was asked for is not there, such as a kind of objects that is not installed.
	ErrAbsent = errors.New("not there")
	// ErrUnable says that a source cannot be asked at all.
	ErrUnable = errors.New("cannot be asked")
)

// reading is how a need is read.
type reading struct {
	// after are the needs that it reads itself from.
	after []Need
	read  func(ctx context.Context, s Source, f *Facts) error
}

// objects reads a list of Kubernetes.
func objects[T any](path string, into func(*Facts) *[]T) reading {
	return reading{read: func(ctx context.Context, s Source, f *Facts) error {
		text, err := s.Get(ctx, path)
		if err != nil {
			return err
		}
		*into(f), err = list[T](text)
		return err
	}}
}

// asked reads what one call of AWS answers.
func asked[T any](into func(*Facts, T) error, call ...string) reading {
	return reading{read: func(ctx context.Context, s Source, f *Facts) error {
		answer, err := ask[T](ctx, s, call...)
		if err != nil {
			return err
		}
		return into(f, answer)
	}}
}

func ask[T any](ctx context.Context, s Source, call ...string) (answer T, err error) {
	text, err := s.AWS(ctx, append(call, "--output", "json")...)
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	return answer, err
}

// readings say how each need is read.
func readings() map[Need]reading {
	all := map[Need]reading{
		needWebhooks:     {read: readWebhooks},
		needServices:     objects("/api/v1/services", func(f *Facts) *[]Service { return &f.Services }),
		needSlices:       objects("/apis/discovery.k8s.io/v1/endpointslices", func(f *Facts) *[]Slice { return &f.Slices }),
		needPods:         objects("/api/v1/pods", func(f *Facts) *[]Pod { return &f.Pods }),
		needNodes:        objects("/api/v1/nodes", func(f *Facts) *[]Node { return &f.Nodes }),
		needDeployments:  objects("/apis/apps/v1/deployments", func(f *Facts) *[]Deployment { return &f.Deployments }),
		needJobs:         objects("/apis/batch/v1/jobs", func(f *Facts) *[]Job { return &f.Jobs }),
		needIngresses:    objects("/apis/networking.k8s.io/v1/ingresses", func(f *Facts) *[]Ingress { return &f.Ingresses }),
		needClasses:      objects("/apis/networking.k8s.io/v1/ingressclasses", func(f *Facts) *[]Class { return &f.Classes }),
		needParams:       objects("/apis/elbv2.k8s.aws/v1beta1/ingressclassparams", func(f *Facts) *[]Params { return &f.Params }),
		needBindings:     objects("/apis/elbv2.k8s.aws/v1beta1/targetgroupbindings", func(f *Facts) *[]Binding { return &f.Bindings }),
		needSecrets:      objects("/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Ftls", func(f *Facts) *[]Secret { return &f.Secrets }),
		needCertificates: objects("/apis/cert-manager.io/v1/certificates", func(f *Facts) *[]Certificate { return &f.Certificates }),
		needApplications: {read: readApplications},
		needReleases:     {read: readHelm},
		needMLflow: {read: func(ctx context.Context, s Source, _ *Facts) error {
			_, err := s.Get(ctx, "/apis/apps/v1/namespaces/"+mlflowserver.Namespace+"/deployments/"+mlflowserver.Name)
			return err
		}},
		needPools:    {read: readPools},
		needVersions: {read: readVersions},
		needResolved: {after: []Need{needIngresses, needClasses}, read: readResolved},
		needProfiles: {read: readProfiles},
		needHealth:   {after: []Need{needBindings}, read: readHealth},
		needQuotas:   {read: readQuotas},
	}
	all[needBalancers] = asked(func(f *Facts, a struct{ LoadBalancers []Balancer }) error {
		f.Balancers = append([]Balancer{}, a.LoadBalancers...)
		return nil
	}, "elbv2", "describe-load-balancers")
	all[needACM] = asked(func(f *Facts, a struct {
		CertificateSummaryList []ACMCertificate
	}) error {
		f.ACM = a.CertificateSummaryList
		return nil
	}, "acm", "list-certificates", "--includes", "keyTypes=RSA_1024,RSA_2048,RSA_3072,RSA_4096,EC_prime256v1,EC_secp384r1,EC_secp521r1")
	all[needElasticIPs] = asked(func(f *Facts, a struct{ Addresses []struct{ PublicIp string } }) error {
		for _, address := range a.Addresses {
			f.ElasticIPs = append(f.ElasticIPs, address.PublicIp)
		}
		return nil
	}, "ec2", "describe-addresses")
	all[needLimits] = asked(func(f *Facts, a struct{ Limits []struct{ Name, Max string } }) (err error) {
		f.Limits = map[string]int{}
		for _, l := range a.Limits {
			if f.Limits[l.Name], err = strconv.Atoi(l.Max); err != nil {
				return fmt.Errorf("limit %s is %q, which is not a number", l.Name, l.Max)
			}
		}
		return nil
	}, "elbv2", "describe-account-limits")
	return all
}

func readWebhooks(ctx context.Context, s Source, f *Facts) error {
	for kind, path := range map[string]string{"ValidatingWebhookConfiguration": "validatingwebhookconfigurations",
		"MutatingWebhookConfiguration": "mutatingwebhookconfigurations"} {
		text, err := s.Get(ctx, "/apis/admissionregistration.k8s.io/v1/"+path)
		if err != nil {
			return err
		}
		found, err := list[Webhooks](text)
		if err != nil {
			return err
		}
		for _, w := range found {
			w.Kind = kind
			f.Webhooks = append(f.Webhooks, w)
		}
	}
	slices.SortFunc(f.Webhooks, func(a, b Webhooks) int { return strings.Compare(a.Kind+a.Metadata.Name, b.Kind+b.Metadata.Name) })
	return nil
}

// readApplications finds none where their kind is gone and they are to deliver models: that is not an environment without Argo CD.
func readApplications(ctx context.Context, s Source, f *Facts) error {
	err := objects("/apis/"+names.ApiVersion+"/applications", func(f *Facts) *[]Application { return &f.Applications }).read(ctx, s, f)
	if errors.Is(err, ErrAbsent) && byArgoCD(s.Versions) {
		return nil
	}
	return err
}

func readHelm(ctx context.Context, s Source, f *Facts) error {
	text, err := s.Table(ctx, "secrets", "--selector=owner=helm", "--label-columns=name,status,version")
	if err == nil {
		f.Releases, err = readReleases(text)
	}
	return err
}

func readVersions(_ context.Context, s Source, f *Facts) error {
	f.Versions = s.Versions
	if s.Versions == nil {
		return fmt.Errorf("%w: give --stack, whose outputs have them", ErrUnable)
	}
	return nil
}

// prometheus is the path of the server's API through the API server.
const prometheus = "/api/v1/namespaces/" + monitoring.Namespace + "/services/" + monitoring.Release + "-prometheus:9090/proxy/api/v1/"

func readPools(ctx context.Context, s Source, f *Facts) error {
	names, err := query[struct{ ScrapePools []string }](ctx, s, "scrape_pools")
	if err != nil {
		return err
	}
	found, err := query[struct{ ActiveTargets []ScrapeTarget }](ctx, s, "targets?state=active")
	if err != nil {
		return err
	}
	for _, name := range names.ScrapePools {
		pool := Pool{Name: name}
		for _, t := range found.ActiveTargets {
			if t.ScrapePool == name {
				pool.Targets = append(pool.Targets, t)
			}
		}
		f.Pools = append(f.Pools, pool)
	}
	return nil
}

func query[T any](ctx context.Context, s Source, of string) (data T, err error) {
	text, err := s.Get(ctx, prometheus+of)
	if err != nil {
		return data, err
	}
	var answer struct {
		Status string
		Data   T
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Status != "success" {
		return data, fmt.Errorf("Prometheus answers %q to %s", string(text[:min(len(text), 100)]), of)
	}
	return answer.Data, nil
}
