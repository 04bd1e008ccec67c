// Package serving decides what of a model is in the cluster: its versions, the labels of its pods, its Services and Ingresses.
package serving
