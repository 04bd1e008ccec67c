package upgrade

import (
	"errors"
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// removed are the versions of Kubernetes' own APIs that are served no longer from a minor version on, and what takes their place, by group
// and version (https://kubernetes.io/docs/reference/using-api/deprecation-guide/; for those to come, the life cycle that
// https://github.com/kubernetes/api states beside each type).
var removed = []struct {
	api     string
	kinds   []string
	from    string
	instead string
}{
	{"flowcontrol.apiserver.k8s.io/v1beta3", []string{"FlowSchema", "PriorityLevelConfiguration"}, "1.32", "flowcontrol.apiserver.k8s.io/v1"},
	{"authentication.k8s.io/v1beta1", []string{"SelfSubjectReview"}, "1.33", "authentication.k8s.io/v1"},
	{"admissionregistration.k8s.io/v1beta1", []string{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}, "1.34",
		"admissionregistration.k8s.io/v1"},
	{"storage.k8s.io/v1alpha1", []string{"VolumeAttributesClass"}, "1.35", "storage.k8s.io/v1"},
	{"certificates.k8s.io/v1alpha1", []string{"ClusterTrustBundle"}, "1.37", "certificates.k8s.io/v1beta1"},
	{"networking.k8s.io/v1beta1", []string{"IPAddress", "ServiceCIDR"}, "1.37", "networking.k8s.io/v1"},
	{"storage.k8s.io/v1beta1", []string{"VolumeAttributesClass"}, "1.37", "storage.k8s.io/v1"},
	{"admissionregistration.k8s.io/v1alpha1", []string{"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"}, "1.38",
		"admissionregistration.k8s.io/v1beta1"},
	{"resource.k8s.io/v1beta1", []string{"DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"}, "1.38",
		"resource.k8s.io/v1"},
}

// checkAPIs refuses objects of a stack whose API is gone at a version. An object is known by its type token,
// kubernetes:<group>/<version>:<Kind>.
func checkAPIs(set resource.Set, to string) error {
	target, _ := minor(to)
	var faults []error
	for _, r := range set.All() {
		for _, api := range removed {
			gone, _ := minor(api.from)
			if gone > target || !uses(r.Type, api.api, api.kinds) {
				continue
			}
			faults = append(faults, fmt.Errorf("%s is a %s of %s, which Kubernetes %s no longer serves; allowed: %s; fix: write it with %[5]s, and "+
				"deploy that before the upgrade", r.Name, resource.KindOf(r.Type), api.api, api.from, api.instead))
		}
	}
	return errors.Join(faults...)
}

// uses reports whether a type token is one of the kinds of an API.
func uses(token, api string, kinds []string) bool {
	for _, kind := range kinds {
		if strings.EqualFold(token, "kubernetes:"+api+":"+kind) {
			return true
		}
	}
	return false
}
