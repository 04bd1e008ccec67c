// Package network decides what the VPC of an EKS cluster is like: its address plan, the budget of its addresses, its ways out, and the
// names and tags of what is in it.
package network
