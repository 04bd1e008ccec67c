// Package config holds the typed configuration of an environment: what Pulumi.<stack>.yaml may say, what holds where it says
// nothing, and which combinations cannot work.
//
// Load reads every modelway:* key, checks all of it and reports all faults together, each with the key, the value given, what
// is allowed and the fix. Nothing is registered before Load has returned without an error, so a typing error never leaves
// half an environment behind.
//
// Only pulumi.go knows the Pulumi SDK; everything else is pure and works on a Source.
package config
