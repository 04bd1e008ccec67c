// Package strict reads what people write, settings and model files, and finds everything that is wrong with it at once:
// unknown keys, wrong types, values out of range. Each Fault has the key, the file and line, the value, what is allowed
// and the fix. It is pure: no Pulumi and no Kubernetes imports.
package strict
