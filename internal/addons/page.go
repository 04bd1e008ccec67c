package addons

// Page is a web page of an add-on, for people. It is served at <Host>.<domain> of the load balancer of the settings that serves tools.
type Page struct {
	// Host is the first label of its DNS name, such as grafana; no two add-ons have the same. Required.
	Host string
	// Service in the add-on's namespace, and its Port. Required.
	Service string
	Port    int
	// Health is a path that answers 200 without a login, by which the load balancer knows which pods can take requests. Required.
	Health string
	// Pods is how many there are at most. Default 1.
	Pods int
	// OwnLogin says that the tool asks people who they are itself, so that the load balancer does not.
	OwnLogin bool
}

// Tool is a page of an add-on that is installed.
type Tool struct {
	Page
	// Key is the add-on's, and Namespace where it is.
	Key, Namespace string
}

// Tools lists the pages of the add-ons of a cluster.
func Tools(f Facts) []Tool {
	var all []Tool
	for _, row := range Installed(f) {
		for _, page := range row.Pages {
			all = append(all, Tool{page, row.Key, row.Chart.Namespace})
		}
	}
	return all
}
