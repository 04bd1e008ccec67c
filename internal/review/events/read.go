package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/modelway/modelway/internal/strict"
)

// how says how to get a file that can be read.
const how = "write it with `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json > preview.jsonl`"

// Read reads the engine's event log, JSON lines as `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json` and `modelway preview`
// write them, or the digest, one JSON document as `pulumi preview --json` writes it. The name is for errors, which say what to do about
// them.
func Read(name string, data []byte) (Preview, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return Preview{}, fmt.Errorf("%s is empty: the preview wrote nothing to it; %s", name, how)
	}
	var first map[string]json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&first); err != nil {
		return Preview{}, fmt.Errorf("%s:%d is not JSON of a preview (%w): only the standard output of the preview belongs in the file; %s",
			name, lineOf(data, err, decoder), strict.JSON(err), how)
	}
	switch {
	case has(first, "sequence"):
		return readEvents(name, data)
	case has(first, "steps", "changeSummary", "diagnostics", "config"):
		return readDigest(name, data)
	case has(first, "deployment", "manifest"):
		return Preview{}, fmt.Errorf("%s is a state or a plan, not a preview; %s", name, how)
	}
	return Preview{}, fmt.Errorf(
		"%s is neither the event log nor the digest of a preview: its first JSON object has neither sequence nor steps; %s", name, how)
}

func has(object map[string]json.RawMessage, keys ...string) bool {
	for _, key := range keys {
		if _, found := object[key]; found {
			return true
		}
	}
	return false
}

// lineOf is the line of the first JSON document in which a fault is.
func lineOf(data []byte, err error, decoder *json.Decoder) int {
	offset := decoder.InputOffset()
	if errors.Is(err, io.ErrUnexpectedEOF) {
		offset = int64(len(data))
	}
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		offset = wrong.Offset
	}
	return 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
}
