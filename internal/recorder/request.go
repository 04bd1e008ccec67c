package recorder

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// newResource reads a registration.
func newResource(req *pulumirpc.RegisterResourceRequest, urn resource.URN, inputs resource.PropertyMap) *Resource {
	record := &Resource{
		Type: req.GetType(), Name: req.GetName(), URN: urn, Inputs: inputs,
		Parent: resource.URN(req.GetParent()), DependsOn: urns(req.GetDependencies()),
		PropertyDependencies: map[string][]resource.URN{},
		Provider:             req.GetProvider(), Custom: req.GetCustom(), Remote: req.GetRemote(),
		Protect: req.GetProtect(), RetainOnDelete: req.GetRetainOnDelete(),
		DeletedWith:   resource.URN(req.GetDeletedWith()),
		IgnoreChanges: req.GetIgnoreChanges(), ReplaceOnChanges: req.GetReplaceOnChanges(),
		AdditionalSecretOutputs: req.GetAdditionalSecretOutputs(),
		CustomTimeouts: Timeouts{
			Create: req.GetCustomTimeouts().GetCreate(), Update: req.GetCustomTimeouts().GetUpdate(),
			Delete: req.GetCustomTimeouts().GetDelete(),
		},
		Version: req.GetVersion(), ImportID: req.GetImportId(), Aliases: aliases(req),
	}
	if req.GetDeleteBeforeReplaceDefined() || req.GetDeleteBeforeReplace() {
		value := req.GetDeleteBeforeReplace()
		record.DeleteBeforeReplace = &value
	}
	for key, deps := range req.GetPropertyDependencies() {
		if len(deps.GetUrns()) > 0 {
			record.PropertyDependencies[key] = urns(deps.GetUrns())
		}
	}
	return record
}

func urns(names []string) []resource.URN {
	converted := make([]resource.URN, 0, len(names))
	for _, name := range names {
		converted = append(converted, resource.URN(name))
	}
	slices.Sort(converted)
	return slices.Compact(converted)
}

func aliases(req *pulumirpc.RegisterResourceRequest) []string {
	described := slices.Clone(req.GetAliasURNs())
	for _, alias := range req.GetAliases() {
		if urn := alias.GetUrn(); urn != "" {
			described = append(described, urn)
			continue
		}
		spec := alias.GetSpec()
		described = append(described, fmt.Sprintf("type=%s name=%s parent=%s", spec.GetType(), spec.GetName(), spec.GetParentUrn()))
	}
	return described
}
