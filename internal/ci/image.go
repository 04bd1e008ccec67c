package ci

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/internal/image"
	"github.com/modelway/modelway/internal/review/delivery"
)

// imageFile is the image of a model between the steps that build it and push it.
const imageFile = delivered + "/image.tar"

// imageBuild builds the image of a model from a folder of the checkout with the models, for the scan, and saves it for the push.
type imageBuild struct {
	models         models
	model, context string
}

func (i *imageBuild) inputs(in inputs) {
	i.model = in.required(modelVariable)
	i.context = in.required(variable{"CONTEXT", "the folder with the model's Dockerfile, relative to the root of the checkout", nil})
	in.program("docker")
	i.models.inputs(in)
	in.check(func() error { return i.models.has(i.model) })
	in.check(i.hasDockerfile)
}

// hasDockerfile requires a folder of the checkout, as what lies outside is not the repository's to publish.
func (i *imageBuild) hasDockerfile() error {
	if i.context == "" {
		return nil
	}
	if !filepath.IsLocal(i.context) {
		return fmt.Errorf("CONTEXT is %q, which is outside of the checkout: use a folder relative to its root", i.context)
	}
	_, err := os.Stat(filepath.Join(i.models.at(i.context), "Dockerfile"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("CONTEXT is %q, which has no Dockerfile: use the folder that has it", i.context)
	}
	return err
}

func (i *imageBuild) run(w *work) error {
	tag := scanned(i.model)
	if err := w.docker("build", "--pull", "--tag", tag, i.models.at(i.context)); err != nil {
		return err
	}
	if err := os.MkdirAll(delivered, 0o755); err != nil {
		return err
	}
	if err := w.docker("save", "--output", imageFile, tag); err != nil {
		return err
	}
	return w.output("image", tag)
}

// scanned is the name of the image of a model that is scanned.
func scanned(model string) string { return "modelway/" + model + ":scan" }

func (w *work) docker(args ...string) error { return w.do(call{program: "docker", args: args}) }

// imagePush pushes the image of a model that was built to the repository models/<model> of a registry, and says its digest.
type imagePush struct {
	models          models
	model, registry string
}

func (i *imagePush) inputs(in inputs) {
	i.model = in.required(modelVariable)
	i.registry = in.required(variable{"REGISTRY", "the registry, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com", nil})
	in.program("docker")
	in.program("git")
	i.models.inputs(in)
	in.check(func() error { return i.models.has(i.model) })
	in.file(imageFile, "build it with `modelway ci image-build`")
}

func (i *imagePush) run(w *work) error {
	if err := w.docker("load", "--input", imageFile); err != nil {
		return err
	}
	commit, err := w.ask("git", "-C", i.models.checkout, "rev-parse", "--short=12", "HEAD")
	if err != nil {
		return err
	}
	repository := i.registry + "/models/" + i.model
	tag := fmt.Sprintf("%s:%s-%s-%s", repository, commit, cmp.Or(w.Env("GITHUB_RUN_ID"), "0"), cmp.Or(w.Env("GITHUB_RUN_ATTEMPT"), "0"))
	if err := w.docker("tag", scanned(i.model), tag); err != nil {
		return err
	}
	if err := w.docker("push", tag); err != nil {
		return errors.Join(err, fmt.Errorf("The push to %s failed. If the repository does not exist: add models/%s to "+
			"modelway:delivery.repositories and deploy.", repository, i.model))
	}
	known, err := w.ask("docker", "image", "inspect", "--format", "{{range .RepoDigests}}{{println .}}{{end}}", tag)
	if err != nil {
		return err
	}
	for _, image := range lines(known) {
		if strings.Contains(image, repository+"@") {
			return w.output("image", image)
		}
	}
	return fmt.Errorf("Docker knows no digest of %s after the push: run this again", tag)
}

// imagePullRequest opens a pull request that writes an image into the file of a model.
type imagePullRequest struct {
	models models
	pull   pullRequest
	model  string
	image  string
}

func (i *imagePullRequest) inputs(in inputs) {
	i.model = in.required(modelVariable)
	i.image = in.required(variable{"IMAGE", "the image, as <registry>/<repository>@sha256:<digest>", func(value string) error {
		if !image.ByDigest(value) {
			return fmt.Errorf("IMAGE is %q: use <registry>/<repository>@sha256:<64 hexadecimal digits>", value)
		}
		return nil
	}})
	i.pull.inputs(in)
	i.models.inputs(in)
	in.check(func() error { return i.models.has(i.model) })
}

func (i *imagePullRequest) run(w *work) error {
	file, err := i.models.file(i.model)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(i.models.at(file))
	if err != nil {
		return err
	}
	if text, err = delivery.BumpImage(text, i.image); err != nil {
		return fmt.Errorf("writing the image into %s: %w", file, err)
	}
	if err := write(i.models.at(file), string(text)); err != nil {
		return err
	}
	changed, err := i.models.changed(w, file)
	if err != nil || !changed {
		fmt.Fprintf(w.Out, "%s names %s already.\n", file, i.image)
		return err
	}
	_, digest, _ := strings.Cut(i.image, "@sha256:")
	digest = digest[:12]
	if err := os.MkdirAll(delivered, 0o755); err != nil {
		return err
	}
	body := fmt.Sprintf("Image `%s`, built, scanned and pushed by %s.\n\n%s\n", i.image, w.runURL(), reopen)
	return i.pull.open(w, i.models, proposal{
		branch: "image/" + i.model + "-" + digest, subject: "Run " + i.model + " at " + digest, file: file, body: body,
		bodyFile: filepath.Join(delivered, "body.md"),
	})
}
