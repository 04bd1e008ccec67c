package main

import (
	"github.com/modelway/modelway/internal/preview"
	"github.com/modelway/modelway/internal/report"
)

// bills are what the stack of a preview costs before and after it.
func bills(preview.Preview) *report.Bills { return nil }
