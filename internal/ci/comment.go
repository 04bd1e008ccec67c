package ci

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/review/delivery"
)

// comment writes the one comment of a pull request from the sections in .modelway/delivery. Where that is not allowed, as in a run from a
// fork, the comment goes to the summary of the job.
type comment struct{ repository, pull string }

func (c *comment) inputs(in inputs) {
	c.repository = in.gh()
	c.pull = in.required(pullVariable)
}

func (c *comment) run(w *work) error {
	sections, err := sections()
	if err != nil {
		return err
	}
	body := delivery.Comment(sections, w.runURL())
	file := filepath.Join(delivered, "comment.md")
	if err := os.MkdirAll(delivered, 0o755); err != nil {
		return err
	}
	if err := write(file, body); err != nil {
		return err
	}
	if err := c.write(w, file, len(sections) > 0); err != nil {
		fmt.Fprintf(w.Err, "%v\nThe comment could not be written, as in a run from a fork, whose token only reads. It is in the summary of this "+
			"job.\n", err)
		return w.publish(body)
	}
	return nil
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

// write updates the comment, or makes it where there is something to say.
func (c *comment) write(w *work, file string, says bool) error {
	comments := fmt.Sprintf("repos/%s/issues/%s/comments", c.repository, c.pull)
	notes, err := w.notes(comments + "?per_page=100")
	if err != nil {
		return err
	}
	send := func(method, address string) error {
		return w.do(call{program: "gh", args: []string{"api", "--method", method, address, "--field", "body=@" + file, "--silent"}})
	}
	if id := delivery.FindComment(notes); id != 0 {
		return send("PATCH", fmt.Sprintf("repos/%s/issues/comments/%d", c.repository, id))
	}
	if says {
		return send("POST", comments)
	}
	return nil
}
