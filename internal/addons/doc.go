// Package addons is the single place where the software that a cluster runs for all models is described: EKS add-ons, Helm add-ons, their
// charts, images, rights and pods. Whatever installs, selects, bills, mirrors or documents them reads the rows here.
package addons
