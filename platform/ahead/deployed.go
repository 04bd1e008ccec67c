package ahead

import (
	"encoding/json"

	sdk "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/stackfile"
)

// Deployed is what is known of a stack that has been deployed.
type Deployed struct {
	// Outputs are the stack's outputs, as its last deployment left them.
	Outputs map[string]any
	// Subnets are the IPv4 blocks of the subnets of a VPC that others made, by the subnet's id.
	Subnets map[string]string
}

// LookAgain is Look as a preview, for a stack of which more is known than its settings. Missing are the subnets whose blocks the program
// asked for and which are not known, in no order: what follows from them is made up.
func LookAgain(root, stack string, known Deployed) (found Stack, missing []string, err error) {
	settings, err := settingsOf(root, stack)
	if err != nil {
		return Stack{}, nil, err
	}
	store, err := known.store(settings)
	if err != nil {
		return Stack{}, nil, err
	}
	asked := map[string]bool{}
	found, err = look(root, stack, settings, recorder.WithPreview(), recorder.WithConfig(store),
		recorder.WithInvoke("pulumi:pulumi:readStackOutputs", func(sdk.PropertyMap) (sdk.PropertyMap, error) {
			return sdk.NewPropertyMapFromMap(map[string]any{"outputs": known.Outputs}), nil
		}),
		recorder.WithAmended("aws:ec2/getSubnet:getSubnet", func(args, answer sdk.PropertyMap) {
			id := args["id"].StringValue()
			if block := known.Subnets[id]; block != "" {
				answer["cidrBlock"] = sdk.NewProperty(block)
			} else if !asked[id] {
				asked[id], missing = true, append(missing, id)
			}
		}))
	return found, missing, err
}

// store are the settings of the model store with the name of the bucket that is deployed, which only a deployment gives.
func (d Deployed) store(settings stackfile.Settings) (map[string]string, error) {
	var store struct {
		Enabled        bool   `json:"enabled"`
		ExistingBucket string `json:"existingBucket"`
	}
	bucket, _ := d.Outputs[outputs.ModelStore].(string)
	if !decode(settings, "modelStore", &store) || !store.Enabled || store.ExistingBucket != "" || bucket == "" {
		return nil, nil
	}
	store.ExistingBucket = bucket
	text, err := json.Marshal(store)
	return map[string]string{settings.Project + ":modelStore": string(text)}, err
}
