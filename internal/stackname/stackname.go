// Package stackname says what the name of a stack may be. It is the one check of a name that a person types or that is the name of a file:
// commands make folders of it, and remove them.
package stackname

import (
	"fmt"
	"regexp"
	"strings"
)

// Allowed says in words which names are allowed.
const Allowed = "1 to 63 lower-case letters, digits and hyphens, beginning with a letter and ending with a letter or a digit, such as " +
	"prod or eu-prod"

// form is narrower than what Pulumi takes, letters, digits, hyphens, underscores and periods, up to 100
// (https://www.pulumi.com/docs/iac/concepts/stacks/#create-a-stack), since a stack's name becomes other names, too: a folder, where case
// may not count; a variable of GitHub, in which hyphens are underscores
// (https://docs.github.com/en/actions/reference/workflows-and-actions/variables#naming-conventions-for-configuration-variables); a label
// of Kubernetes, and the beginning of names of AWS
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names).
var form = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Check is an error for a name that is not of the allowed form. It names the value, what is allowed, and, where there is one, the nearest
// allowed name.
func Check(name string) error {
	if form.MatchString(name) {
		return nil
	}
	proposal := ""
	if near := Nearest(name); near != "" {
		proposal = fmt.Sprintf("; the nearest is %s", near)
	}
	return fmt.Errorf("the stack's name is %q; allowed: %s%s", name, Allowed, proposal)
}

// others are characters that no name has.
var others = regexp.MustCompile(`[^a-z0-9]+`)

// Nearest is the allowed name that is nearest to another one, such as prod-eu for prod_EU; empty where it has nothing of a name.
func Nearest(name string) string {
	near := strings.Trim(others.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if near != "" && near[0] <= '9' {
		near = "stack-" + near
	}
	return strings.TrimRight(near[:min(len(near), 63)], "-")
}

// Name is the name of a stack as the value of a flag: one that is not allowed is a wrong usage of the command.
type Name string

// String is the name.
func (n *Name) String() string { return string(*n) }

// Set takes a name of the allowed form.
func (n *Name) Set(text string) error {
	if err := Check(text); err != nil {
		return err
	}
	*n = Name(text)
	return nil
}

// Type names the kind of the flag's value.
func (n *Name) Type() string { return "NAME" }

// File is the name of a file with the settings of a stack, as far as somebody means one: Pulumi.<stack>.yaml, also in a spelling that
// Pulumi does not read, and with a name that is not allowed. False for every other file, and for those of a folder below.
func File(file string) (stack string, is bool, err error) {
	found := settings.FindStringSubmatch(file)
	if found == nil {
		return "", false, nil
	}
	stack = found[1]
	if right := "Pulumi." + stack + ".yaml"; form.MatchString(stack) && file != right {
		return stack, true, fmt.Errorf("%q is not read by Pulumi, which reads the settings of stack %s from %s: rename the file", file, stack,
			right)
	}
	if err := Check(stack); err != nil {
		return stack, true, fmt.Errorf("%q: %w%s", file, err, rename(stack))
	}
	return stack, true, nil
}

// settings is any spelling of Pulumi.<stack>.yaml.
var settings = regexp.MustCompile(`(?is)^pulumi\.([^/]*)\.(?:ya?ml|json)$`)

// rename says how to get an allowed name, for a stack that Pulumi takes. `pulumi stack rename` renames the file, too.
func rename(stack string) string {
	near := Nearest(stack)
	if near == "" || !pulumis.MatchString(stack) {
		return ": rename the file"
	}
	return fmt.Sprintf(": rename the file to Pulumi.%[1]s.yaml, and a stack that is deployed with `pulumi stack rename %[1]s --stack "+
		"%[2]s`, which renames the file, too", near, stack)
}

// pulumis are the names that Pulumi takes.
var pulumis = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)
