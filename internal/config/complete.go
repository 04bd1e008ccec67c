package config

import (
	"encoding/json"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/strict"
)

// complete lays what is given over the defaults and decodes it. What is given has passed the schema or been dropped, so an
// error here is a fault of this package.
func complete(stack, region string, given document) (Config, error) {
	merged, _ := strict.Merge(strict.ToDocument(Defaults(stack, region)), map[string]any(given)).(map[string]any)
	completeZones(merged, given)
	completeNodeGroups(merged)
	completeLoadBalancers(merged)
	completeSelectors(merged)
	completeAccessEntries(merged)
	completeReceivers(merged)

	config := Config{Environment: stack, Region: region}
	if err := document(merged).Into(&config); err != nil {
		return Config{}, err
	}
	return config, nil
}

// completeZones counts the zones where they are named and not counted.
func completeZones(merged map[string]any, given document) {
	names, _ := given.Get(path{"network", "zoneNames"})
	list, _ := names.([]any)
	if count, _ := given.Get(path{"network", "availabilityZones"}); count == nil && len(list) > 0 {
		merged["network"].(map[string]any)["availabilityZones"] = len(list)
	}
}

// completeAccessEntries gives entries without namespaces an empty list of them.
func completeAccessEntries(merged map[string]any) {
	eachItem(merged, path{"cluster", "accessEntries"}, func(given map[string]any) map[string]any {
		return strict.Merge(map[string]any{"namespaces": []any{}}, given).(map[string]any)
	})
}

// completeReceivers lays every receiver of alerts over DefaultReceiver.
func completeReceivers(merged map[string]any) {
	base := strict.ToDocument(monitoring.DefaultReceiver())
	eachItem(merged, path{"monitoring", "alerts", "receivers"}, func(given map[string]any) map[string]any {
		return strict.Merge(base, given).(map[string]any)
	})
}

// completeNodeGroups lays every node group over DefaultNodeGroup.
func completeNodeGroups(merged map[string]any) {
	base := strict.ToDocument(compute.DefaultNodeGroup())
	eachItem(merged, path{"compute", "nodeGroups"}, func(given map[string]any) map[string]any {
		group := strict.Merge(base, given).(map[string]any)
		if given["desiredSize"] == nil {
			group["desiredSize"] = group["minSize"]
		}
		if given["maxSize"] == nil && toInt(group["minSize"]) > toInt(group["maxSize"]) {
			group["maxSize"] = group["minSize"]
		}
		completeHardware(group, given)
		return group
	})
	list, _ := document(merged).Get(path{"compute", "nodeGroups"})
	groups, _ := list.([]any)
	for i := range groups {
		eachItem(merged, path{"compute", "nodeGroups", i, "taints"}, func(given map[string]any) map[string]any {
			return strict.Merge(strict.ToDocument(Taint{}), given).(map[string]any)
		})
	}
}

// completeHardware gives a node group the image that its first instance type boots, and nodes with GPUs the taint that keeps
// other pods away.
func completeHardware(group, given map[string]any) {
	types, _ := group["instanceTypes"].([]any)
	if len(types) == 0 {
		return
	}
	name, _ := types[0].(string)
	fitting := NodeGroup{InstanceTypes: []string{name}}.WithDefaults()
	if given["amiType"] == nil && fitting.AmiType != "" {
		group["amiType"] = fitting.AmiType
	}
	if given["taints"] == nil && fitting.Taints != nil {
		group["taints"] = strict.ToDocument(fitting)["taints"]
	}
}

// completeSelectors gives selectors without labels an empty set of them.
func completeSelectors(merged map[string]any) {
	list, _ := document(merged).Get(path{"compute", "fargateProfiles"})
	profiles, _ := list.([]any)
	for i := range profiles {
		eachItem(merged, path{"compute", "fargateProfiles", i, "selectors"}, func(given map[string]any) map[string]any {
			return strict.Merge(map[string]any{"labels": map[string]any{}}, given).(map[string]any)
		})
	}
}

// completeLoadBalancers lays every load balancer over DefaultLoadBalancer.
func completeLoadBalancers(merged map[string]any) {
	base := strict.ToDocument(DefaultLoadBalancer())
	balancers, _ := merged["loadBalancers"].(map[string]any)
	for name, value := range balancers {
		given, _ := value.(map[string]any)
		balancer := strict.Merge(base, given).(map[string]any)
		certificates, _ := balancer["certificateArns"].([]any)
		requested, _ := balancer["requestCertificate"].(bool)
		if given["listeners"] == nil && (requested || len(certificates) > 0) {
			balancer["listeners"] = serving.SecureListeners()
		}
		balancers[name] = balancer
	}
}

// eachItem replaces every object of the list at the path.
func eachItem(merged map[string]any, at path, replace func(map[string]any) map[string]any) {
	value, _ := document(merged).Get(at)
	list, _ := value.([]any)
	for i, item := range list {
		object, _ := item.(map[string]any)
		list[i] = replace(object)
	}
}

func toInt(value any) int64 {
	number, _ := value.(json.Number)
	n, _ := number.Int64()
	return n
}
