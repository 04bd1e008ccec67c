package mlflow

import (
	"fmt"
	"regexp"
	"strings"
)

// Reference names a version of a registered model, by an alias or by its number.
type Reference struct {
	// Name of the registered model.
	Name string
	// Alias that the registry resolves; "" where Version is given.
	Alias string
	// Version is the number of the version; "" where Alias is given.
	Version string
}

var (
	// nameSyntax leaves out the characters that MLflow refuses, and those that part a reference
	// (https://mlflow.org/docs/latest/ml/model-registry/#model-registry-concepts).
	nameSyntax = regexp.MustCompile(`^[^/:@\s."'%]+$`)
	// versionSyntax is a number: MLflow counts from 1.
	versionSyntax = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)
	// aliasSyntax is MLflow's own, less names that could be taken for numbers
	// (https://github.com/mlflow/mlflow/blob/v3.17.2/mlflow/utils/validation.py, _REGISTERED_MODEL_ALIAS_REGEX).
	aliasSyntax = regexp.MustCompile(`^[A-Za-z_-][A-Za-z0-9_-]{0,254}$`)
)

// ParseReference reads NAME@ALIAS, such as fraud-detection@champion, or NAME/VERSION, such as fraud-detection/3. The error says what is
// wrong and how to write it.
func ParseReference(text string) (Reference, error) {
	const allowed = "NAME@ALIAS, such as fraud-detection@champion, or NAME/VERSION, such as fraud-detection/3"
	name, alias, byAlias := strings.Cut(strings.TrimPrefix(text, "models:/"), "@")
	version := ""
	if !byAlias {
		name, version, _ = strings.Cut(name, "/")
	}
	problem := ""
	switch {
	case !nameSyntax.MatchString(name):
		problem = fmt.Sprintf("has the name %q", name)
	case byAlias && !aliasSyntax.MatchString(alias):
		problem = fmt.Sprintf("has the alias %q", alias)
	case !byAlias && version == "":
		problem = "names no version"
	case !byAlias && !versionSyntax.MatchString(version):
		problem = fmt.Sprintf("has the version %q", version)
	}
	if problem != "" {
		return Reference{}, fmt.Errorf("%q %s; allowed: %s", text, problem, allowed)
	}
	return Reference{Name: name, Alias: alias, Version: version}, nil
}

// String is the reference as it is written.
func (r Reference) String() string {
	if r.Alias != "" {
		return r.Name + "@" + r.Alias
	}
	return r.Name + "/" + r.Version
}
