package config

// ModelStore says where models keep their files.
type ModelStore struct {
	// Enabled makes a private, versioned bucket for model files. A model with the key storage gets a role that reaches
	// s3://<bucket>/<model>/ and nothing else. Default false.
	Enabled bool `json:"enabled"`

	// ExistingBucket is the name of a bucket of your own to use in place of a new one. Default none.
	ExistingBucket string `json:"existingBucket"`
}
