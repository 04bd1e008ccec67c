// Package scrape decides what Prometheus scrapes besides what its chart finds, and how it finds it: the pods of models, the platform's own
// pods, and the containers on Fargate. It is pure.
package scrape
