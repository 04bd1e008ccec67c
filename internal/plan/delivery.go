package plan

import (
	"cmp"
	"fmt"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/gitops"
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
