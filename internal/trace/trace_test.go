package trace_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/trace"
)

// whole is a chain whose links all hold.
func whole(canary bool) trace.Found {
	file, _ := artifact.Hash("MLmodel", strings.NewReader("a"))
	files, _ := artifact.Of(file)
	run, commit := strings.Repeat("0a", 16), strings.Repeat("0b", 20)
	source := modelspec.Source{Registry: "https://mlflow.company.com", Name: "churn", Version: "3", Run: run, Commit: commit,
		Digest: files.Digest()}
	m := modelspec.Model{Name: "churn", Files: modelspec.Files{Format: "mlflow", URI: "s3://models/churn/3/", Digest: files.Digest()}, Source: source}
	number := m.Number()
	if canary {
		m.Canary = modelspec.Canary{Files: modelspec.CanaryFiles{URI: m.Files.URI, Digest: m.Files.Digest}, Source: source}
		m.Files.Digest, m.Source = "sha256:"+strings.Repeat("0c", 32), modelspec.Source{}
	}
	return trace.Found{
		Model: m, Canary: canary, Answered: number, Carried: lineage.Text(source), Files: files,
		Version: mlflow.Version{Name: "churn", Number: "3", Run: run, Tags: map[string]string{lineage.Digest: files.Digest(), lineage.Commit: commit}},
		Run:     mlflow.Run{ID: run, Tags: map[string]string{lineage.Commit: commit, lineage.Data: "sha256:" + strings.Repeat("0d", 32)}},
	}
}

func TestChainHolds(t *testing.T) {
	for _, canary := range []bool{false, true} {
		links := trace.Chain(whole(canary))
		require.NoError(t, trace.Faults(links))
		places := make([]string, 0, len(links))
		for _, l := range links {
			require.Equal(t, "holds", l.Outcome())
			require.NotContains(t, l.Says, "unknown")
			places = append(places, l.Place)
		}
		require.Equal(t, []string{"answer", "file", "store", "registry", "run", "data", "commit"}, places)
	}
	silent := whole(false)
	silent.Carried = ""
	require.NoError(t, trace.Faults(trace.Chain(silent)), "servers of others tell nothing")
	named := whole(false)
	named.Model.Env, named.Answered = map[string]string{modelspec.EnvModelVersion: "spring"}, "spring"
	require.NoError(t, trace.Faults(trace.Chain(named)), "a version has the name that its file gives it")
	unasked := whole(false)
	unasked.Answered = ""
	links := trace.Chain(unasked)
	require.NoError(t, trace.Faults(links), "a model may be traced from its file alone")
	require.Equal(t, "not asked", links[0].Outcome())
}

// Each break of the chain shows at its place, with what is there and what should be.
func TestEachBreakShows(t *testing.T) {
	away := errors.New("away")
	for want, spoil := range map[string]func(*trace.Found){
		"answer: the answer is of version 0e0e, and the model's file has": func(f *trace.Found) { f.Answered = "0e0e" },
		"answer: run is 00, and 0a0a": func(f *trace.Found) {
			f.Carried = strings.Replace(f.Carried, f.Model.Source.Run, "00", 1)
		},
		"answer: version is 4, and 3 in the model's file; fix: deploy the file": func(f *trace.Found) {
			f.Carried = strings.Replace(f.Carried, "version=3", "version=4", 1)
		},
		`answer: the lineage "a%zz" is not of the form`: func(f *trace.Found) { f.Carried = "a%zz" },
		"answer: away":                                      func(f *trace.Found) { f.AnsweredErr = away },
		"file: the model's file has no source":              func(f *trace.Found) { f.Model.Source = modelspec.Source{} },
		"store: the files have this digest":                 func(f *trace.Found) { f.Files = artifact.Manifest{} },
		"store: away":                                       func(f *trace.Found) { f.FilesErr = away },
		"registry: away":                                    func(f *trace.Found) { f.VersionErr = away },
		"registry: digest is sha256:00, and sha256:":        func(f *trace.Found) { f.Version.Tags[lineage.Digest] = "sha256:00" },
		"registry: digest is unknown, and sha256:":          func(f *trace.Found) { delete(f.Version.Tags, lineage.Digest) },
		"registry: run is 00, and 0a0a":                     func(f *trace.Found) { f.Version.Run = "00" },
		"registry: commit is 00, and 0b0b":                  func(f *trace.Found) { f.Version.Tags[lineage.Commit] = "00" },
		"run: away":                                         func(f *trace.Found) { f.RunErr, f.Run = away, mlflow.Run{} },
		"data: the run has no tag modelway.dev/data-digest": func(f *trace.Found) { delete(f.Run.Tags, lineage.Data) },
		"commit: commit is unknown, and 0b0b":               func(f *trace.Found) { delete(f.Run.Tags, lineage.Commit) },
		"commit: files differed from the commit": func(f *trace.Found) {
			dirty := f.Model.Source.Commit + "-dirty"
			f.Model.Source.Commit, f.Run.Tags[lineage.Commit], f.Version.Tags[lineage.Commit] = dirty, dirty, dirty
			f.Carried = lineage.Text(f.Model.Source)
		},
		"commit: the model's file names no commit": func(f *trace.Found) { f.Model.Source.Commit = "" },
	} {
		f := whole(false)
		spoil(&f)
		err := trace.Faults(trace.Chain(f))
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n", "one break is told once: %s", want)
	}
}

// TestWhatNobodyAnsweredDoesNotHold, such as the data of a run that is out of reach.
func TestWhatNobodyAnsweredDoesNotHold(t *testing.T) {
	f := whole(false)
	f.RunErr, f.Run = errors.New("away"), mlflow.Run{}
	outcomes := map[string]string{}
	for _, link := range trace.Chain(f) {
		outcomes[link.Place] = link.Outcome()
	}
	require.Equal(t, []string{"is broken", "not asked", "not asked"}, []string{outcomes["run"], outcomes["data"], outcomes["commit"]})
}

// Of an image nobody can read the files; its digest holds it.
func TestAnImageIsHeldByItsDigest(t *testing.T) {
	f := whole(false)
	f.Model.Files, f.Model.Image, f.Answered, f.FilesErr = modelspec.Files{}, "acme/churn:3", "3", errors.New("not asked")
	require.EqualError(t, trace.Faults(trace.Chain(f)), "image: the model's file names the image by a tag, which may be moved to another one; "+
		"fix: write repository@sha256:<digest>")
	f.Model.Image = "acme/churn@sha256:" + strings.Repeat("0a", 32)
	f.Answered = f.Model.Number()
	require.NoError(t, trace.Faults(trace.Chain(f)))
}

// The version that answered is the one that is traced.
func TestByCanary(t *testing.T) {
	m := whole(true).Model
	require.True(t, trace.ByCanary(m, m.Canary.Number()))
	require.False(t, trace.ByCanary(m, m.Number()))
	require.False(t, trace.ByCanary(m, "0e0e"))
	m.Files.Digest = m.Canary.Files.Digest
	require.False(t, trace.ByCanary(m, m.Number()), "a canary that is about to end has the files of the stable version")
	require.False(t, trace.ByCanary(whole(false).Model, "0e0e"), "there is none")
}
