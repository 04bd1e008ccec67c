package doctor

import (
	"fmt"
	"slices"
	"strings"
)

var webhooks = Check{
	Key: "webhooks", Title: "Every admission webhook has an endpoint that is ready",
	Needs:  []Need{needWebhooks, needServices, needSlices},
	Breaks: "Every write of the objects that the webhook looks at is refused, pods of other services among them.",
	Find:   findWebhooks,
}

func findWebhooks(f Facts) (all []Finding) {
	for _, configuration := range f.Webhooks {
		for _, group := range byService(configuration) {
			namespace, name := group[0].ClientConfig.Service.Namespace, group[0].ClientConfig.Service.Name
			if f.ready(namespace, name) > 0 {
				continue
			}
			found := Finding{
				Severity: Warning, Object: configuration.Kind + " " + configuration.Metadata.Name,
				Seen: fmt.Sprintf("Service %s/%s has no endpoint that is ready, and its webhooks are left out for %s", namespace, name, guarded(group)),
				Fix:  "Bring its pods up. Only if what they belong to is to go, delete the configuration.",
			}
			if blocking := slices.ContainsFunc(group, func(w Webhook) bool { return w.FailurePolicy != "Ignore" }); blocking {
				found.Severity = Error
				found.Seen = fmt.Sprintf("Service %s/%s has no endpoint that is ready, so that every write is refused of %s",
					namespace, name, guarded(group))
			}
			service, exists := f.service(namespace, name)
			switch {
			case !exists:
				found.Seen = strings.Replace(found.Seen, "has no endpoint that is ready", "does not exist", 1)
				found.Command = fmt.Sprintf("kubectl delete %s %s", strings.ToLower(configuration.Kind), configuration.Metadata.Name)
			case len(service.Spec.Selector) > 0:
				found.Command = fmt.Sprintf("kubectl -n %s get deployments,pods -l %s", namespace, selectorText(service.Spec.Selector))
			}
			all = append(all, found)
		}
	}
	return all
}

// byService are the webhooks of a configuration that call a Service, those of one Service together.
func byService(configuration Webhooks) (groups [][]Webhook) {
	at := map[string]int{}
	for _, w := range configuration.Webhooks {
		if w.ClientConfig.Service == nil {
			continue
		}
		key := w.ClientConfig.Service.Namespace + "/" + w.ClientConfig.Service.Name
		i, seen := at[key]
		if !seen {
			i = len(groups)
			at[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], w)
	}
	return groups
}

// guarded are the resources that webhooks look at, each once.
func guarded(group []Webhook) string {
	var all []string
	for _, w := range group {
		for _, r := range w.Rules {
			all = append(all, r.Resources...)
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

// selectorText is a selector as kubectl takes it.
func selectorText(selector map[string]string) string {
	var all []string
	for key, value := range selector {
		all = append(all, key+"="+value)
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}
