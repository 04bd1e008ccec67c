// Package alb is a model of an Application Load Balancer as the AWS Load Balancer Controller (LBC) 3.5 programs it
// from Kubernetes Ingresses: Build turns the Ingresses of one group and their IngressClassParams into listeners, rules
// and target groups, and Match answers what that load balancer does with a request.
//
// Nothing here talks to AWS or Kubernetes, so the same code serves the checks before a deployment, the planner and the
// load balancer of the local stack.
//
// # What decides routing
//
//   - A listener exists because an Ingress carries the annotation listen-ports (or its default), never because
//     IngressClassParams lists it: spec.listeners only sets attributes
//     (LBC docs/guide/ingress/ingress_class.md, pkg/ingress/model_build_listener.go).
//   - Ingresses are taken by group.order, then by "namespace/name"; within an Ingress, its rules in the order written;
//     within a rule, Exact paths, Prefix paths longest first, then ImplementationSpecific paths
//     (pkg/ingress/group_loader.go, model_build_listener_rules.go). Rules get priorities 1, 2, 3, ... in that order.
//   - A Prefix path /a/b becomes the two patterns /a/b and /a/b/*. So it does not match /a/b:predict.
//   - The wildcard host *.example.com matches any number of labels, unlike in Kubernetes where it is exactly one.
//
// # Faults
//
// Build reports every fault it finds, not the first. Refused tells the faults that stop LBC or AWS from the ones that
// deploy and then route wrongly. LBC reconciles a group as one unit, so one refused Ingress freezes all of it.
//
// # What is not modelled
//
// Login (auth-*), mutual-authentication and transforms change what happens to a matched request and not which rule
// matches: Build checks them, gives Login and Transforms, and reports each use with the code NotModelled, because Match
// leaves them out. A jwt-validation is checked and given too, and Match answers as for a request with a token that is
// accepted. A frontend NLB, IPv6 Services and the Secret of a login are not looked at. Certificates that LBC would discover
// in ACM by host name cannot be seen offline, so an HTTPS listener needs explicit ones. The same goes for target groups and
// web ACLs that are given by name.
package alb
