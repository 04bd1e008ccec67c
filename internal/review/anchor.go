package review

import (
	"slices"

	"github.com/modelway/modelway/internal/review/events"
)

// albHeld is what it means when an anchor is replaced and models hold its load balancer meanwhile.
const albHeld = "The load balancer and its DNS name stay: Ingresses of %s hold it until the anchor is back. " +
	"Meanwhile an address without a model gets a 404 without the JSON."

// holding are the models with whose Ingresses a load balancer outlives the replacement of its anchor: the controller deletes one only with
// the last Ingress of its group
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#ingressgroup). There are none where the
// class, or its parameters, make it another one: with the scheme, for one. An Ingress that the preview deletes goes after the anchor is
// back.
func (m models) holding(anchor events.Step, steps []events.Step) (names []string) {
	if anchor.Type != ingressType || anchor.Op != events.OpReplace || anchor.Old == nil || anchor.New == nil || m.of(*anchor.Old) != "" {
		return nil
	}
	const key = "spec.ingressClassName"
	class := at(*anchor.Old, key).Text()
	if class != at(*anchor.New, key).Text() {
		return nil
	}
	for _, s := range steps {
		r := s.Resource()
		if _, _, breaks := consequenceOf(s); breaks && s.URN != anchor.URN && r.Parent == anchor.New.Parent {
			return nil
		}
		stays := s.Type == ingressType && s.Op != events.OpReplace && s.Old != nil && at(*s.Old, key).Text() == class
		if name := m.of(r); name != "" && stays && (s.New == nil || at(*s.New, key).Text() == class) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
