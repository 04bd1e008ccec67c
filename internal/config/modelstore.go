package config

import "github.com/modelway/modelway/internal/bucket"

// ModelStore says where models keep their files; its rules are in package bucket.
type ModelStore = bucket.Store
