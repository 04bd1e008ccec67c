package strict

import (
	"os/exec"
	"regexp"
	"strings"
)

// The commands that fixes consist of, as Stack writes them.
var (
	setCommand    = regexp.MustCompile(`pulumi config set --stack (\S+) (?:--path )?(?:--type string )?('[^']*'|[^\s'#-]\S*) ('(?:[^']|'\\'')*'|[^\s'#]\S*)`)
	removeCommand = regexp.MustCompile(`pulumi config rm --stack (\S+) (?:--path )?('[^']*'|[^\s'#-]\S*)`)
)

// Feasible is a text with fixes that this machine can carry out: those of ByHand where no Pulumi CLI is on PATH.
func Feasible(text string) string {
	if _, err := exec.LookPath("pulumi"); err != nil {
		return ByHand(text)
	}
	return text
}

// ByHand is a text in which fixes that are commands of the Pulumi CLI are lines to write into the stack's file, for a machine without it.
func ByHand(text string) string {
	text = setCommand.ReplaceAllStringFunc(text, func(command string) string {
		parts := setCommand.FindStringSubmatch(command)
		value := parts[3]
		if strings.Contains(command, "--type string") && !strings.HasPrefix(value, "'") {
			value = "'" + value + "'" // else YAML takes it for a number, true or false
		} else if unquoted := strings.Trim(value, "'"); strings.HasPrefix(unquoted, "{") || strings.HasPrefix(unquoted, "[") {
			value = unquoted
		}
		return "in Pulumi." + parts[1] + ".yaml, write " + yamlLine(strings.Trim(parts[2], "'"), value)
	})
	return removeCommand.ReplaceAllStringFunc(text, func(command string) string {
		parts := removeCommand.FindStringSubmatch(command)
		return "in Pulumi." + parts[1] + ".yaml, remove " + strings.Trim(parts[2], "'")
	})
}

// yamlLine is the line below config: that sets the value of a path. Of a list, or of a key in quotes, it names the path, since the line
// would have to go between others.
func yamlLine(path, value string) string {
	if strings.ContainsAny(path, `["`) {
		return value + " at " + path
	}
	keys := strings.Split(path, ".")
	line := keys[0] + ": "
	for _, key := range keys[1:] {
		line += "{" + key + ": "
	}
	return line + value + strings.Repeat("}", len(keys)-1) + " below config:"
}
