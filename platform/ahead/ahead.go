// Package ahead tells what a stack will consist of, from its settings alone: it runs the program without an engine.
package ahead

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/platform"
)

// Stack is what a stack will consist of.
type Stack struct {
	*recorder.Recording
	// Name of the stack, and Project and Region of its settings.
	Name, Project, Region string
	// Assumptions are what only the account could tell, and was made up.
	Assumptions []string
}

// Look runs the program with the settings of a stack, Pulumi.<stack>.yaml in the root, which is the folder of Pulumi.yaml and the models.
// Questions to AWS get plausible answers. The error has all faults of the settings and the models.
func Look(root, stack string, options ...recorder.Option) (Stack, error) {
	settings, err := settingsOf(root, stack)
	if err != nil {
		return Stack{}, err
	}
	return look(root, stack, settings, options...)
}

// settingsOf reads the settings of a stack of the root.
func settingsOf(root, stack string) (stackfile.Settings, error) {
	file, err := stackfile.Find(root, stack)
	if err != nil {
		return stackfile.Settings{}, err
	}
	return stackfile.Read(filepath.Join(root, "Pulumi.yaml"), file)
}

// LookAt is Look for a file of settings, Pulumi.<stack>.yaml, that is somewhere else.
func LookAt(root, file string, options ...recorder.Option) (Stack, error) {
	settings, err := stackfile.Read(filepath.Join(root, "Pulumi.yaml"), file)
	if err != nil {
		return Stack{}, err
	}
	return look(root, stackfile.StackOf(file), settings, options...)
}

// look runs the program with settings. Options come after the answers that are made up, and change them.
func look(root, stack string, settings stackfile.Settings, options ...recorder.Option) (Stack, error) {
	region := settings.Config["aws:region"]
	whole, err := withModels(settings)
	if err != nil {
		return Stack{}, err
	}
	answers, assumptions := account(settings, region)
	options = slices.Concat(answers, []recorder.Option{
		recorder.WithProject(settings.Project), recorder.WithStack(stack), recorder.WithConfig(settings.Config),
		recorder.WithConfig(whole),
	}, options)
	var fault error // the program's own, without what the SDK says around it
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		fault = platform.Program(root)(ctx)
		return fault
	}, options...)
	return Stack{Recording: recording, Name: stack, Project: settings.Project, Region: region, Assumptions: assumptions},
		cmp.Or(fault, err)
}

// withModels has the program make the objects of models in a stack where Argo CD delivers them, as it does in a hand-over: they are part of
// what the stack will consist of. It is nil for every other stack, and without Argo CD: the program refuses such a file as it is.
func withModels(settings stackfile.Settings) (map[string]string, error) {
	var models map[string]any
	var argocd struct {
		Enabled bool `json:"enabled"`
	}
	if !decode(settings, "models", &models) || models["delivery"] != gitops.ArgoCD || !decode(settings, "argocd", &argocd) || !argocd.Enabled {
		return nil, nil
	}
	models["delivery"] = gitops.HandOver
	text, err := json.Marshal(models)
	return map[string]string{settings.Project + ":models": string(text)}, err
}

// account makes up what only an AWS account and the state of the stack can tell, and says so. Everything else that the program asks AWS has
// answers in package recorder.
func account(settings stackfile.Settings, region string) (answers []recorder.Option, assumptions []string) {
	assumptions = []string{"nothing has been deployed yet, so that no host has a load balancer"}
	// What is wrong with the settings the program reports.
	var cluster struct {
		AdminRoleArns []string `json:"adminRoleArns"`
	}
	if decode(settings, "cluster", &cluster) && len(cluster.AdminRoleArns) > 0 {
		answers = append(answers, caller(cluster.AdminRoleArns[0]))
		assumptions = append(assumptions, "the program is run by "+cluster.AdminRoleArns[0])
	}
	var network struct {
		Existing struct {
			VpcID            string   `json:"vpcId"`
			PrivateSubnetIDs []string `json:"privateSubnetIds"`
			PublicSubnetIDs  []string `json:"publicSubnetIds"`
		} `json:"existing"`
	}
	if decode(settings, "network", &network) && network.Existing.VpcID != "" {
		existing := network.Existing
		answers = append(answers, existingNetwork(region, existing.VpcID, existing.PrivateSubnetIDs, existing.PublicSubnetIDs)...)
		return answers, append(assumptions, fmt.Sprintf("the subnets of %s are in a zone each, have 4,096 addresses and the tags that load "+
			"balancers need", existing.VpcID))
	}
	return answers, append(assumptions, fmt.Sprintf("%s has the zones %s", region, strings.Join(recorder.Zones(region), ", ")))
}

func decode(settings stackfile.Settings, key string, into any) bool {
	return json.Unmarshal([]byte(settings.Config[settings.Project+":"+key]), into) == nil
}
