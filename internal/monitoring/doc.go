// Package monitoring decides how a cluster is measured: where the series are kept, which pods are scraped and how, and who is told what.
// It is pure, and the only place where the names of the installation stand.
package monitoring
