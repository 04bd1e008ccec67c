// Package plan decides all that is decided before the first resource is registered: which models an environment can serve, which load
// balancers there are and which hosts are behind each, and what is refused or warned of.
package plan
