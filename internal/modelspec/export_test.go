package modelspec

// The patterns that validation uses, for the schema.
var (
	LabelPattern    = labelPattern
	EnvPattern      = envPattern
	ImagePattern    = imagePattern
	QuantityPattern = quantityPattern.String()
)
