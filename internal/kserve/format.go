package kserve

import "slices"

// Format is a kind of files that a runtime serves by the KServe V1 protocol.
type Format struct {
	// Name in a model's file, and of the runtime's model format.
	Name string
	// Runtime is the name of the ClusterServingRuntime.
	Runtime string
	// User is the id of the user that the runtime's image runs as.
	User int
	// NameFlag is the flag of the runtime's server under which name it serves the model; the last one given wins. "" for one that reads
	// MODEL_NAME.
	NameFlag string
	// Files says what the folder holds.
	Files string
}

// modelName is the flag of servers on KServe's Python library
// (https://github.com/kserve/kserve/blob/v0.20.0/python/kserve/kserve/model_server.py).
const modelName = "--model_name"

// Users of images: that of KServe's own (https://github.com/kserve/kserve/blob/v0.20.0/python/sklearn.Dockerfile), and nonroot of
// distroless ones (https://github.com/GoogleContainerTools/distroless/blob/main/base/base.bzl).
const (
	kserveUser  = 1000
	nonrootUser = 65532
)

// Formats are those that can be served. The runtimes that are left out do not speak V1, as Triton and MLServer do not, and the MLflow
// format takes most of their files.
var Formats = []Format{
	{Name: "sklearn", Runtime: "kserve-sklearnserver", User: kserveUser, NameFlag: modelName, Files: "one model.joblib, model.pkl or " +
		"model.pickle"},
	{Name: "xgboost", Runtime: "kserve-xgbserver", User: kserveUser, NameFlag: modelName, Files: "one model.bst, model.json or model.ubj"},
	{Name: "lightgbm", Runtime: "kserve-lgbserver", User: kserveUser, NameFlag: modelName, Files: "one model.bst"},
	{Name: "mlflow", Runtime: "modelway-mlflow", User: nonrootUser, NameFlag: modelName,
		Files: "a folder that MLflow saved, with its MLmodel"},
	{Name: "modelway", Runtime: "modelway-sample", User: nonrootUser, Files: "a model.json of the sample server"},
}

// Names are the names of the formats.
func Names() []string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = f.Name
	}
	return names
}

// Find returns the format of a name.
func Find(name string) (Format, bool) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return Formats[i], true
}

// Flavors are kinds of files that MLflow saves and loads, by what people call them: the way to serve what has no format of its own
// (https://mlflow.org/docs/latest/ml/model/#built-in-model-flavors).
var Flavors = map[string]string{
	"onnx": "onnx", "pytorch": "pytorch", "torch": "pytorch", "tensorflow": "tensorflow", "keras": "keras", "catboost": "catboost",
	"spark":       "spark",
	"statsmodels": "statsmodels", "prophet": "prophet", "transformers": "transformers", "huggingface": "transformers",
}
