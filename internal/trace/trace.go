// Package trace follows an answer of a model back to what it was made of: the model's file, the files in the model store, the version in
// MLflow's registry, its run, the data and the code's commit. It decides from what others found, and asks nobody.
package trace

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/image"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// Found is what is at the places of the chain. An error of a place says why nothing is known of it.
type Found struct {
	// Model is that of the model's file, and Canary says that its canary is traced.
	Model  modelspec.Model
	Canary bool
	// Answered is the version that an answer named in its header; "" where none was asked for.
	Answered    string
	AnsweredErr error
	// Carried is what the same answer told of its lineage in its header; "" where its server tells nothing.
	Carried string
	// Files are those in the model store, of a version that is files.
	Files    artifact.Manifest
	FilesErr error
	// Version is the one in the registry that the file names, and Run the one that it names.
	Version    mlflow.Version
	VersionErr error
	Run        mlflow.Run
	RunErr     error
}

// Link is a place of the chain.
type Link struct {
	// Place such as answer or registry.
	Place string
	// Says is what is there.
	Says string
	// Fault says what is missing or differs, and a fix; "" for a link that holds.
	Fault string
	// Unasked says that nothing is known of the place, since nobody asked.
	Unasked bool
}

// Outcome is holds, is broken, or not asked.
func (l Link) Outcome() string {
	switch {
	case l.Fault != "":
		return "is broken"
	case l.Unasked:
		return "not asked"
	}
	return "holds"
}

// Served is the version that is traced.
func (f Found) Served() serving.Version {
	versions := serving.Versions(f.Model)
	if f.Canary {
		return versions[len(versions)-1]
	}
	return versions[0]
}

// number is what the answers of a version name in their header.
func number(v serving.Version) string { return v.Env[modelspec.EnvModelVersion] }

// ByCanary tells whether an answer of a version is by the canary of a model, and cannot be by its stable version.
func ByCanary(m modelspec.Model, answered string) bool {
	versions := serving.Versions(m)
	return answered != number(versions[0]) && answered == number(versions[len(versions)-1])
}

// Chain returns the links from the answer to the commit.
func Chain(f Found) []Link {
	served := f.Served()
	source := served.Source
	if !source.Given() {
		return []Link{answer(f, served), {Place: "file", Says: number(served), Fault: "the model's file has no source, so that nobody can tell " +
			"where the version comes from; fix: `modelway promote` writes it"}}
	}
	return []Link{answer(f, served), {Place: "file", Says: fmt.Sprintf("%s/%s of %s", source.Name, source.Version, source.Registry)},
		what(f, served), registry(f, source), run(f, source), data(f), commit(f, source)}
}

// Faults joins the faults of links; nil where the chain holds.
func Faults(links []Link) error {
	var all []error
	for _, l := range links {
		if l.Fault != "" {
			all = append(all, fmt.Errorf("%s: %s", l.Place, l.Fault))
		}
	}
	return errors.Join(all...)
}

func answer(f Found, served serving.Version) Link {
	l, carried, err := Link{Place: "answer", Says: f.Answered}, modelspec.Source{}, error(nil)
	if f.Carried != "" {
		if carried, err = lineage.Parse(f.Carried); err == nil {
			l.Says += fmt.Sprintf(", which says %s/%s", carried.Name, carried.Version)
		}
	}
	switch {
	case f.AnsweredErr != nil:
		l.Says, l.Fault = "unknown", f.AnsweredErr.Error()
	case f.Answered == "":
		l.Says, l.Unasked = "give a URL, or bring the local stack up", true
	case f.Answered != number(served):
		l.Fault = fmt.Sprintf("the answer is of version %s, and the model's file has %s; fix: deploy the file, or check out the commit that is "+
			"deployed", f.Answered, number(served))
	case err != nil:
		l.Fault = err.Error() + "; fix: let the server answer MODEL_LINEAGE as it is"
	case f.Carried != "":
		l.Fault = differ(lineage.Compare(served.Source, carried), "deploy the file, or check out the commit that is deployed")
	}
	return l
}

// what is the link of the files in the model store, or of the image that has them in it, in which nobody looks.
func what(f Found, served serving.Version) Link {
	if served.Image != "" {
		l := Link{Place: "image", Says: served.Image}
		if _, _, digest := image.Split(served.Image); digest == "" {
			l.Fault = "the model's file names the image by a tag, which may be moved to another one; fix: write repository@sha256:<digest>"
		}
		return l
	}
	return store(f, served.Files.Digest)
}

func store(f Found, digest string) Link {
	l := Link{Place: "store", Says: "unknown"}
	if f.FilesErr != nil {
		l.Fault = f.FilesErr.Error()
		return l
	}
	l.Says = f.Files.Digest()
	if l.Says != digest {
		l.Fault = fmt.Sprintf("the files have this digest, and the model's file %s: somebody changed them; fix: promote it again", digest)
	}
	return l
}

func registry(f Found, source modelspec.Source) Link {
	l := Link{Place: "registry", Says: "unknown"}
	if f.VersionErr != nil {
		l.Fault = f.VersionErr.Error()
		return l
	}
	got := modelspec.Source{
		Registry: source.Registry, Name: f.Version.Name, Version: f.Version.Number, Run: f.Version.Run, Commit: f.Version.Tags[lineage.Commit],
		Digest: f.Version.Tags[lineage.Digest],
	}
	l.Says = fmt.Sprintf("version %s, digest %s", f.Version.Number, cmp.Or(got.Digest, "unknown"))
	if got.Commit == "" { // a tag of pipelines of this project; the run has it, too
		got.Commit = source.Commit
	}
	l.Fault = differ(lineage.Compare(source, got), promoteAgain)
	return l
}

// promoteAgain is the fix where the registry and the file differ.
const promoteAgain = "promote the version again, which writes both"

// differ words differences, and what helps; "" where there are none.
func differ(all []lineage.Difference, fix string) string {
	words := make([]string, 0, len(all))
	for _, d := range all {
		words = append(words, fmt.Sprintf("%s is %s, and %s in the model's file", d.Name, cmp.Or(d.Got, "unknown"), d.Want))
	}
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, "; ") + "; fix: " + fix
}

func run(f Found, source modelspec.Source) Link {
	l := Link{Place: "run", Says: source.Run}
	if f.RunErr != nil {
		l.Fault = f.RunErr.Error()
	}
	return l
}

func data(f Found) Link {
	l := Link{Place: "data", Says: cmp.Or(f.Run.Tags[lineage.Data], "unknown"), Unasked: f.RunErr != nil}
	if f.RunErr == nil && f.Run.Tags[lineage.Data] == "" {
		l.Fault = fmt.Sprintf("the run has no tag %s; fix: let the pipeline set it to the digest of its data", lineage.Data)
	}
	return l
}

func commit(f Found, source modelspec.Source) Link {
	l := Link{Place: "commit", Says: cmp.Or(f.Run.Tags[lineage.Commit], source.Commit, "unknown")}
	switch {
	case f.RunErr != nil:
		l.Unasked = true
	case source.Commit == "":
		l.Fault = "the model's file names no commit; fix: train from a commit, and promote that version"
	case f.Run.Tags[lineage.Commit] != source.Commit:
		l.Fault = differ([]lineage.Difference{{Name: "commit", Want: source.Commit, Got: f.Run.Tags[lineage.Commit]}}, promoteAgain)
	case strings.HasSuffix(source.Commit, "-dirty"):
		l.Fault = "files differed from the commit; fix: train from a commit, and promote that version"
	}
	return l
}
