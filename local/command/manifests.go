package command

import (
	"fmt"
	"os"
	"path/filepath"

	kfp "github.com/modelway/modelway/internal/pipelines"

	"github.com/modelway/modelway/local/checkout"
)

// standInRelease is the file that takes the place of the release of Kubeflow Pipelines, below the checkout.
const standInRelease = "./local/manifests/kubeflow-pipelines.yaml"

// releaseAtHand has the settings of an environment with Kubeflow Pipelines name the stand-in, where their own file of the release is not
// there: the checkout has none, and GitHub may be out of reach.
func releaseAtHand(settings map[string]any, c checkout.Checkout) error {
	given, _ := below(settings, "config")["modelway:pipelines"].(map[string]any)
	if given["enabled"] != true {
		return nil
	}
	file, named := given["manifests"].(string)
	if !named {
		file = kfp.DefaultManifests
	}
	if _, err := os.Stat(filepath.Join(c.Root, file)); err == nil {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(c.Root, standInRelease))
	if err != nil {
		return fmt.Errorf("reading the stand-in for Kubeflow Pipelines: %w", err)
	}
	objects, err := kfp.Parse(string(text))
	if err != nil {
		return fmt.Errorf("reading the stand-in for Kubeflow Pipelines, %s: %w", standInRelease, err)
	}
	given["manifests"] = standInRelease
	given["digest"], err = kfp.Digest(objects)
	return err
}
