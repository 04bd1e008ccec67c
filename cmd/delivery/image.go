package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/review/delivery"
)

// place is where models are: a checkout, and the folder of the models' files in it.
type place struct{ root, models string }

func (p *place) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.root, "root", ".", "checkout with the models")
	cmd.Flags().StringVar(&p.models, "models", "models", "folder of the models' files in it")
}

// file is the file of a model, below the root; one that there is not yet is directly in the folder of the models.
func (p place) file(model string) (string, error) {
	if err := checkModel(model); err != nil {
		return "", err
	}
	if err := p.checkModels(); err != nil {
		return "", err
	}
	file, err := modelspec.Locate(os.DirFS(p.root), p.models, model)
	if file == "" && err == nil {
		file = path.Join(p.models, model+modelspec.Extension)
	}
	return file, err
}

// checkModels requires a folder of the checkout that is there, and not the checkout itself, whose other files are no models.
func (p place) checkModels() error {
	if !fs.ValidPath(p.models) || p.models == "." {
		return fmt.Errorf("MODELS_FOLDER is %q, which is not a folder in the checkout: use one relative to its root, such as models", p.models)
	}
	if info, err := os.Stat(filepath.Join(p.root, p.models)); err != nil || !info.IsDir() {
		return fmt.Errorf("MODELS_FOLDER is %q, and there is no such folder in the checkout: create it, or name another one", p.models)
	}
	return nil
}

func newImage() *cobra.Command {
	var in place
	var model, context, image string
	cmd := &cobra.Command{
		Use:   "image",
		Short: "Check the model and the folder that an image is built from, or write an image into the model's file",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			file, err := in.file(model)
			if err != nil {
				return err
			}
			at := filepath.Join(in.root, file)
			if _, missing := os.Stat(at); missing != nil {
				err = fmt.Errorf("MODEL is %q, but there is no %s: add the model first, with any image", model, file)
			}
			if context != "" {
				err = errors.Join(err, checkContext(in.root, context))
			}
			if err != nil || image == "" {
				return err
			}
			text, err := os.ReadFile(at)
			if err != nil {
				return err
			}
			if text, err = delivery.BumpImage(text, image); err != nil {
				return fmt.Errorf("writing the image into %s: %w", file, err)
			}
			return os.WriteFile(at, text, 0o644)
		},
	}
	in.add(cmd)
	cmd.Flags().StringVar(&model, "model", "", "name of the model")
	cmd.Flags().StringVar(&context, "context", "", "folder with the Dockerfile, to check")
	cmd.Flags().StringVar(&image, "image", "", "image to write, by digest")
	return required(cmd, "model")
}

func newModel() *cobra.Command {
	return &cobra.Command{
		Use:   "model NAME",
		Short: "Check the name of a model",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return checkModel(args[0]) },
	}
}

func newModelFile() *cobra.Command {
	var in place
	cmd := &cobra.Command{
		Use:   "model-file NAME",
		Short: "Print the file of a model, also in the folder of a team; a new one is directly in the folder of the models",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := in.file(args[0])
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), file)
			}
			return err
		},
	}
	in.add(cmd)
	return cmd
}

func checkModel(model string) error {
	if !modelspec.IsName(model) {
		return fmt.Errorf("MODEL is %q, which is not the name of a model: use lower case letters, digits and hyphens, at most 40", model)
	}
	return nil
}

// checkContext requires a folder of the checkout, as what lies outside is not the repository's to publish.
func checkContext(root, folder string) error {
	if !filepath.IsLocal(folder) {
		return fmt.Errorf("CONTEXT is %q, which is outside of the checkout: use a folder relative to its root", folder)
	}
	if _, err := os.Stat(filepath.Join(root, folder, "Dockerfile")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("CONTEXT is %q, which has no Dockerfile: use the folder that has it", folder)
	} else if err != nil {
		return err
	}
	return nil
}
