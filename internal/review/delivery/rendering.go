package delivery

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/render"
	"github.com/modelway/modelway/internal/stackfile"
)

// Models are the settings of an environment that decide how its models get there.
type Models struct {
	// Delivery is who delivers them, as in package gitops.
	Delivery string `json:"delivery"`
	// Git says where Argo CD reads them, with the folder that it reads.
	Git gitops.Spec `json:"git"`
	// Directory is the folder of their files. Default models.
	Directory string `json:"directory"`
}

// ModelsOf reads them from the settings of a stack. Settings that do not read are those of nobody: the program reports them.
func ModelsOf(stack string, settings stackfile.Settings) Models {
	models := Models{Directory: "models"}
	_ = json.Unmarshal([]byte(settings.Config[settings.Project+":models"]), &models)
	models.Git.Folder = models.Git.FolderOf(stack)
	return models
}

// Rendering is what came of rendering the models of an environment that Argo CD delivers.
type Rendering struct {
	Stack string
	// Folder is that of the rendered objects.
	Folder string
	// Base is the commit that Difference compares with; "" for the one that is checked out.
	Base string
	// Failed is true where nothing was rendered. Log is then what was printed.
	Failed bool
	Log    string
	// Stale is true where what is committed is not what the models say.
	Stale bool
	// Difference is what `git diff` prints of the rendered files.
	Difference string
	// First are what `pulumi up` makes that the objects need, as render.Index.First has them.
	First []string
}

// Section is the part of a job summary about one environment.
func (r Rendering) Section() string {
	parts := []string{"## Rendered models of " + r.Stack}
	fix := fmt.Sprintf("`modelway render --stack %s --out %s`", r.Stack, r.Folder)
	switch {
	case r.Failed:
		parts = append(parts, fmt.Sprintf("**The models of %s cannot be rendered.** Nothing has been changed.", r.Stack),
			Fenced(lastLines(r.Log)))
	case r.Stale:
		parts = append(parts, fmt.Sprintf("**What is committed is not what the models say.** Argo CD would not deliver this change. Run %s, and "+
			"commit %s.", fix, r.Folder))
	}
	if text := render.FirstText(r.First); text != "" {
		parts = append(parts, strings.TrimSuffix(text, "\n"))
	}
	switch {
	case r.Failed:
	case r.Difference == "":
		parts = append(parts, "Nothing that Argo CD delivers changes.")
	default:
		against := "what is committed"
		if r.Base != "" {
			against = "`" + r.Base + "`"
		}
		shown := r.Difference
		if len(shown) > maximumDifference {
			shown = shown[:strings.LastIndexByte(shown[:maximumDifference], '\n')+1] + "The rest is too long for GitHub: see the files.\n"
		}
		parts = append(parts, fmt.Sprintf("What Argo CD would deliver, compared with %s:", against), Fenced(shown))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// maximumDifference is how many bytes of the difference of one environment are shown; GitHub takes 1 MiB of a step
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits).
const maximumDifference = 100_000
