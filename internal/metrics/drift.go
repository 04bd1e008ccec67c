package metrics

// Names of what a server counts of a model that brings statistics of its training data, and of those statistics.
const (
	InputValues        = "model_input_values_total"
	InputTraining      = "model_input_training_ratio"
	PredictionValues   = "model_prediction_values_total"
	PredictionTraining = "model_prediction_training_ratio"
)

// Labels of a column of inputs, of a column of predictions, and of the bin that a value is in: the bin's number from 0, or "missing".
const (
	LabelFeature = "feature"
	LabelOutput  = "output"
	LabelBin     = "bin"
)

// Bounds of the series of a pod: columns that are counted of the inputs, as many of the predictions, and bins of each beside that of
// missing values. At most 2 x 2 x 20 x 21 series are of drift, and 88 of three features and one prediction with ten bins.
const (
	MaxColumns = 20
	MaxBins    = 20
)

// Drift is what a server serves beside Contract where a model's files have statistics of its training data.
func Drift() []Metric {
	input, prediction := []string{"model", "version", LabelFeature, LabelBin}, []string{"model", "version", LabelOutput, LabelBin}
	const bins = "Each bin is there from the start, at 0."
	return []Metric{
		{InputValues, "counter", "values", input,
			"Values of inputs that were answered, by the bin of the training data that each is in. " + bins},
		{InputTraining, "gauge", "0 to 1", input, "Part of the training data that was in a bin."},
		{PredictionValues, "counter", "values", prediction,
			"Values that were answered, by the bin of the predictions on test data that each is in. " + bins},
		{PredictionTraining, "gauge", "0 to 1", prediction, "Part of the predictions on test data that was in a bin."},
	}
}
