package config

// Migration allows changes that are refused otherwise. Remove it after the run that it is for.
type Migration struct {
	// ReplaceLoadBalancers names load balancers that this run may delete or replace, with another DNS name: one whose scheme changes,
	// or that is no longer there. Default none.
	ReplaceLoadBalancers []string `json:"replaceLoadBalancers" jsonschema:"uniqueItems=true"`
}
