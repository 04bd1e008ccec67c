package events

import (
	"encoding/json"
	"io"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// event is one of the engine's, or a setting that the preview does not show.
type event struct {
	apitype.EngineEvent
	Unseen string `json:"unseen"`
}

// WriteUnseen adds settings to an event log that change and that were replaced for the preview, a line each. Other readers of the log
// find an event without content.
func WriteUnseen(log io.Writer, settings []string) error {
	encoder := json.NewEncoder(log)
	for _, setting := range settings {
		if err := encoder.Encode(map[string]any{"sequence": 0, "timestamp": 0, "unseen": setting}); err != nil {
			return err
		}
	}
	return nil
}
