package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/platform"
)

// ahead is what a stack will consist of.
type ahead struct {
	*recorder.Recording
	stack, region string
	// assumptions are what only the account could tell, and was made up.
	assumptions []string
}

// lookAhead runs the program with the settings of a stack and no engine. Questions to AWS get plausible answers. The error has all faults of
// the settings and the models.
func lookAhead(root, stack string) (ahead, error) {
	file := filepath.Join(root, "Pulumi."+stack+".yaml")
	settings, err := recorder.ReadSettings(filepath.Join(root, "Pulumi.yaml"), file)
	if errors.Is(err, fs.ErrNotExist) {
		return ahead{}, fmt.Errorf("stack %q has no settings %s; there are %s", stack, file, strings.Join(stacks(root), ", "))
	}
	if err != nil {
		return ahead{}, err
	}
	return lookAheadWith(root, stack, settings)
}

func lookAheadWith(root, stack string, settings recorder.Settings) (ahead, error) {
	region := settings.Config["aws:region"]
	answers, assumptions := account(settings, region)
	options := append(answers, recorder.WithProject(settings.Project), recorder.WithStack(stack), recorder.WithConfig(settings.Config))
	recording, err := recorder.RunErr(platform.Program(root), options...)
	return ahead{Recording: recording, stack: stack, region: region, assumptions: assumptions}, err
}

// stacks are the names of the stacks that have settings in a folder.
func stacks(root string) []string {
	files, err := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml"))
	if err != nil || len(files) == 0 {
		return []string{"none"}
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
	}
	return names
}

// account makes up what only an AWS account and the state of the stack can tell, and says so. Everything else that the program asks AWS has
// answers in package recorder.
func account(settings recorder.Settings, region string) ([]recorder.Option, []string) {
	assumptions := []string{
		"nothing has been deployed yet, so that no host has a load balancer",
		"the account is " + recorder.Account,
	}
	var network struct {
		Existing struct {
			VpcID            string   `json:"vpcId"`
			PrivateSubnetIDs []string `json:"privateSubnetIds"`
			PublicSubnetIDs  []string `json:"publicSubnetIds"`
		} `json:"existing"`
	}
	// The program reports what is wrong with the settings.
	if err := json.Unmarshal([]byte(settings.Config[settings.Project+":network"]), &network); err != nil || network.Existing.VpcID == "" {
		return nil, append(assumptions, fmt.Sprintf("%s has the zones %s", region, strings.Join(recorder.Zones(region), ", ")))
	}
	existing := network.Existing
	answers := existingNetwork(region, existing.VpcID, existing.PrivateSubnetIDs, existing.PublicSubnetIDs)
	return answers, append(assumptions, fmt.Sprintf("the subnets of %s are in a zone each, have 4,096 addresses and the tags that load balancers need", existing.VpcID))
}
