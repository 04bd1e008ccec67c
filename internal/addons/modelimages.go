package addons

// modelImages is the version of the platform's own images for models.
const modelImages = "0.1.0"

// StorageInitializer downloads the files of a model before its server starts (cmd/storage-initializer).
func StorageInitializer() Image {
	return Image{Repository: "ghcr.io/modelway/storage-initializer", Tag: modelImages, Runs: "storage initializer of models with files"}
}

// MlflowServer serves files that MLflow saved (modelserver/mlflow).
func MlflowServer() Image {
	return Image{Repository: "ghcr.io/modelway/mlflow-server", Tag: modelImages, Runs: "models of the format mlflow"}
}

// SampleServer serves models of the platform's own format (modelserver).
func SampleServer() Image {
	return Image{Repository: "ghcr.io/modelway/model-server", Tag: modelImages, Runs: "models of the format modelway"}
}
