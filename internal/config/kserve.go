package config

// KServe serves models that are files (https://kserve.github.io/website/).
type KServe struct {
	// Enabled installs KServe and cert-manager, which its webhooks need, so that models may give files in S3 in place of an image: the key
	// model of a model's file. Default false.
	Enabled bool `json:"enabled"`
}
