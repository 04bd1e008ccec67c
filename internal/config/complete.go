package config

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/compute"
)

// complete lays what is given over the defaults and decodes it. What is given has passed the schema or been dropped, so an
// error here is a fault of this package.
func complete(stack, region string, given document) (Config, error) {
	merged, _ := merge(toDocument(Defaults(stack, region)), map[string]any(given)).(map[string]any)
	completeZones(merged, given)
	completeNodeGroups(merged)
	completeLoadBalancers(merged)
	completeSelectors(merged)
	completeAccessEntries(merged)

	text, err := json.Marshal(merged)
	if err != nil {
		return Config{}, fmt.Errorf("encoding the merged configuration: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	config := Config{Environment: stack, Region: region}
	if err := decoder.Decode(&config); err != nil {
		return Config{}, fmt.Errorf("decoding the merged configuration: %w", err)
	}
	return config, nil
}

// completeZones counts the zones where they are named and not counted.
func completeZones(merged map[string]any, given document) {
	names, _ := given.get(path{"network", "zoneNames"})
	list, _ := names.([]any)
	if count, _ := given.get(path{"network", "availabilityZones"}); count == nil && len(list) > 0 {
		merged["network"].(map[string]any)["availabilityZones"] = len(list)
	}
}

// completeAccessEntries gives entries without namespaces an empty list of them.
func completeAccessEntries(merged map[string]any) {
	eachItem(merged, path{"cluster", "accessEntries"}, func(given map[string]any) map[string]any {
		return merge(map[string]any{"namespaces": []any{}}, given).(map[string]any)
	})
}

// completeNodeGroups lays every node group over DefaultNodeGroup.
func completeNodeGroups(merged map[string]any) {
	base := toDocument(compute.DefaultNodeGroup())
	eachItem(merged, path{"compute", "nodeGroups"}, func(given map[string]any) map[string]any {
		group := merge(base, given).(map[string]any)
		if given["desiredSize"] == nil {
			group["desiredSize"] = group["minSize"]
		}
		if given["maxSize"] == nil && toInt(group["minSize"]) > toInt(group["maxSize"]) {
			group["maxSize"] = group["minSize"]
		}
		completeHardware(group, given)
		return group
	})
	list, _ := document(merged).get(path{"compute", "nodeGroups"})
	groups, _ := list.([]any)
	for i := range groups {
		eachItem(merged, path{"compute", "nodeGroups", i, "taints"}, func(given map[string]any) map[string]any {
			return merge(toDocument(Taint{}), given).(map[string]any)
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
		group["taints"] = toDocument(fitting)["taints"]
	}
}

// completeSelectors gives selectors without labels an empty set of them.
func completeSelectors(merged map[string]any) {
	list, _ := document(merged).get(path{"compute", "fargateProfiles"})
	profiles, _ := list.([]any)
	for i := range profiles {
		eachItem(merged, path{"compute", "fargateProfiles", i, "selectors"}, func(given map[string]any) map[string]any {
			return merge(map[string]any{"labels": map[string]any{}}, given).(map[string]any)
		})
	}
}

// completeLoadBalancers lays every load balancer over DefaultLoadBalancer.
func completeLoadBalancers(merged map[string]any) {
	base := toDocument(DefaultLoadBalancer())
	balancers, _ := merged["loadBalancers"].(map[string]any)
	for name, value := range balancers {
		given, _ := value.(map[string]any)
		balancer := merge(base, given).(map[string]any)
		certificates, _ := balancer["certificateArns"].([]any)
		requested, _ := balancer["requestCertificate"].(bool)
		if given["listeners"] == nil && (requested || len(certificates) > 0) {
			balancer["listeners"] = secureListeners()
		}
		balancers[name] = balancer
	}
}

// eachItem replaces every object of the list at the path.
func eachItem(merged map[string]any, at path, replace func(map[string]any) map[string]any) {
	value, _ := document(merged).get(at)
	list, _ := value.([]any)
	for i, item := range list {
		object, _ := item.(map[string]any)
		list[i] = replace(object)
	}
}

// toDocument turns a struct into the form that JSON decodes to.
func toDocument(value any) map[string]any {
	text, err := json.Marshal(value)
	if err != nil {
		panic("config: encoding defaults: " + err.Error())
	}
	decoded, err := parseJSON(string(text))
	if err != nil {
		panic("config: decoding defaults: " + err.Error())
	}
	return decoded.(map[string]any)
}

func toInt(value any) int64 {
	number, _ := value.(json.Number)
	n, _ := number.Int64()
	return n
}
