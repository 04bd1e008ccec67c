// Package residue decides what an environment has left behind in its account, in which order it can go, and what may not be touched. It
// knows resources by the types and identifiers of Cloud Control (https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/).
package residue
