package serving

import (
	"encoding/json"
	"strconv"

	"github.com/modelway/modelway/internal/alb"
)

const (
	// AnchorNamespace is where the anchors live, out of the reach of those who may write to the models' namespace.
	AnchorNamespace = "modelway-system"
	// AnchorOrder puts the anchor last of its group: the highest group.order that the controller accepts.
	AnchorOrder = 1000
	// SchemeAnnotation on the anchor holds the scheme of its load balancer.
	SchemeAnnotation = "modelway.dev/scheme"
)

// Anchor returns the Ingress that keeps a load balancer, and its host name, alive while it has no models. It has no rule, only
// the default of every listener: 404, in JSON. A model's Ingress must not have a default backend, since a listener
// has one.
//
// Its annotation SchemeAnnotation makes Pulumi replace it when the scheme changes: the load balancer is another one then, and the
// anchor tells its host name.
func (c Class) Anchor(namespace string) alb.Ingress {
	const action = "not-found"
	response, err := json.Marshal(map[string]any{
		"type": "fixed-response",
		"fixedResponseConfig": map[string]string{
			"statusCode":  "404",
			"contentType": "application/json",
			"messageBody": `{"error":"no model answers at this address"}`,
		},
	})
	if err != nil {
		panic(err) // a map of strings is always valid JSON
	}
	return alb.Ingress{
		Namespace: namespace,
		Name:      c.Name + "-anchor",
		ClassName: c.Name,
		Annotations: map[string]string{
			"alb.ingress.kubernetes.io/actions." + action: string(response),
			"alb.ingress.kubernetes.io/group.order":       strconv.Itoa(AnchorOrder),
			"alb.ingress.kubernetes.io/listen-ports":      alb.ListenPorts(c.Listeners),
			SchemeAnnotation:                              c.Scheme,
		},
		DefaultBackend: &alb.Backend{Service: action, Port: alb.UseAnnotation},
	}
}
