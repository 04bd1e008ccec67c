package certmanager

import (
	"context"
	"fmt"
	"maps"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// condition is what the condition Ready says.
type condition struct{ status, reason, message string }

// tell writes the condition Ready, and further fields, into the status of an object, where anything differs.
func (c *cluster) tell(
	ctx context.Context,
	kind schema.GroupVersionResource,
	object unstructured.Unstructured,
	ready condition,
	fields map[string]any,
) error {
	status, _, _ := unstructured.NestedMap(object.Object, "status")
	if status == nil {
		status = map[string]any{}
	}
	before := readyIn(status)
	same := before["status"] == ready.status && before["reason"] == ready.reason && text(before["message"]) == ready.message &&
		before["observedGeneration"] == object.GetGeneration()
	for key, value := range fields {
		same = same && status[key] == value
	}
	if same {
		return nil
	}
	since := c.Now().UTC().Format(time.RFC3339)
	if before["status"] == ready.status {
		since = text(before["lastTransitionTime"])
	}
	maps.Copy(status, fields)
	status["conditions"] = []any{map[string]any{
		"type": "Ready", "status": ready.status, "reason": ready.reason, "message": ready.message,
		"lastTransitionTime": since, "observedGeneration": object.GetGeneration(),
	}}
	object.Object["status"] = status
	if _, err := c.at(kind, object.GetNamespace()).UpdateStatus(ctx, &object, metav1.UpdateOptions{}); ignoreConflict(err) != nil {
		return fmt.Errorf("writing the status of %s %s/%s: %w", object.GetKind(), object.GetNamespace(), object.GetName(), err)
	}
	return nil
}

func readyIn(status map[string]any) map[string]any {
	conditions, _ := status["conditions"].([]any)
	for _, each := range conditions {
		if found, _ := each.(map[string]any); found["type"] == "Ready" {
			return found
		}
	}
	return nil
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
