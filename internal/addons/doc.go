// Package addons has the table of the software that a cluster runs for all models.
package addons
