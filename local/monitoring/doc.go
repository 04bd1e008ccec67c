// Package monitoring tries the chart that stands in for kube-prometheus-stack with the real operator and the real Prometheus, from their Go
// modules, on a real API server and the local stack's nodes: with the rights of the chart, and models that answer. It says which series are
// not there, for this and for a whole local stack.
package monitoring
