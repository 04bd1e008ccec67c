// Package aws is the account of the local stack: a stand-in for the parts of AWS that the platform uses.
//
// It keeps resources in one JSON file and refuses what AWS refuses, with AWS's own error codes: a VPC that still has
// subnets, a subnet with network interfaces, a second Fargate profile while one is being created. It knows nothing of
// Pulumi. Package awsprovider puts the Pulumi protocol in front of it; the nodes and the load balancer of the local stack
// open the same file and hold network interfaces in it, so that destroying in a wrong order fails here as it does on AWS.
//
// A type of resource is one entry in a table (see [Kind]): how its id and ARN look, what it refers to, what must be
// unique, which values are allowed, and the few rules that a table cannot say.
package aws
