package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/review/delivery"
)

func newImage() *cobra.Command {
	var model, context, image string
	cmd := &cobra.Command{
		Use:   "image",
		Short: "Check the model and the folder that an image is built from, or write an image into the model's file",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			file, err := modelFile(model)
			if context != "" {
				err = errors.Join(err, checkContext(context))
			}
			if err != nil || image == "" {
				return err
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if text, err = delivery.BumpImage(text, image); err != nil {
				return fmt.Errorf("writing the image into %s: %w", file, err)
			}
			return os.WriteFile(file, text, 0o644)
		},
	}
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

func checkModel(model string) error {
	if !modelspec.IsName(model) {
		return fmt.Errorf("MODEL is %q, which is not the name of a model: use lower case letters, digits and hyphens, at most 40", model)
	}
	return nil
}

func modelFile(model string) (string, error) {
	if err := checkModel(model); err != nil {
		return "", err
	}
	file := filepath.Join("models", model+".yaml")
	if _, err := os.Stat(file); err != nil {
		return "", fmt.Errorf("MODEL is %q, but there is no %s: add the model first, with any image", model, file)
	}
	return file, nil
}

// checkContext requires a folder of the checkout, as what lies outside is not the repository's to publish.
func checkContext(folder string) error {
	if !filepath.IsLocal(folder) {
		return fmt.Errorf("CONTEXT is %q, which is outside of the checkout: use a folder relative to its root", folder)
	}
	if _, err := os.Stat(filepath.Join(folder, "Dockerfile")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("CONTEXT is %q, which has no Dockerfile: use the folder that has it", folder)
	} else if err != nil {
		return err
	}
	return nil
}
