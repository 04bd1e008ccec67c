package alb

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Code names a kind of fault; it is stable, so tests and tools may compare it.
type Code string

// The kinds of fault that Build reports.
const (
	InvalidClassParams Code = "invalid-class-params" // a field of ClassParams has a value that is not allowed
	InvalidName        Code = "invalid-name"         // a namespace, Ingress, Service or group name is too long or malformed
	InvalidHost        Code = "invalid-host"         // a host that Kubernetes or a host-header condition refuses
	InvalidPath        Code = "invalid-path"         // a path or pathType that Kubernetes, LBC or a path-pattern condition refuses
	InvalidBackend     Code = "invalid-backend"      // a backend without service, without port, or with a port the Service lacks
	InvalidAnnotation  Code = "invalid-annotation"   // an annotation value that LBC cannot read or AWS refuses
	IgnoredAnnotation  Code = "ignored-annotation"   // an annotation, or a part of one, that LBC reads over in silence
	NotModelled        Code = "not-modelled"         // a feature of LBC that Match does not account for
	ConflictingGroup   Code = "conflicting-group"    // Ingresses that do not form one group, or repeat one another
	ConflictingSetting Code = "conflicting-setting"  // members of the group disagree on a setting the load balancer has once
	ConflictingOrder   Code = "conflicting-order"    // the same group.order on overlapping routes, so that names decide
	MissingCertificate Code = "missing-certificate"  // an HTTPS listener without certificate
	MissingListener    Code = "missing-listener"     // a listener that is referred to, or listed in ClassParams, and not opened
	MissingBackend     Code = "missing-backend"      // a Service or action that does not exist; LBC answers 503 in its place
	DuplicateRoute     Code = "duplicate-route"      // the same host and path twice; the second gets no request
	ShadowedRoute      Code = "shadowed-route"       // a route that earlier ones take all requests from
	QuotaExceeded      Code = "quota-exceeded"       // more rules, target groups, values, ... than a quota allows
)

// Fault is one thing that is wrong with the input of Build.
type Fault struct {
	// Ingress is "namespace/name", or empty when the fault is in ClassParams or in the group as a whole.
	Ingress string
	// Code is the kind of fault.
	Code Code
	// Refused is true when the API server, LBC or AWS rejects the input, which leaves the whole group as it was; false
	// when the input deploys but does not do what it says.
	Refused bool
	// Message names the input, its value, what is allowed and the fix.
	Message string
}

// Error gives the message, preceded by the Ingress it belongs to.
func (f Fault) Error() string {
	if f.Ingress == "" {
		return f.Message
	}
	return "ingress " + f.Ingress + ": " + f.Message
}

// Faults are all faults of one Build, ordered by Ingress, code and message. It is the error that Build returns.
type Faults []Fault

// Error gives one fault per line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives every fault as an error, for errors.Is and errors.As.
func (f Faults) Unwrap() []error {
	errs := make([]error, len(f))
	for i, fault := range f {
		errs[i] = fault
	}
	return errs
}

// FaultsOf gives the faults in an error returned by Build, also when it has been wrapped; nil when there are none.
func FaultsOf(err error) Faults {
	var faults Faults
	if errors.As(err, &faults) {
		return faults
	}
	return nil
}

// Refused reports whether err holds a fault that makes the API server, LBC or AWS reject the group.
func Refused(err error) bool {
	return slices.ContainsFunc(FaultsOf(err), func(f Fault) bool { return f.Refused })
}

// faultCollector gathers faults; the same fault met on two listeners is kept once.
type faultCollector struct{ faults Faults }

// refuse records a fault that the API server, LBC or AWS rejects.
func (c *faultCollector) refuse(ingress string, code Code, format string, args ...any) {
	c.add(Fault{ingress, code, true, fmt.Sprintf(format, args...)})
}

// warn records a fault that deploys and does not do what the input says.
func (c *faultCollector) warn(ingress string, code Code, format string, args ...any) {
	c.add(Fault{ingress, code, false, fmt.Sprintf(format, args...)})
}

func (c *faultCollector) add(fault Fault) {
	if !slices.Contains(c.faults, fault) {
		c.faults = append(c.faults, fault)
	}
}

// err gives the sorted faults as an error, nil when there are none.
func (c *faultCollector) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	slices.SortFunc(c.faults, func(a, b Fault) int {
		return strings.Compare(
			strings.Join([]string{a.Ingress, string(a.Code), a.Message}, "\x00"),
			strings.Join([]string{b.Ingress, string(b.Code), b.Message}, "\x00"))
	})
	return c.faults
}
