package delivery_test

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

func keyOf(name string) resource.PropertyKey { return resource.PropertyKey(name) }
