package chain

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Files of the training that commits change.
const (
	pipelineFile = "pipelines/" + model + "/fraud_detection/pipeline.py"
	dataFile     = "pipelines/" + model + "/fraud_detection/data.py"
)

// edit is a change of a file.
type edit struct{ file, before, after string }

func (w *way) begin(ctx context.Context) error {
	return w.t.step("GitHub", "git push origin main", func(func(string)) (string, error) {
		commit, err := w.repository.begin(ctx)
		return "a repository with the settings of an environment, no models, and a training: commit " + short(commit), err
	})
}

func (w *way) up(ctx context.Context) error {
	return w.t.step("Pulumi", "make up", func(say func(string)) (string, error) {
		say("bringing up VPC, EKS, load balancer, KServe, Argo CD, Prometheus and the model store")
		said, err := w.run(ctx, "modelway-local", "up")
		return find(said, `(?m)^(\d+ created.*) in \d+ s$`) + ": VPC, EKS, load balancer, KServe, Argo CD, Prometheus, model store", err
	})
}

// commit changes the training.
func (w *way) commit(message string, e edit) func(context.Context) error {
	return func(ctx context.Context) error {
		return w.t.step("GitHub", fmt.Sprintf("git commit -m %q && git push", message), func(func(string)) (string, error) {
			if err := w.repository.replace(e.file, e.before, e.after); err != nil {
				return "", err
			}
			commit, err := w.repository.push(ctx, message)
			return "commit " + short(commit) + ": " + e.after, err
		})
	}
}

func (w *way) train(ctx context.Context) error {
	return w.t.step("Kubeflow Pipelines, MLflow", "make train MODEL="+model, func(say func(string)) (string, error) {
		say("training, and registering the version in MLflow")
		said, err := w.run(ctx, "modelway-local", "train", "--model", model, "--artifacts", "s3://"+bucket+"/mlflow/")
		return fmt.Sprintf("run %s: %s trees, area under the curve %s; registered as %s", short(find(said, `(?m)^run +(\S+)`)),
			find(said, `(?m)^metric +trees (\S+)`), find(said, `(?m)^metric +auc (\S+)`), find(said, `(?m)^version +(.+)$`)), err
	})
}

// promotion is the command that brings a version into the model's file.
func (w *way) promotion(version, weight int) []string {
	args := []string{"promote", fmt.Sprintf("%s/%d", model, version), "--bucket", bucket, "--rate", "10", "--for", "5s", "--apply"}
	if weight > 0 {
		args = append(args, "--weight", strconv.Itoa(weight))
	}
	for _, gate := range w.Skip {
		args = append(args, "--skip", gate)
	}
	return args
}

func (w *way) promote(version, weight int) func(context.Context) error {
	args := w.promotion(version, weight)
	return func(ctx context.Context) error {
		return w.t.step("Gates, model store", "modelway "+strings.Join(args, " "), func(say func(string)) (string, error) {
			say("asking the gates, and copying the files")
			said, err := w.run(ctx, "modelway", args...)
			if err != nil {
				return "", err
			}
			gates := regexp.MustCompile(`(?m)^ *(\w+) +passes`).FindAllStringSubmatch(said, -1)
			var names []string
			for _, gate := range gates {
				names = append(names, gate[1])
			}
			files := find(said, `(?m)^ *to +(\S+)`)
			w.versions[answersAs(said)] = fmt.Sprintf("version %d", version)
			return fmt.Sprintf("%d gates pass: %s\nfiles in %s\n%s", len(names), strings.Join(names, ", "), files,
				find(said, `(?m)^(models/\S+: .+)$`)), nil
		})
	}
}

// answersAs is the version that files answer as: the beginning of their digest.
func answersAs(said string) string { return find(said, `sha256:([0-9a-f]{12})[0-9a-f]{52}\s*\n *from`) }

// refused wants the gates to stop a version, and nothing to change.
func (w *way) refused(version int) func(context.Context) error {
	args := w.promotion(version, 25)
	return func(ctx context.Context) error {
		return w.t.step("Gates", "modelway "+strings.Join(args, " "), func(say func(string)) (string, error) {
			say("asking the gates")
			said, err := w.run(ctx, "modelway", args...)
			var refusal failed
			if !errors.As(err, &refusal) || refusal.code != 1 {
				return "", errors.Join(err, fmt.Errorf("no gate refuses version %d", version))
			}
			gates := regexp.MustCompile(`(?m)^ *(\w+ +refuses +.+)$`).FindAllStringSubmatch(said, -1)
			changed, err := w.repository.changed(ctx)
			if err != nil || changed != "" || len(gates) == 0 {
				return "", errors.Join(err, fmt.Errorf("wanted a refusal and no change of a file, got %q and %q", gates, changed))
			}
			var lines []string
			for _, gate := range gates {
				lines = append(lines, wrapped(gate[1]))
			}
			return strings.Join(append(lines, "no file is changed; registered is not served"), "\n"), nil
		})
	}
}

// change goes on with the canary.
func (w *way) change(how string) func(context.Context) error {
	return func(ctx context.Context) error {
		args := []string{"promote", model, "--" + how, "--apply"}
		return w.t.step("Pull request", "modelway "+strings.Join(args, " "), func(func(string)) (string, error) {
			said, err := w.run(ctx, "modelway", args...)
			return find(said, `(?m)^(models/\S+: .+)$`), err
		})
	}
}

// push renders and commits what is to be delivered.
func (w *way) push(ctx context.Context, message string) (commit string, err error) {
	if _, err := w.run(ctx, "modelway", "render", "--stack", "local"); err != nil {
		return "", err
	}
	return w.repository.push(ctx, message)
}

const pushing = "modelway render --stack local\ngit commit -m %q && git push"

// release commits a new model, and has the program make what is its own: its identity, and its Application.
func (w *way) release(version int) func(context.Context) error {
	message := fmt.Sprintf("Serve version %d", version)
	return func(ctx context.Context) error {
		return w.t.step("GitHub, Pulumi", fmt.Sprintf(pushing, message)+"\nmake up", func(say func(string)) (string, error) {
			commit, err := w.push(ctx, message)
			if err != nil {
				return "", err
			}
			say("a new model: making its identity in AWS, and telling Argo CD of it")
			said, err := w.run(ctx, "modelway-local", "up")
			return fmt.Sprintf("commit %s; for the new model %s: its role in AWS, its Application in Argo CD", short(commit),
				find(said, `(?m)^(\d+ created.*) in \d+ s$`)), err
		})
	}
}

// delivered waits until the last commit is there.
func (w *way) delivered(ctx context.Context) error {
	return w.t.step("Argo CD, KServe", "argocd app wait "+model, func(say func(string)) (string, error) {
		commit, err := w.repository.git(ctx, "rev-parse", "HEAD")
		if err != nil {
			return "", err
		}
		return w.arrived(ctx, commit, say)
	})
}

func (w *way) arrived(ctx context.Context, commit string, say func(string)) (string, error) {
	return fmt.Sprintf("commit %s is Synced and Healthy, and served", short(commit)), w.awaitDelivery(ctx, commit, say)
}

// deliver commits a change of a model that there is, which needs nothing else.
func (w *way) deliver(message string) func(context.Context) error {
	return func(ctx context.Context) error {
		return w.t.step("GitHub, Argo CD, KServe", fmt.Sprintf(pushing, message), func(say func(string)) (string, error) {
			commit, err := w.push(ctx, message)
			if err != nil {
				return "", err
			}
			return w.arrived(ctx, commit, say)
		})
	}
}

func (w *way) revert(ctx context.Context) error {
	return w.t.step("GitHub", "git revert HEAD && git push", func(func(string)) (string, error) {
		commit, err := w.repository.revert(ctx)
		return "commit " + short(commit), err
	})
}

func (w *way) down(ctx context.Context) error {
	if w.Keep {
		fmt.Fprintf(w.Out, "\nIt stays up, in %s: .modelway/bin/modelway-local status and .modelway/bin/kubectl there look at it; "+
			"the next `make chain` removes it, and `make down` does not\n", w.c.Root)
		return nil
	}
	return w.t.step("Pulumi", "make down", func(say func(string)) (string, error) {
		say("destroying everything")
		said, err := w.run(ctx, "modelway-local", "down")
		return find(said, `(?m)^(\d+ deleted.*) in \d+ s$`), err
	})
}

func short(id string) string { return id[:min(len(id), 8)] }

// find is what the first group of a pattern matches in what a command said; empty where nothing does.
func find(said, pattern string) string {
	found := regexp.MustCompile(pattern).FindStringSubmatch(said)
	if found == nil {
		return ""
	}
	return found[1]
}
