// Package compute decides what pods run on: Fargate profiles and managed node groups, their images, volumes and user data.
package compute
