package platform

import (
	"context"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/naming"
)

// physical is how a resource type gets the name that AWS knows it by.
type physical struct {
	// property holds the name, and prefix what a generated name begins with; limit is how long a name may be.
	property, prefix string
	limit            int
	// fixed are further properties that can only be changed by a replacement, which would meet its own kept name.
	fixed []string
}

// physicalNames are the types whose names stand beside those of other environments in an account, and by which the roles of workflows
// are limited.
var physicalNames = map[string]physical{
	"aws:iam/role:Role":         {property: "name", prefix: "namePrefix", limit: naming.IAMRole},
	"aws:iam/policy:Policy":     {property: "name", prefix: "namePrefix", limit: naming.IAMPolicy, fixed: []string{"description"}},
	"aws:s3/bucketV2:BucketV2":  {property: "bucket", prefix: "bucketPrefix", limit: 63},
	"aws:budgets/budget:Budget": {property: "name", prefix: "namePrefix", limit: 100},

	"aws:rds/instance:Instance":             {property: "identifier", prefix: "identifierPrefix", limit: 63},
	"aws:rds/subnetGroup:SubnetGroup":       {property: "name", prefix: "namePrefix", limit: 255, fixed: []string{"description"}},
	"aws:rds/parameterGroup:ParameterGroup": {property: "name", prefix: "namePrefix", limit: 255, fixed: []string{"description"}},
}

// ofPulumiEks ends the names of the roles inside the component of pulumi-eks. They stay as they are, since a transform would turn their
// references to resources into URNs; they have the tag of the environment.
var ofPulumiEks = []string{"-cluster-eksRole-role", "-cluster-instanceRole-role"}

// inEnvironment gives roles, policies, buckets and budgets names that begin with the environment's, so that permissions can tell them
// from those of another environment in the account. What is there already keeps its name: a new one would replace it, with what it
// holds or what runs with it.
func inEnvironment(program, cluster string) pulumi.ResourceOption {
	return pulumi.Transforms([]pulumi.ResourceTransform{
		func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			kind, has := physicalNames[args.Type]
			if !has || args.Props[kind.property] != nil || slices.Contains(ofPulumiEks, strings.TrimPrefix(args.Name, program)) {
				return nil
			}
			args.Props[kind.prefix] = pulumi.String(naming.InEnvironment(cluster, program, args.Name, kind.limit))
			args.Opts.IgnoreChanges = slices.Concat(args.Opts.IgnoreChanges, []string{kind.property, kind.prefix}, kind.fixed)
			return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
		},
	})
}
