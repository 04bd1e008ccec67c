package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/room"
	"github.com/modelway/modelway/platform/ahead"
)

// crowded is a plan with long names and many hosts.
func crowded() plan {
	hosts := make([]string, 100)
	for i := range hosts {
		hosts[i] = fmt.Sprintf("model-%03d-%s.models.company.com", i, strings.Repeat("x", 40))
	}
	name := strings.Repeat("fraud-", 10) + "detection"
	return plan{room.Plan{
		Stack: "prod",
		LoadBalancers: []room.Balancer{
			{Name: "public", Scheme: "internet-facing", Hosts: hosts, Models: 1000, Rules: room.Use{Used: 1000, Quota: 1000},
				TargetGroups: room.Use{Used: 100, Quota: 100}, Targets: room.Use{Used: 10000, Quota: 10000}},
			{Name: "private-" + name, Scheme: "internal"},
		},
		Room: []room.Room{{What: "memory of nodes at their maxSize, in MiB", Use: room.Use{Used: 114795001, Quota: 114795002}}},
		Fargate: []room.Size{{Model: name, Least: 10, Most: 1000, CPU: "16000m", Memory: "122880Mi", Size: "16 vCPU, 120 GB",
			Unused: "CPU up to 15750m and memory up to 122624Mi cost the same"}},
		Warnings:    []string{"host " + hosts[0] + " needs a load balancer of its own: " + strings.Repeat("there is no room on the others. ", 5)},
		Assumptions: []string{"the program is run by arn:aws:iam::111122223333:role/" + strings.Repeat("platform-admin", 8)},
	}}
}

func TestPlanOnScreens(t *testing.T) {
	prod, err := planOf(repository, "prod")
	require.NoError(t, err)
	recorder.Screens(t, "plan-prod", prod.text)
	recorder.Screens(t, "plan-crowded", crowded().text)
}

func TestCostOnScreens(t *testing.T) {
	found, err := ahead.Look(repository, "prod")
	require.NoError(t, err)
	recorder.Screens(t, "cost-prod", cost.Of(found.Set(), found.Region, day).Table)
}
