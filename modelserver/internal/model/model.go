// Package model holds the models that the server serves: logistic regressions in small JSON files.
package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
)

// MaxDecimals bounds Model.Decimals: a float64 has no more digits worth showing.
const MaxDecimals = 15

// Model is a logistic regression: the probability is 1 / (1 + e^-(bias + weights . features)).
type Model struct {
	// Name by which clients ask for the model: letters, digits, dots, hyphens and underscores.
	Name string `json:"name"`
	// Description says what the probability is of.
	Description string `json:"description"`
	// Features names the values of an instance, in order.
	Features []string `json:"features"`
	// Weights holds the factor of each feature.
	Weights []float64 `json:"weights"`
	// Bias is added to the weighted sum.
	Bias float64 `json:"bias"`
	// Decimals to which predictions are rounded: 0 to MaxDecimals.
	Decimals int `json:"decimals"`
	// Default says that the model is the one for names that have none.
	Default bool `json:"-"`
}

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][-._A-Za-z0-9]*$`)

// Parse reads a model from JSON, refusing unknown keys and reporting every fault together.
func Parse(content []byte) (*Model, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var m Model
	if err := decoder.Decode(&m); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something after the model's closing brace")
	}
	return &m, m.validate()
}

func (m *Model) validate() error {
	var faults []error
	if !namePattern.MatchString(m.Name) {
		faults = append(faults, fmt.Errorf("name: %q must consist of letters, digits, dots, hyphens and underscores", m.Name))
	}
	if len(m.Features) == 0 {
		faults = append(faults, errors.New("features: at least one is needed"))
	}
	if len(m.Weights) != len(m.Features) {
		faults = append(faults, fmt.Errorf("weights: %d for %d features; give one for each", len(m.Weights), len(m.Features)))
	}
	if m.Decimals < 0 || m.Decimals > MaxDecimals {
		faults = append(faults, fmt.Errorf("decimals: %d is out of range; allowed: 0 to %d", m.Decimals, MaxDecimals))
	}
	return errors.Join(faults...)
}

// ErrOutOfRange is returned for an instance whose weighted sum is beyond what a float64 can hold.
var ErrOutOfRange = errors.New("values are too large to compute with")

// Predict returns the probability for one instance, rounded to Decimals. The instance must have one value per feature.
func (m *Model) Predict(instance []float64) (float64, error) {
	sum := m.Bias
	for i, value := range instance {
		sum += m.Weights[i] * value
	}
	if math.IsNaN(sum) {
		return 0, ErrOutOfRange
	}
	scale := math.Pow10(m.Decimals)
	return math.Round(scale/(1+math.Exp(-sum))) / scale, nil
}
