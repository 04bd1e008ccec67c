package review

import (
	"encoding/json"
	"strconv"
)

// forwarded are the shares of requests in an action of the AWS Load Balancer Controller, by Service
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions).
func forwarded(action string) map[string]string {
	var a struct {
		ForwardConfig struct {
			TargetGroups []struct {
				ServiceName string `json:"serviceName"`
				Weight      *int   `json:"weight"`
			} `json:"targetGroups"`
		} `json:"forwardConfig"`
	}
	if json.Unmarshal([]byte(action), &a) != nil {
		return nil
	}
	weights, sum := map[string]int{}, 0
	for _, group := range a.ForwardConfig.TargetGroups {
		weight := 1
		if group.Weight != nil {
			weight = *group.Weight
		}
		weights[group.ServiceName] += weight
		sum += weight
	}
	shares := map[string]string{}
	for service, weight := range weights {
		share := 0.0
		if sum > 0 {
			share = 100 * float64(weight) / float64(sum)
		}
		shares[service] = strconv.FormatFloat(share, 'f', -1, 64) + "%"
	}
	return shares
}
