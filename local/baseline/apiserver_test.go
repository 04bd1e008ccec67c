package baseline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// Checks of the API server.
const (
	// CheckSchema is a field that the API server does not know, or a value that it refuses.
	CheckSchema = "schema"
	// CheckWarning is what the API server takes, with a warning: a deprecated version, a field without effect.
	CheckWarning = "api-warning"
)

// Server is an API server of its own for the baseline. It keeps namespaces, service accounts and definitions, which other objects
// need, and nothing else.
type Server struct {
	// Version is the minor version, such as v1.35.
	Version string

	client dynamic.Interface
	mapper meta.RESTMapper
}

// NewServer connects to an API server and installs the custom resource definitions.
func NewServer(ctx context.Context, connection *rest.Config, definitions []*unstructured.Unstructured) (*Server, error) {
	connection = rest.CopyConfig(connection)
	connection.QPS = -1
	connection.WarningHandlerWithContext = collector{}
	client, err := dynamic.NewForConfig(connection)
	if err != nil {
		return nil, err
	}
	found, err := discovery.NewDiscoveryClientForConfig(connection)
	if err != nil {
		return nil, err
	}
	version, err := found.ServerVersion()
	if err != nil {
		return nil, fmt.Errorf("reading the version of the API server: %w", err)
	}
	s := &Server{Version: "v" + version.Major + "." + version.Minor, client: client}
	for _, definition := range definitions {
		_, err := client.Resource(definitionsAPI).Create(ctx, definition, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
		if err != nil {
			return nil, fmt.Errorf("installing the definition %s: %w", definition.GetName(), err)
		}
	}
	err = wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		groups, err := restmapper.GetAPIGroupResources(found)
		if err != nil {
			return false, err
		}
		s.mapper = restmapper.NewDiscoveryRESTMapper(groups)
		return !slices.ContainsFunc(definitions, func(d *unstructured.Unstructured) bool { return !s.serves(d) }), nil
	})
	if err != nil {
		return nil, fmt.Errorf("waiting until the API server serves all definitions: %w", err)
	}
	return s, nil
}

var definitionsAPI = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

// serves says whether objects of a definition are taken.
func (s *Server) serves(definition *unstructured.Unstructured) bool {
	group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
	kind, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "kind")
	_, err := s.mapper.RESTMapping(schema.GroupKind{Group: group, Kind: kind})
	return err == nil
}

// Validate has the API server check every object strictly, and keep none but those that others need.
func (s *Server) Validate(ctx context.Context, objects []Object) ([]Finding, error) {
	var findings []Finding
	for _, o := range slices.SortedStableFunc(slices.Values(objects), func(a, b Object) int { return cmp.Compare(rank(a), rank(b)) }) {
		found, err := s.validate(ctx, o)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// kept are the kinds that other objects need, in the order of that.
var kept = []string{"Namespace", "ServiceAccount"}

func rank(o Object) int {
	if i := slices.Index(kept, o.GetKind()); i >= 0 {
		return i
	}
	return len(kept)
}

func (s *Server) validate(ctx context.Context, o Object) (findings []Finding, err error) {
	warnings, err := s.create(ctx, o.Unstructured, false)
	for _, text := range warnings {
		findings = append(findings, o.finding(CheckWarning, text, "write what the API server asks for"))
	}
	if refused(err) {
		return append(findings, o.finding(CheckSchema, err.Error(), "correct the field")), nil
	}
	if err == nil && slices.Contains(kept, o.GetKind()) {
		_, err = s.create(ctx, o.Unstructured, true)
	}
	if err != nil {
		return nil, fmt.Errorf("validating %s of %s: %w", o, o.Environment, err)
	}
	return findings, nil
}

// refused tells what the API server says of an object from a request that did not reach it.
func refused(err error) bool {
	status := apierrors.APIStatus(nil)
	return errors.As(err, &status) && status.Status().Code < 500
}

// create sends an object, strictly, and returns the warnings of the API server. An object that exists already has passed all checks.
func (s *Server) create(ctx context.Context, object *unstructured.Unstructured, keep bool) ([]string, error) {
	api, err := s.resource(object)
	if err != nil {
		return nil, err
	}
	options := metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}
	if !keep {
		options.DryRun = []string{metav1.DryRunAll}
	}
	said := &warnings{}
	_, err = api.Create(context.WithValue(ctx, warningsKey{}, said), object, options)
	if apierrors.IsAlreadyExists(err) {
		err = nil
	}
	return said.texts, err
}

func (s *Server) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := s.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		return nil, apierrors.NewNotFound(schema.GroupResource{Group: kind.Group, Resource: kind.Kind}, object.GetName())
	}
	if err != nil {
		return nil, err
	}
	api := s.client.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return api, nil
	}
	return api.Namespace(object.GetNamespace()), nil
}

// warnings are what the API server says beside its answer to one request.
type warnings struct {
	mu    sync.Mutex
	texts []string
}

type warningsKey struct{}

// collector gives each warning to the request that it belongs to.
type collector struct{}

// HandleWarningHeaderWithContext implements rest.WarningHandlerWithContext.
func (collector) HandleWarningHeaderWithContext(ctx context.Context, _ int, _ string, text string) {
	if said, ok := ctx.Value(warningsKey{}).(*warnings); ok {
		said.mu.Lock()
		defer said.mu.Unlock()
		said.texts = append(said.texts, text)
	}
}
