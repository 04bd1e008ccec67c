// Package kserve tries the charts and the real controller of KServe, from their Go modules, on a real API server: with the webhooks and the
// rights of the charts, and certificates of the stand-in for cert-manager.
package kserve
