package ci

import (
	"os"
	"path/filepath"
	"strconv"

	"github.com/modelway/modelway/internal/review/delivery"
)

// comment composes the one comment of a pull request, .modelway/delivery/comment.md, from the sections in .modelway/delivery. It does not
// write it to GitHub: a job that may write runs no code of a pull request. Its output touched is false where there is no section, and
// nothing to say that an earlier comment did not.
type comment struct{}

func (comment) inputs(inputs) {}

func (comment) run(w *work) error {
	sections, err := sections()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(delivered, 0o755); err != nil {
		return err
	}
	if err := write(filepath.Join(delivered, "comment.md"), delivery.Comment(sections, w.runURL())); err != nil {
		return err
	}
	return w.output("touched", strconv.FormatBool(len(sections) > 0))
}

// sections are those of the environments. The artifact of one environment may be unpacked without a folder of its own.
func sections() (texts []string, err error) {
	var files []string
	for _, pattern := range []string{"section.md", "*/section.md"} {
		found, err := filepath.Glob(filepath.Join(delivered, pattern))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}
