package plan

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/modelspec"
)

// Delivered is who makes the objects of models, as the output of that name has it.
type Delivered struct {
	// Models is pulumi, handover or argocd; "" for pulumi.
	Models string `json:"models"`
	// Shared is true once Argo CD has written the objects: fields of them are its own since then, which the program takes by force.
	Shared bool `json:"shared"`
}

// Delivery is what this run leaves.
func Delivery(cfg config.Config, previous Previous) Delivered {
	return Delivered{Models: cfg.Models.Delivery, Shared: previous.Delivery.Shared || gitops.ByArgoCD(cfg.Models.Delivery)}
}

// checkDelivery refuses to go from the program to Argo CD, or back, in one step: the program would delete what it makes no longer, and make
// anew what it does not know.
func checkDelivery(cfg config.Config, previous Previous) error {
	was, is := cmp.Or(previous.Delivery.Models, gitops.Pulumi), cfg.Models.Delivery
	if gitops.InOneStep(was, is, len(previous.Models)) {
		return nil
	}
	return fmt.Errorf("modelway:models.delivery: the stack's models were delivered with %s, and going on to %s in one step would delete "+
		"them; set it to %s, run `pulumi up`, and set it to %s then (docs/argocd.md)", was, is, gitops.HandOver, is)
}

// checkHandOver refuses to end a model or a canary while the program keeps what it lets go of, and Argo CD removes nothing: it would run
// for ever. A plan without the output of a deployment is of a rendering, which ends nothing.
func checkHandOver(cfg config.Config, models []modelspec.Model, previous Previous) error {
	was, is := previous.Delivery.Models, cfg.Models.Delivery
	if was == "" || is != gitops.HandOver && (was != gitops.HandOver || is != gitops.Pulumi) {
		return nil
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(previous.Models)) {
		ended := ""
		switch i := slices.IndexFunc(models, func(m modelspec.Model) bool { return m.Name == name }); {
		case i < 0:
			ended = "model " + name
		// What Argo CD alone has delivered since the last deployment is not known: a canary may have ended long ago.
		case was != gitops.ArgoCD && previous.Models[name].Canary.Running() && !models[i].Canary.Running():
			ended = "the canary of model " + name
		default:
			continue
		}
		faults = append(faults, fmt.Errorf("modelway:models.delivery: %s ends in the step from %s to %s, in which nothing removes its objects, "+
			"so that they would stay for ever; allowed: hand-overs in which no model and no canary ends; fix: restore its file from Git, "+
			"finish the hand-over, and end it then (docs/argocd.md)", ended, was, is))
	}
	return errors.Join(faults...)
}
