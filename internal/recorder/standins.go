package recorder

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// StandIns registers count resources of type test:index:<kind>, called <kind>-0, <kind>-1 and so on, for a component to depend on.
func StandIns(ctx *pulumi.Context, kind string, count int) ([]pulumi.Resource, error) {
	var all []pulumi.Resource
	for i := range count {
		standIn := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:"+kind, fmt.Sprintf("%s-%d", kind, i), pulumi.Map{}, standIn); err != nil {
			return nil, err
		}
		all = append(all, standIn)
	}
	return all, nil
}
