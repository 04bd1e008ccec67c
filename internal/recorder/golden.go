package recorder

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

var update = flag.Bool("update", false, "rewrite golden files with what the tests produce")

// Golden compares got with the file, and rewrites the file instead when the test runs with -update. A difference ends
// the test with the first line that differs.
func Golden(t TB, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatalf("creating the folder of golden %s: %v", file, err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatalf("writing golden %s: %v", file, err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("reading golden: %v; run the test with -update to write it", err)
	}
	if !bytes.Equal(want, got) {
		t.Fatalf("%s: %s; run the test with -update if the change is meant", file, firstDifference(want, got))
	}
}

// GoldenJSON compares the indented JSON of a value with the file, as Golden does.
func GoldenJSON(t TB, file string, value any) {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		t.Fatalf("encoding for golden %s: %v", file, err)
	}
	Golden(t, file, b.Bytes())
}

func firstDifference(want, got []byte) string {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range max(len(w), len(g)) {
		if line(w, i) != line(g, i) {
			return "line " + strconv.Itoa(i+1) + " differs\nwant: " + line(w, i) + "\ngot:  " + line(g, i)
		}
	}
	return "no line differs"
}

func line(lines []string, i int) string {
	if i >= len(lines) {
		return "(end of file)"
	}
	return lines[i]
}
