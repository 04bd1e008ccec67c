package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	rows "github.com/modelway/modelway/internal/addons"
)

// addon is an EKS add-on.
type addon struct {
	// pods are the labels of the pods that need a place to run for the add-on to become active. Other add-ons run one pod on each node,
	// and none is enough.
	pods map[string]string
	// account is the service account that can have a role by EKS Pod Identity.
	account string
	// settings are the top-level keys of configurationValues. Nil means that they are not judged.
	settings []string
}

// checkSettings judges configurationValues by the schema of the add-on, as far as its top level goes.
func checkSettings(in Properties) []error {
	raw := in.String("configurationValues")
	if raw == "" {
		return nil
	}
	var settings map[string]any
	if err := json.Unmarshal([]byte(raw), &settings); err != nil {
		return []error{fmt.Errorf("configurationValues: %w", invalid("ConfigurationValue provided in request is not in a supported format: %v",
			err))}
	}
	known := addons[in.String("addonName")].settings
	for _, name := range sortedKeys(settings) {
		if known != nil && !slices.Contains(known, name) {
			return []error{fmt.Errorf("configurationValues: %w", invalid("ConfigurationValue provided in request is not supported: Json schema "+
				"validation failed with error: "+
				"[$.%s: is not defined in the schema and the schema does not allow additional properties]; it has %s", name,
				strings.Join(known, ", ")))}
		}
	}
	return nil
}

// AddonVersion returns the default or the most recent version of an add-on for a Kubernetes version, or "" when there is none.
func AddonVersion(name, kubernetes string, mostRecent bool) string {
	all, usual := rows.Offered(name, kubernetes)
	if mostRecent {
		return first(all)
	}
	return usual
}

func applyAddon(s *State, r, old *Resource) error {
	kubernetes := s.Get(Cluster, r.String("clusterName")).String("version")
	all, usual := rows.Offered(r.String("addonName"), kubernetes)
	if asked := r.Inputs.String("addonVersion"); asked != "" && !slices.Contains(all, asked) &&
		(old == nil || asked != old.String("addonVersion")) {
		return invalid("Addon version specified is not supported: %s %s is not among those for Kubernetes %s, %s", r.String("addonName"), asked,
			kubernetes, strings.Join(all, ", "))
	}
	if old != nil {
		usual = old.String("addonVersion")
	}
	r.fill("addonVersion", usual)
	return s.associate(r)
}

// associate keeps the Pod Identity associations of an add-on, which EKS makes and deletes with it
// (https://docs.aws.amazon.com/eks/latest/userguide/update-addon-role.html).
func (s *State) associate(r *Resource) error {
	wanted := map[string]Properties{}
	for _, a := range r.Objects("podIdentityAssociations") {
		if account := a.String("serviceAccount"); account != addons[r.String("addonName")].account {
			return invalid("Service account %s in pod identity configuration is not supported for addon %s", account, r.String("addonName"))
		}
		wanted[a.String("serviceAccount")] = Properties{"clusterName": r.String("clusterName"), "namespace": "kube-system",
			"serviceAccount": a.String("serviceAccount"), "roleArn": a.String("roleArn")}
	}
	for _, a := range s.List(PodIdentityAssociation) {
		account := a.String("serviceAccount")
		switch {
		case a.Owner != r.owner():
		case sameJSON(a.Inputs, wanted[account]):
			delete(wanted, account)
		default:
			s.remove(a)
		}
	}
	for _, account := range sortedKeys(wanted) {
		if _, err := s.internal(r, PodIdentityAssociation, wanted[account]); err != nil {
			return err
		}
	}
	return nil
}

func addonHealth(s *State, r *Resource) error {
	labels := addons[r.String("addonName")].pods
	if labels == nil {
		return nil
	}
	if err := s.addonRoleHealth(r); err != nil {
		return err
	}
	for _, n := range s.Where(NodeGroup, "clusterName", r.String("clusterName")) {
		if n.Status == Active && n.Int("scalingConfig.desiredSize") > 0 {
			return nil
		}
	}
	for _, p := range s.Where(FargateProfile, "clusterName", r.String("clusterName")) {
		if p.Status == Active && p.SelectsPod("kube-system", labels) && runsOnFargate(r) {
			return s.fargateHealth(p)
		}
	}
	return refuse("InsufficientNumberOfReplicas", "The add-on is unhealthy because it doesn't have the desired number of replicas: the "+
		"cluster has no active node group, "+
		"and no Fargate profile that selects namespace kube-system with labels %v (coredns also needs configurationValues "+
		"{\"computeType\":\"Fargate\"} there); create the compute before the add-on", labels)
}

// runsOnFargate says whether the pods of an add-on tolerate Fargate: those of CoreDNS when told to.
func runsOnFargate(r *Resource) bool {
	var configuration struct{ ComputeType string }
	_ = json.Unmarshal([]byte(r.String("configurationValues")), &configuration)
	return r.String("addonName") != "coredns" || strings.EqualFold(configuration.ComputeType, "fargate")
}

// fargateHealth: pods on Fargate need a way to their images.
func (s *State) fargateHealth(p *Resource) error {
	for _, id := range p.Strings("subnetIds") {
		if missing := s.Unreachable(id, imageServices...); len(missing) > 0 {
			return refuse("InsufficientNumberOfReplicas", "The add-on is unhealthy because it doesn't have the desired number of replicas: the "+
				"images of its pods on Fargate cannot be pulled: %s", noWay(id, missing))
		}
	}
	return nil
}
