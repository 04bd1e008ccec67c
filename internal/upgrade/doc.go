// Package upgrade plans a Kubernetes upgrade of an environment: in which order what changes, by which setting and command, what is seen,
// how to go back, and who is interrupted. It reads what the program makes of the settings at each version, and refuses what EKS would
// refuse, or what would break.
package upgrade
