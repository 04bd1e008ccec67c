// Package storageclass makes the class of volumes that the platform's own pods claim: gp3, encrypted, and tagged as the environment's.
package storageclass

import (
	"errors"
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	storagev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/storage/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/naming"
)

// Token is the component's type token.
const Token = "modelway:storage:Class"

// ClassArgs describe a class of volumes.
type ClassArgs struct {
	// Name of the class, by which claims ask for it. Required.
	Name string
	// ClusterName is the value of the tag modelway:cluster of the volumes, by which an environment's costs are counted and what a destroy
	// leaves behind is found. Required.
	ClusterName string
	// DependsOn is the EBS CSI driver, which makes the volumes and deletes them.
	DependsOn []pulumi.Resource
}

// Class is a class of volumes.
type Class struct {
	pulumi.ResourceState

	// Resource is the class. What claims volumes depends on it.
	Resource pulumi.Resource
}

// NewClass registers a class. It stays a choice: claims that name no class get the cluster's default, as before. Volumes are made in the
// zone of their first pod, and can grow.
func NewClass(ctx *pulumi.Context, name string, args *ClassArgs, opts ...pulumi.ResourceOption) (*Class, error) {
	if args == nil || args.Name == "" || args.ClusterName == "" {
		return nil, fmt.Errorf("checking class of volumes %q: %w", name, errors.New("ClassArgs.Name and ClassArgs.ClusterName are required"))
	}
	c := &Class{}
	inputs := pulumi.Map{"name": pulumi.String(args.Name), "clusterName": pulumi.String(args.ClusterName)}
	if err := ctx.RegisterComponentResourceV2(Token, name, inputs, c, opts...); err != nil {
		return nil, err
	}
	made, err := storagev1.NewStorageClass(ctx, name+"-class", &storagev1.StorageClassArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name: pulumi.String(args.Name), Labels: pulumi.StringMap{labels.PartOf: pulumi.String(labels.Modelway)},
		},
		Provisioner: pulumi.String("ebs.csi.aws.com"),
		// https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md
		Parameters: pulumi.StringMap{
			"type": pulumi.String("gp3"), "encrypted": pulumi.String("true"),
			"tagSpecification_1": pulumi.String(naming.ClusterTag + "=" + args.ClusterName),
		},
		AllowVolumeExpansion: pulumi.Bool(true),
		ReclaimPolicy:        pulumi.String("Delete"),
		VolumeBindingMode:    pulumi.String("WaitForFirstConsumer"),
	}, pulumi.Parent(c), pulumi.DependsOn(args.DependsOn))
	if err != nil {
		return nil, fmt.Errorf("registering the class of %q: %w", name, err)
	}
	c.Resource = made
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{})
}
