package doctor

import (
	"encoding/json"
	"reflect"
	"slices"
	"time"

	"github.com/modelway/modelway/internal/rollout"
)

// Facts are what is known of an environment. Each check reads those that it names.
type Facts struct {
	// Now is when they were read.
	Now time.Time
	// Cluster is the name of the EKS cluster; empty where it is not known.
	Cluster string
	// Versions are the models that the stack deployed.
	Versions []rollout.Model

	Webhooks     []Webhooks
	Services     []Service
	Slices       []Slice
	Pods         []Pod
	Nodes        []Node
	Deployments  []Deployment
	Jobs         []Job
	Ingresses    []Ingress
	Classes      []Class
	Params       []Params
	Bindings     []Binding
	Secrets      []Secret
	Certificates []Certificate
	Applications []Application
	Releases     []Release
	Pools        []Pool
	Profiles     []Profile
	Balancers    []Balancer
	Health       map[string][]Target
	ACM          []ACMCertificate
	ElasticIPs   []string
	Limits       map[string]int
	Quotas       map[string]int
	Resolved     map[string]Resolved
}

// add takes over what others have.
func (f *Facts) add(others Facts) {
	to, from := reflect.ValueOf(f).Elem(), reflect.ValueOf(others)
	for i := range from.NumField() {
		if !from.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
}

// Meta is what every object of Kubernetes has.
type Meta struct {
	Name, Namespace     string
	Labels, Annotations map[string]string
	CreationTimestamp   time.Time
	DeletionTimestamp   *time.Time
	OwnerReferences     []struct{ Kind, Name string }
}

// Full is namespace and name, or the name alone.
func (m Meta) Full() string {
	if m.Namespace == "" {
		return m.Name
	}
	return m.Namespace + "/" + m.Name
}

// Condition is a condition of an object of Kubernetes.
type Condition struct {
	Type, Status, Reason, Message string
	LastTransitionTime            time.Time
}

func find(all []Condition, kind string) (Condition, bool) {
	i := slices.IndexFunc(all, func(c Condition) bool { return c.Type == kind })
	if i < 0 {
		return Condition{}, false
	}
	return all[i], true
}

// Webhooks is a configuration of admission webhooks.
type Webhooks struct {
	Kind     string
	Metadata Meta
	Webhooks []Webhook
}

// Webhook is one webhook of a configuration.
type Webhook struct {
	Name          string
	FailurePolicy string
	ClientConfig  struct {
		CABundle []byte
		Service  *struct{ Namespace, Name string }
	}
	Rules []struct{ Operations, Resources []string }
}

// Service is a Service.
type Service struct {
	Metadata Meta
	Spec     struct {
		Selector map[string]string
		Ports    []struct {
			Name       string
			Port       int
			TargetPort any
			NodePort   int
		}
	}
}

// Slice is an EndpointSlice.
type Slice struct {
	Metadata  Meta
	Endpoints []struct {
		Addresses  []string
		Conditions struct{ Ready *bool }
	}
}

// serviceLabel is the label of an EndpointSlice with the name of its Service
// (https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ownership).
const serviceLabel = "kubernetes.io/service-name"

// ready is how many endpoints of a Service take requests.
func (f Facts) ready(namespace, service string) (n int) {
	for _, s := range f.Slices {
		if s.Metadata.Namespace != namespace || s.Metadata.Labels[serviceLabel] != service {
			continue
		}
		for _, e := range s.Endpoints {
			if e.Conditions.Ready == nil || *e.Conditions.Ready {
				n++
			}
		}
	}
	return n
}

func (f Facts) service(namespace, name string) (Service, bool) {
	i := slices.IndexFunc(f.Services, func(s Service) bool { return s.Metadata.Namespace == namespace && s.Metadata.Name == name })
	if i < 0 {
		return Service{}, false
	}
	return f.Services[i], true
}

// selects reports whether a selector chooses labels; one without labels chooses nothing, as that of a Service.
func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}

// list reads the items of a list of Kubernetes.
func list[T any](text []byte) ([]T, error) {
	var read struct{ Items []T }
	err := json.Unmarshal(text, &read)
	return read.Items, err
}
