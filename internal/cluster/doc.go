// Package cluster decides who may do what in an EKS cluster.
package cluster
